#include "adapters/postgresql/schema.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

#include "adapters/postgresql/locks.hpp"
#include "adapters/soci/columns.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/base/fault.hpp"
#include "engine/history/merkle.hpp"

namespace reglament::postgresql {
namespace {

constexpr std::array first_tables = {
    // One row.
    "CREATE TABLE settings ("
    "  only_row bigint PRIMARY KEY CHECK (only_row = 1),"
    "  partitions bigint NOT NULL,"
    "  virtual_clock bigint NOT NULL,"
    "  clock_now bigint,"  // with which the database was created; later ones stand in the logs
    "  tzdata_version text NOT NULL)",
    // A row changes with every commit of its partition, and no other partition's commit waits for
    // it. The free space lets the new version stand beside the old one, without the index (HOT).
    "CREATE TABLE log ("
    "  log bigint PRIMARY KEY,"
    "  size bigint NOT NULL,"
    "  root bytea NOT NULL,"
    "  frontier bytea NOT NULL,"
    "  register_seq bigint NOT NULL,"
    "  register_head bytea NOT NULL,"
    "  cases bigint NOT NULL,"
    "  epoch bigint NOT NULL,"
    "  calendar text NOT NULL,"
    "  clock_now bigint) WITH (fillfactor = 10)",
    // Days since 1970-01-01.
    "CREATE TABLE calendar_edition ("
    "  known_since bigint PRIMARY KEY,"
    "  code text NOT NULL UNIQUE,"
    "  act text NOT NULL,"
    "  text bytea NOT NULL,"
    "  published_at bigint NOT NULL)",
    "CREATE TABLE entry ("
    "  log bigint NOT NULL,"
    "  leaf bigint NOT NULL,"
    "  case_number bigint NOT NULL,"
    "  hash bytea NOT NULL,"
    "  bytes bytea NOT NULL,"
    "  PRIMARY KEY (log, leaf))",
    // Half of each page is left free: the next version of a row then finds room beside the last
    // one, and what is dead is tidied up in passing. Measured: 10 us a change in place of 20.
    "CREATE TABLE cases ("
    "  number bigint PRIMARY KEY,"
    "  log bigint NOT NULL,"
    "  open bigint NOT NULL,"
    "  alarm_at bigint,"
    "  state bytea NOT NULL) WITH (fillfactor = 50)",
    "CREATE INDEX cases_alarm ON cases (log, alarm_at, number) WHERE alarm_at IS NOT NULL",
    "CREATE INDEX cases_open ON cases (number) WHERE open = 1",
    "CREATE TABLE inbox ("
    "  case_number bigint NOT NULL,"
    "  task bigint NOT NULL,"
    "  log bigint NOT NULL,"
    "  leaf bigint NOT NULL,"
    "  PRIMARY KEY (case_number, task))",
    "CREATE TABLE outbox ("
    "  id bigint NOT NULL,"
    "  log bigint NOT NULL,"
    "  payload bytea NOT NULL,"
    "  PRIMARY KEY (log, id))",
    "CREATE TABLE request ("
    "  request_id bytea PRIMARY KEY,"
    "  log bigint NOT NULL,"
    "  leaf bigint NOT NULL,"
    "  case_number bigint NOT NULL)",
    "CREATE TABLE dossier ("
    "  log bigint NOT NULL,"
    "  leaf bigint NOT NULL,"
    "  case_number bigint NOT NULL,"
    "  salt bytea NOT NULL,"
    "  value bytea NOT NULL,"
    "  PRIMARY KEY (log, leaf))",
};

constexpr std::array tables_of_nodes = {
    // Who lives, and until when it has said so; `joined` orders them.
    "CREATE TABLE node ("
    "  node text PRIMARY KEY,"
    "  name text NOT NULL,"
    "  address text NOT NULL,"
    "  joined bigint GENERATED ALWAYS AS IDENTITY,"
    "  until timestamptz NOT NULL)",
    "CREATE TABLE lease ("
    "  log bigint PRIMARY KEY,"
    "  node text NOT NULL,"
    "  until timestamptz NOT NULL)",
    // Where the virtual clock is to go; no row before its first move.
    "CREATE TABLE clock_target ("
    "  only_row bigint PRIMARY KEY CHECK (only_row = 1),"
    "  at bigint NOT NULL)",
};

// outbox_pack.hpp says what `messages` holds. A row stays within its page.
constexpr std::array outbox_in_packs = {
    "CREATE TABLE outbox_pack ("
    "  log bigint NOT NULL,"
    "  first_id bigint NOT NULL,"
    "  last_id bigint NOT NULL,"
    "  confirmed_through bigint NOT NULL DEFAULT -1,"  // of its messages, those up to it have left
    "  messages bytea NOT NULL,"
    "  PRIMARY KEY (log, last_id)) WITH (toast_tuple_target = 8160)",
    "INSERT INTO outbox_pack (log, first_id, last_id, messages) SELECT log, id, id,"
    " int8send(id) || int4send(octet_length(payload)) || payload FROM outbox",
    "DROP TABLE outbox",
};

// In order; the number of a migration is its place, counted from one.
const std::array<std::span<const char* const>, 3> migrations = {first_tables, tables_of_nodes,
                                                                outbox_in_packs};

void apply(sql::Session& session, std::int64_t from) {
  for (auto number = static_cast<std::size_t>(from); number < migrations.size(); ++number) {
    for (const char* const statement : migrations[number]) session.execute(statement);
    sql::Command<std::int64_t>(
        session, "INSERT INTO schema_version (number, applied_at) VALUES (:number, now())")
        .run(static_cast<std::int64_t>(number + 1));
  }
}

void put_settings(const sql::Session& session, const StoreSettings& settings) {
  sql::Command<std::int64_t, std::int64_t, std::optional<std::int64_t>, std::string_view>(
      session,
      "INSERT INTO settings (only_row, partitions, virtual_clock, clock_now, tzdata_version)"
      " VALUES (1, :partitions, :virtual_clock, :clock_now, :tzdata_version)")
      .run(settings.partitions, settings.virtual_clock ? 1 : 0,
           sql::from_instant(settings.clock_now), settings.tzdata_version);
}

void put_logs(const sql::Session& session, const StoreSettings& settings) {
  const MerkleFrontier empty;
  const Digest root = empty.root();
  const std::string frontier = empty.encode();
  const Digest nothing{};
  sql::Command<std::int64_t, sql::Bytes, sql::Bytes, sql::Bytes, std::optional<std::int64_t>> put(
      session,
      "INSERT INTO log (log, size, root, frontier, register_seq, register_head, cases, epoch,"
      " calendar, clock_now)"
      " VALUES (:log, 0, :root, :frontier, 0, :register_head, 0, 0, '', :clock_now)");
  for (LogId log = 0; log < settings.partitions; ++log) {
    put.run(log, sql::from_digest(root), sql::Bytes{frontier}, sql::from_digest(nothing),
            sql::from_instant(settings.clock_now));
  }
}

void end(sql::Transaction& transaction, const sql::Session& session) {
  switch (transaction.commit()) {
    case sql::CommitOutcome::committed:
      return;
    case sql::CommitOutcome::rolled_back:
      throw Unavailable(session.trouble());
    case sql::CommitOutcome::unknown:
      throw CommitUnknown(session.trouble());
  }
}

void expect_not_newer(std::int64_t found, const sql::Session& session) {
  if (found <= known_schema_version()) return;
  throw Unavailable(
      fmt::format("expected schema up to {}, found {}, in {}: a newer program made it",
                  known_schema_version(), found, session.place()));
}

void expect_store(std::int64_t found, const sql::Session& session) {
  if (found > 0) return;
  throw Unavailable(
      fmt::format("expected a database of this program, found none of its tables, in "
                  "{}: init makes them",
                  session.place()));
}

}  // namespace

std::int64_t known_schema_version() { return std::ssize(migrations); }

std::int64_t schema_version(const sql::Session& session) {
  const auto table = sql::Query<sql::Takes<>, sql::Gives<std::int64_t>>(
                         session,
                         "SELECT count(*) FROM pg_catalog.pg_class WHERE relname = 'schema_version'"
                         " AND relnamespace = current_schema()::regnamespace")
                         .first();
  if (!table || std::get<0>(*table) == 0) return 0;
  const auto number = sql::Query<sql::Takes<>, sql::Gives<std::int64_t>>(
                          session, "SELECT coalesce(max(number), 0) FROM schema_version")
                          .first();
  return number ? std::get<0>(*number) : 0;
}

void create_schema(sql::Session& session, const StoreSettings& settings) {
  sql::Transaction transaction(session);
  wait_for_lock(session, Lock::schema);
  if (schema_version(session) > 0) {
    throw Unavailable(
        fmt::format("expected no tables of this program, found some, in {}: a "
                    "database is created once",
                    session.place()));
  }
  session.execute(
      "CREATE TABLE schema_version (number bigint PRIMARY KEY, applied_at timestamptz NOT NULL)");
  apply(session, 0);
  put_settings(session, settings);
  put_logs(session, settings);
  end(transaction, session);
}

std::int64_t migrate_schema(sql::Session& session) {
  sql::Transaction transaction(session);
  wait_for_lock(session, Lock::schema);
  const std::int64_t found = schema_version(session);
  expect_store(found, session);
  expect_not_newer(found, session);
  apply(session, found);
  end(transaction, session);
  return found;
}

void expect_known_schema(const sql::Session& session) {
  const std::int64_t found = schema_version(session);
  expect_store(found, session);
  expect_not_newer(found, session);
  if (found == known_schema_version()) return;
  throw Unavailable(fmt::format("expected schema {}, found {}, in {}: run migrate",
                                known_schema_version(), found, session.place()));
}

}  // namespace reglament::postgresql
