// SQLite behind the facade. The native handle of the SOCI session is used for what SOCI does not
// offer: extended result codes, the end of the first statement, the counts of parameters and
// columns, whether a transaction is open, and the reset of a statement. SQL itself runs through
// SOCI.
#include <fmt/format.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <system_error>

#include "adapters/soci/connection.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament::sql {
namespace {

namespace native = sqlite_api;

// The lower byte of a result code is its kind, the rest says more (SQLITE_IOERR_FSYNC ...).
constexpr int kind_of(int code) { return code & 0xFF; }

bool is_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isspace(c) != 0; });
}

// SOCI keeps the type information of these two classes inside its library, where the check of
// casts by the undefined-behaviour sanitizer does not find it.
__attribute__((no_sanitize("vptr"))) native::sqlite3* handle_of(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

__attribute__((no_sanitize("vptr"))) native::sqlite3_stmt* handle_of(soci::statement& statement) {
  return static_cast<soci::sqlite3_statement_backend*>(statement.get_backend())->stmt_;
}

// The path as a URI (RFC 3986): it carries the mode, which SOCI 4.0.3 cannot pass on otherwise, and
// it has no blank or quote, at which SOCI would cut the path.
std::string uri_of(const std::filesystem::path& file, std::string_view mode) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || std::string_view("/._-~").find(c) != std::string_view::npos) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", byte);
    }
  }
  return uri.append("?mode=").append(mode);
}

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(std::unique_ptr<soci::session> session, const std::filesystem::path& file)
      : Connection(std::move(session), file.string()) {}

  [[nodiscard]] native::sqlite3* handle() { return handle_of(soci()); }

  void inspect(soci::statement& statement, const std::string& sql, std::span<const Kind> takes,
               std::span<const Kind> gives) override;
  void release(soci::statement& statement) noexcept override;
  [[nodiscard]] Dialect dialect() const override { return Dialect::sqlite; }
  [[nodiscard]] bool is_connected() override { return true; }

 protected:
  [[noreturn]] void translate(std::string_view sql) override;
  void start_transaction() override { soci() << "BEGIN IMMEDIATE"; }
  [[nodiscard]] CommitOutcome try_commit(std::string& why) override;
  [[nodiscard]] bool try_rollback() override;

 private:
  [[nodiscard]] std::string describe(int code, std::string_view doing);
  [[noreturn]] void throw_fault(int code, std::string_view sql);
  // SOCI reports the code of the call; the handle may know it in full.
  [[nodiscard]] int extended(const soci::sqlite3_soci_error& error) {
    const int code = native::sqlite3_extended_errcode(handle());
    return kind_of(code) == kind_of(error.result()) ? code : error.result();
  }
};

// SOCI has dropped what it did not understand, so the text itself is looked at.
void SqliteConnection::inspect(soci::statement& /*statement*/, const std::string& sql,
                               std::span<const Kind> takes, std::span<const Kind> gives) {
  native::sqlite3_stmt* raw = nullptr;
  const char* rest = nullptr;
  const int code = native::sqlite3_prepare_v2(handle(), sql.c_str(), -1, &raw, &rest);
  if (code != SQLITE_OK) throw_fault(code, sql);
  const std::unique_ptr<native::sqlite3_stmt, int (*)(native::sqlite3_stmt*)> statement(
      raw, &native::sqlite3_finalize);
  ENSURE(statement != nullptr, "a call carries one SQL statement, found none");
  ENSURE(is_blank(rest), "a call carries one SQL statement, found text behind the first");
  ENSURE(static_cast<std::size_t>(native::sqlite3_bind_parameter_count(raw)) == takes.size(),
         "an SQL statement has as many parameters as its C++ type");
  ENSURE(static_cast<std::size_t>(native::sqlite3_column_count(raw)) == gives.size(),
         "an SQL statement has as many columns as its C++ type");
}

void SqliteConnection::release(soci::statement& statement) noexcept {
  native::sqlite3_stmt* handle = handle_of(statement);
  // The result repeats the failure of the last step, which has been reported already.
  if (handle != nullptr) static_cast<void>(native::sqlite3_reset(handle));
}

std::string SqliteConnection::describe(int code, std::string_view doing) {
  const bool current = kind_of(native::sqlite3_errcode(handle())) == kind_of(code);
  return fmt::format("expected {} to accept '{}', found: {} (SQLite {})", place(), shortened(doing),
                     current ? native::sqlite3_errmsg(handle()) : native::sqlite3_errstr(code),
                     code);
}

void SqliteConnection::throw_fault(int code, std::string_view sql) {
  const std::string text = describe(code, sql);
  switch (kind_of(code)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
    case SQLITE_SCHEMA:
      throw TryAgain(text);
    case SQLITE_CONSTRAINT: {
      const bool key = code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE ||
                       code == SQLITE_CONSTRAINT_ROWID;
      throw Violation(key ? Violation::Of::key : Violation::Of::other, text);
    }
    case SQLITE_TOOBIG:
      throw BadInput(text);
    default:  // FULL, IOERR, READONLY, CANTOPEN, NOTADB, CORRUPT; another schema than we know
      throw Unavailable(text);
  }
}

void SqliteConnection::translate(std::string_view sql) {
  try {
    throw;
  } catch (const soci::sqlite3_soci_error& error) {
    throw_fault(extended(error), sql);
  } catch (const soci::soci_error& error) {
    throw Unavailable(fmt::format("expected {} to accept '{}', found: {}", place(), shortened(sql),
                                  error.get_error_message()));
  }
}

