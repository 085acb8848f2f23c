#include "adapters/sqlite/schema.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string>

#include "adapters/soci/statement.hpp"
#include "adapters/sqlite/columns.hpp"
#include "engine/base/fault.hpp"
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

std::int64_t pragma(const sql::Session& session, const std::string& name) {
  return std::get<0>(
      *sql::Query<sql::Takes<>, sql::Gives<std::int64_t>>(session, "PRAGMA " + name).first());
}

void expect_application(std::int64_t found, const std::filesystem::path& path) {
  if (found == application_id) return;
  throw Unavailable(
      fmt::format("expected a database of this program (application id {:#x}), found one of "
                  "another ({:#x}), in {}",
                  application_id, found, path.string()));
}

// SQLite would say of another program's database that it is not in WAL mode: true, and no help.
// Only asked when it could not be opened: the file is then open nowhere in this process, whose
// locks on it end when any of its descriptors is closed.
void expect_ours(const std::filesystem::path& path) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  constexpr std::size_t id_at = 68;  // https://www.sqlite.org/fileformat2.html#database_header
  std::array<char, 100> header{};
  std::ifstream file(path, std::ios::binary);
  file.read(header.data(), header.size());
  const std::string_view text(header.data(), static_cast<std::size_t>(file.gcount()));
  if (file.bad() || !std::filesystem::is_regular_file(path)) return;
  if (text.size() < header.size() || !text.starts_with(magic)) {
    throw Unavailable(fmt::format("expected a database, found a file that is not a database, at {}",
                                  path.string()));
  }
  std::int64_t id = 0;
  for (const char c : text.substr(id_at, 4)) id = id * 256 + static_cast<unsigned char>(c);
  expect_application(id, path);
}

// To read in WAL mode SQLite needs a file of shared memory beside the database; the owner makes it.
void expect_writable_folder(const std::filesystem::path& path) {
  const auto folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::is_regular_file(path) || access(folder.c_str(), W_OK) == 0) return;
  throw Unavailable(
      fmt::format("expected a running owner of {} or a folder that can be written, found neither",
                  path.string()));
}

}  // namespace

void create_schema(sql::Session& session, const StoreSettings& settings) {
  sql::Transaction transaction(session);
  for (const char* const table : tables) session.execute(table);
  put_settings(session, settings);
  put_logs(session, settings.partitions);
  session.execute(fmt::format("PRAGMA application_id = {}", application_id));
  session.execute(fmt::format("PRAGMA user_version = {}", schema_version));
  if (transaction.commit() != sql::CommitOutcome::committed) throw Unavailable(session.trouble());
}

sql::Session open_checked_reader(const std::filesystem::path& path) {
  const auto open = [&path] {
    try {
      return sql::open_sqlite({.file = path, .access = sql::SqliteAccess::reader});
    } catch (const Unavailable&) {
      expect_ours(path);
      expect_writable_folder(path);
      throw;
    }
  };
  sql::Session session = open();
  expect_application(pragma(session, "application_id"), path);
  const std::int64_t found = pragma(session, "user_version");
  if (found == schema_version) return session;
  throw Unavailable(fmt::format("expected schema up to {}, found {}, in {}", schema_version, found,
                                path.string()));
}

}  // namespace reglament::sqlite
