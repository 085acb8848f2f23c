// A session with the store: the one door through which the adapters of SQLite and PostgreSQL reach
// SOCI. What SOCI 4.0.3 does silently (a statement run twice, text dropped, a commit that lies, a
// busy timeout of zero) is kept behind it; each rule has its test in tests/contract.
//
// Invariants
//   1. One statement a call; text behind it is a defect.
//   2. A fault or a violation inside a transaction dooms it: nothing more runs in it, and commit()
//      rolls it back. PostgreSQL demands that; SQLite would commit the half that went well.
//   3. After an unknown commit the session does nothing any more: open another one and read the
//      idempotency key.
//   4. No exception of SOCI leaves: faults are those of engine/base/fault.hpp, and Violation.
//
// A session and its statements belong to one thread at a time. Statements may outlive the session
// object; the connection closes with the last of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace reglament::sql {

class Connection;

// What became of a transaction. Unknown: the store reported a failure although the commit may be
// durable (reproduced with an I/O error on the synchronisation of SQLite's WAL); resolved by
// reading the idempotency key in a new session, never by a blind retry.
enum class CommitOutcome { committed, rolled_back, unknown };

// A constraint of the schema said no: a key that is there already, a value of the wrong type.
struct Violation : std::runtime_error {
  enum class Of { key, other };
  Violation(Of of_what, const std::string& text) : std::runtime_error(text), of(of_what) {}
  Of of;
};

class Session {
 public:
  explicit Session(std::shared_ptr<Connection> connection);

  // One statement without parameters and columns: the schema, VACUUM.
  void execute(const std::string& sql);

  // On SQLite takes the write lock at once: TryAgain when another holds it for longer than the busy
  // timeout. (A deferred BEGIN fails in mid-transaction, where waiting cannot help.)
  void begin();
  // Never throws; trouble() tells why when the outcome is not `committed`.
  [[nodiscard]] CommitOutcome commit() noexcept;
  void rollback() noexcept;

  [[nodiscard]] bool in_transaction() const;
  // False after an unknown commit, and when the connection is lost: open another session.
  [[nodiscard]] bool is_usable() const;
  [[nodiscard]] const std::string& trouble() const;
  // Where the database is, for texts.
  [[nodiscard]] const std::string& place() const;
  [[nodiscard]] const std::shared_ptr<Connection>& connection() const { return connection_; }

 private:
  std::shared_ptr<Connection> connection_;
};

// A transaction that is rolled back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Session& session) : session_(session) { session_.begin(); }
  ~Transaction() {
    if (!ended_) session_.rollback();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  [[nodiscard]] CommitOutcome commit() noexcept {
    ended_ = true;
    return session_.commit();
  }

 private:
  Session& session_;
  bool ended_ = false;
};

// ---- SQLite ----

enum class SqliteAccess {
  create_owner,  // the one connection that writes and checkpoints; the file may be new
  owner,         // the same, for a file that exists
  reader,        // any other connection: cannot write, never checkpoints
};

// Why one owner: SQLite before 3.51.3 can lose committed rows in WAL mode when several connections
// write and checkpoint (the WAL-reset bug), and at once when one of them uses mmap.
//
// Measured (2 cores, ext4, 1,000 transitions a commit, synchronous=FULL): pages of 8 KiB are 5 %
// faster than of 4 KiB and 25 % faster than of 2 KiB; checkpoints each 4,000 pages 15 % faster than
// the default 1,000, larger ones give longer pauses and no speed; a cache above 16 MiB gives
// nothing.
struct SqliteSettings {
  std::filesystem::path file;
  SqliteAccess access = SqliteAccess::owner;
  std::chrono::milliseconds busy_timeout{5000};
  int checkpoint_pages = 4000;  // of the owner; a reader has 0
  int page_bytes = 8192;        // only when the file is new
  int cache_kib = 16384;
};

// Opens, sets journal_mode=WAL, synchronous=FULL, mmap_size=0, secure_delete=ON (an erasure leaves
// no plaintext in the file), and reads each back. Throws Unavailable: missing, not a database,
// setting not accepted; TryAgain: locked.
[[nodiscard]] Session open_sqlite(const SqliteSettings& settings);

// ---- PostgreSQL ----

enum class PostgresqlAccess {
  writer,  // of several servers in the address, the one that is not in recovery
  reader,  // cannot write; may be served by a standby
};

// `url` is a connection URI of libpq,
// "postgresql://user:password@host,host:port/database?name=..."; what it says (TLS: sslmode,
// sslrootcert, sslcert, ...) goes before the defaults that the session adds: 10 s to connect,
// keep-alives and 20 s without an acknowledgement on TCP, 60 s a statement,
// 10 s a transaction that stands still (a writer that is stopped in the middle of one must not hold
// its locks against its successor).
//
// The session is UTF-8, plans each statement once and by its indexes: tables grow from nothing, and
// what is planned on an empty one would read the whole table later. No statement is worth compiling
// (the server would, because it takes a plan that it was forbidden for a dear one).
struct PostgresqlSettings {
  std::string url;
  PostgresqlAccess access = PostgresqlAccess::writer;
};

// Connects. Throws BadConfiguration: the address cannot be read, or asks for
// synchronous_commit=off; Unavailable: no server, no such database, a wrong password. No text names
// the password.
[[nodiscard]] Session open_postgresql(const PostgresqlSettings& settings);

// The address without the password and the parameters. Throws BadConfiguration.
[[nodiscard]] std::string postgresql_place(const std::string& url);

}  // namespace reglament::sql
