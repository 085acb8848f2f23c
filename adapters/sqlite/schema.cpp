#include "adapters/sqlite/schema.hpp"

#include <array>
#include <string>

#include "adapters/soci/statement.hpp"
#include "adapters/sqlite/columns.hpp"
#include "engine/history/merkle.hpp"

namespace reglament::sqlite {
namespace {

constexpr std::array tables = {
    // One row.
    "CREATE TABLE settings ("
    "  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),"
    "  partitions INTEGER NOT NULL,"
    "  virtual_clock INTEGER NOT NULL,"
    "  clock_now INTEGER,"
    "  tzdata_version TEXT NOT NULL) STRICT",
    "CREATE TABLE log ("
    "  log INTEGER PRIMARY KEY,"
    "  size INTEGER NOT NULL,"
    "  root BLOB NOT NULL,"
    "  frontier BLOB NOT NULL,"
    "  register_seq INTEGER NOT NULL,"
    "  register_head BLOB NOT NULL,"
    "  cases INTEGER NOT NULL,"
    "  epoch INTEGER NOT NULL,"
    "  calendar TEXT NOT NULL) STRICT",
    // Days since 1970-01-01.
    "CREATE TABLE calendar_edition ("
    "  known_since INTEGER PRIMARY KEY,"
    "  code TEXT NOT NULL UNIQUE,"
    "  act TEXT NOT NULL,"
    "  text BLOB NOT NULL,"
    "  published_at INTEGER NOT NULL) STRICT",
    "CREATE TABLE entry ("
    "  log INTEGER NOT NULL,"
    "  leaf INTEGER NOT NULL,"
    "  case_number INTEGER NOT NULL,"
    "  hash BLOB NOT NULL,"
    "  bytes BLOB NOT NULL,"
    "  PRIMARY KEY (log, leaf)) STRICT",
    "CREATE TABLE cases ("
    "  number INTEGER PRIMARY KEY,"
    "  log INTEGER NOT NULL,"
    "  open INTEGER NOT NULL,"
    "  alarm_at INTEGER,"
    "  state BLOB NOT NULL) STRICT",
    "CREATE INDEX cases_alarm ON cases (alarm_at) WHERE alarm_at IS NOT NULL",
    // The number is in every index already: this one finds the few open among millions closed.
    "CREATE INDEX cases_open ON cases (open) WHERE open = 1",
    "CREATE TABLE inbox ("
    "  case_number INTEGER NOT NULL,"
    "  task INTEGER NOT NULL,"
    "  log INTEGER NOT NULL,"
    "  leaf INTEGER NOT NULL,"
    "  PRIMARY KEY (case_number, task)) STRICT, WITHOUT ROWID",
    // By id first: new rows go to the end, and the confirmed ones leave at the beginning.
    "CREATE TABLE outbox ("
    "  id INTEGER NOT NULL,"
    "  log INTEGER NOT NULL,"
    "  payload BLOB NOT NULL,"
    "  PRIMARY KEY (id, log)) STRICT, WITHOUT ROWID",
    "CREATE TABLE request ("
    "  request_id TEXT PRIMARY KEY,"
    "  log INTEGER NOT NULL,"
    "  leaf INTEGER NOT NULL,"
    "  case_number INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE dossier ("
    "  log INTEGER NOT NULL,"
    "  leaf INTEGER NOT NULL,"
    "  case_number INTEGER NOT NULL,"
    "  salt BLOB NOT NULL,"
    "  value BLOB NOT NULL,"
    "  PRIMARY KEY (log, leaf)) STRICT",
};

void put_settings(const sql::Session& session, const StoreSettings& settings) {
  sql::Command<std::int64_t, std::int64_t, std::optional<std::int64_t>, std::string_view>(
      session,
      "INSERT INTO settings VALUES (1, :partitions, :virtual_clock, :clock_now, :tzdata_version)")
      .run(settings.partitions, settings.virtual_clock ? 1 : 0, from_instant(settings.clock_now),
           settings.tzdata_version);
}

void put_logs(const sql::Session& session, std::uint32_t partitions) {
  const MerkleFrontier empty;
  const Digest root = empty.root();
  const std::string frontier = empty.encode();
  const Digest nothing{};
  sql::Command<std::int64_t, sql::Bytes, sql::Bytes, sql::Bytes> put(
      session, "INSERT INTO log VALUES (:log, 0, :root, :frontier, 0, :register_head, 0, 0, '')");
  for (LogId log = 0; log < partitions; ++log) {
    put.run(log, from_digest(root), sql::Bytes{frontier}, from_digest(nothing));
  }
}

}  // namespace

void fill_schema(sql::Session& session, const StoreSettings& settings) {
  for (const char* const table : tables) session.execute(table);
  put_settings(session, settings);
  put_logs(session, settings.partitions);
}

}  // namespace reglament::sqlite