CommitOutcome SqliteConnection::try_commit(std::string& why) {
  // SQLite may have rolled back by itself after an error that nobody looked at.
  if (native::sqlite3_get_autocommit(handle()) != 0) {
    why = fmt::format("expected an open transaction in {}, found none: SQLite rolled it back",
                      place());
    return CommitOutcome::rolled_back;
  }
  int code = SQLITE_ERROR;
  try {
    soci() << "COMMIT";
    return CommitOutcome::committed;
  } catch (const soci::sqlite3_soci_error& error) {
    code = extended(error);
    why = describe(code, "COMMIT");
  }
  // These three come before the last frame of the transaction is whole in the WAL, so that no
  // recovery can find it: the lock was not had, a deferred constraint said no, the disk was full
  // (the frame that commits is written last; SQLite pads behind it only where a write may damage
  // its neighbours, which SQLITE_IOCAP_POWERSAFE_OVERWRITE, the default on POSIX, excludes).
  // After any other failure, such as an I/O error on the synchronisation, it may be there.
  const bool before_the_end = kind_of(code) == SQLITE_BUSY || kind_of(code) == SQLITE_CONSTRAINT ||
                              kind_of(code) == SQLITE_FULL;
  return before_the_end && try_rollback() ? CommitOutcome::rolled_back : CommitOutcome::unknown;
}

bool SqliteConnection::try_rollback() {
  if (native::sqlite3_get_autocommit(handle()) == 0) {
    try {
      soci() << "ROLLBACK";
    } catch (const soci::soci_error&) {
      // What counts is whether a transaction is open; asked below.
    }
  }
  return native::sqlite3_get_autocommit(handle()) != 0;
}

// ---- Opening ----

void expect_file(const SqliteSettings& settings) {
  // Asked before SQLite is: SOCI 4.0.3 leaks the handle of a file that could not be opened.
  std::error_code error;
  const auto status = std::filesystem::status(settings.file, error);
  const bool may_be_new = settings.access == SqliteAccess::create_owner;
  const auto folder = std::filesystem::absolute(settings.file).parent_path();
  if (std::filesystem::is_regular_file(status)) return;
  if (std::filesystem::exists(status) || !may_be_new) {
    throw Unavailable(fmt::format("expected a database file, found {} at {}",
                                  std::filesystem::exists(status) ? "something else" : "nothing",
                                  settings.file.string()));
  }
  if (!std::filesystem::is_directory(folder, error)) {
    throw Unavailable(
        fmt::format("expected a folder for the database file, found none at {}", folder.string()));
  }
}

std::shared_ptr<SqliteConnection> connect(const SqliteSettings& settings) {
  expect_file(settings);
  const std::string_view mode = settings.access == SqliteAccess::create_owner ? "rwc"
                                : settings.access == SqliteAccess::owner      ? "rw"
                                                                              : "ro";
  const auto file = std::filesystem::absolute(settings.file);
  try {
    return std::make_shared<SqliteConnection>(
        std::make_unique<soci::session>(soci::sqlite3, "dbname=" + uri_of(file, mode)), file);
  } catch (const soci::soci_error& error) {
    throw Unavailable(fmt::format("expected to open the database {}, found: {}", file.string(),
                                  error.get_error_message()));
  }
}

// Sets a pragma; some give a row back, which is not trusted: expect_pragma asks again.
void set_pragma(Session& session, const std::string& assignment) {
  Connection& connection = *session.connection();
  const std::string sql = "PRAGMA " + assignment;
  try {
    connection.soci() << sql;
  } catch (...) {
    connection.raise(sql);
  }
}

template <class Column, class T>
void expect_pragma(Session& session, const std::string& name, const T& expected) {
  const auto found = Query<Takes<>, Gives<Column>>(session, "PRAGMA " + name).first();
  if (found && std::get<0>(*found) == expected) return;
  throw Unavailable(fmt::format("expected PRAGMA {} to be {}, found {}, in {}", name, expected,
                                found ? fmt::format("{}", std::get<0>(*found)) : "nothing",
                                session.connection()->place()));
}

void set_number(Session& session, const std::string& name, std::int64_t value) {
  set_pragma(session, fmt::format("{}={}", name, value));
  expect_pragma<std::int64_t>(session, name, value);
}

void configure_owner(Session& session, const SqliteSettings& settings) {
  set_pragma(session, fmt::format("page_size={}", settings.page_bytes));  // before the first page
  set_pragma(session, "journal_mode=WAL");
  set_pragma(session, "synchronous=FULL");
  expect_pragma<std::int64_t>(session, "synchronous", std::int64_t{2});
  set_number(session, "secure_delete", 1);
  set_number(session, "wal_autocheckpoint", settings.checkpoint_pages);
}

void configure_reader(Session& session, SqliteConnection& connection) {
  if (native::sqlite3_db_readonly(connection.handle(), "main") != 1) {
    throw Unavailable(fmt::format("expected a read-only session, found one that may write, in {}",
                                  connection.place()));
  }
  set_number(session, "wal_autocheckpoint", 0);
}

}  // namespace

Session open_sqlite(const SqliteSettings& settings) {
  const auto connection = connect(settings);
  Session session(connection);
  // SOCI counts this one in seconds, and its default is none.
  set_number(session, "busy_timeout", settings.busy_timeout.count());
  set_number(session, "mmap_size", 0);
  set_number(session, "cache_size", -settings.cache_kib);
  if (settings.access == SqliteAccess::reader) {
    configure_reader(session, *connection);
  } else {
    configure_owner(session, settings);
  }
  expect_pragma<std::string_view>(session, "journal_mode", std::string("wal"));
  return session;
}

}  // namespace reglament::sql
