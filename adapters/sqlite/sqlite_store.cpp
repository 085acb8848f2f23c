#include "adapters/sqlite/sqlite_store.hpp"

#include <fmt/format.h>

#include <map>
#include <ranges>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>

#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"
#include "adapters/sqlite/columns.hpp"
#include "adapters/sqlite/schema.hpp"
#include "adapters/sqlite/sqlite_reader.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace sqlite {
namespace {

using Integer = std::int64_t;
using sql::Bytes;

// ---- Writing -----------------------------------------------------------------------------------

// What a commit runs, prepared once.
struct Statements {
  explicit Statements(const sql::Session& session)
      : change_log(session,
                   "UPDATE log SET size = :size, root = :root, frontier = :frontier,"
                   " register_seq = :register_seq, register_head = :register_head, cases = :cases,"
                   " calendar = :calendar"
                   " WHERE log = :log AND epoch = :epoch"),
        logs(session, select_logs),
        raise_epochs(session, "UPDATE log SET epoch = epoch + 1 WHERE :share IN (-1, log)"),
        put_entries(session,
                    "INSERT INTO entry VALUES (:log, :leaf, :case_number, CAST(:hash AS BLOB),"
                    " CAST(:bytes AS BLOB))"),
        put_cases(session,
                  "INSERT INTO cases VALUES (:number, :log, :open, :alarm_at,"
                  " CAST(:state AS BLOB))"),
        move_open_cases(session,
                        "UPDATE cases SET alarm_at = :alarm_at, state = CAST(:state AS BLOB)"
                        " WHERE number = :number AND log = :log AND open = 1"),
        change_cases(session,
                     "UPDATE cases SET open = :open, alarm_at = :alarm_at,"
                     " state = CAST(:state AS BLOB) WHERE number = :number AND log = :log"),
        put_requests(session,
                     "INSERT INTO request VALUES (:request_id, :log, :leaf, :case_number)"),
        put_inbox(session, "INSERT INTO inbox VALUES (:case_number, :task, :log, :leaf)"),
        put_outbox(session, "INSERT INTO outbox VALUES (:id, :log, CAST(:payload AS BLOB))"),
        confirm_outbox(session,
                       "DELETE FROM outbox WHERE id <= :through"
                       " AND :share IN (-1, log)"),
        put_dossiers(session,
                     "INSERT INTO dossier VALUES (:log, :leaf, :case_number, CAST(:salt AS BLOB),"
                     " CAST(:value AS BLOB))"),
        put_calendar_editions(session,
                              "INSERT INTO calendar_edition VALUES (:known_since, :code, :act,"
                              " CAST(:text AS BLOB), :published_at)"),
        set_clock(session,
                  // Owners of two shares commit in any order: the latest stands.
                  "UPDATE settings SET clock_now = max(ifnull(clock_now, -9223372036854775807),"
                  " :clock_now)"),
        empty_log(session, "PRAGMA wal_checkpoint(TRUNCATE)"),
        wait_short(session, "PRAGMA busy_timeout = 10"),
        wait_long(session, "PRAGMA busy_timeout = 5000") {}

  sql::Command<Integer, Bytes, Bytes, Integer, Bytes, Integer, std::string_view, Integer, Integer>
      change_log;
  sql::Query<sql::Takes<>, sql::Gives<Integer, Integer, Bytes, Bytes, Integer, Bytes, Integer,
                                      Integer, std::string_view, std::optional<Integer>>>
      logs;
  sql::Command<Integer> raise_epochs;
  sql::Batch<Integer, Integer, Integer, Bytes, Bytes> put_entries;
  sql::Batch<Integer, Integer, Integer, std::optional<Integer>, Bytes> put_cases;
  sql::Batch<std::optional<Integer>, Bytes, Integer, Integer> move_open_cases;
  sql::Batch<Integer, std::optional<Integer>, Bytes, Integer, Integer> change_cases;
  sql::Batch<std::string_view, Integer, Integer, Integer> put_requests;
  sql::Batch<Integer, Integer, Integer, Integer> put_inbox;
  sql::Batch<Integer, Integer, Bytes> put_outbox;
  sql::Command<Integer, Integer> confirm_outbox;
  sql::Batch<Integer, Integer, Integer, Bytes, Bytes> put_dossiers;
  sql::Batch<Integer, std::string_view, std::string_view, Bytes, Integer> put_calendar_editions;
  sql::Command<Integer> set_clock;
  // Whether a reader was in the way, pages in the log, pages moved.
  sql::Query<sql::Takes<>, sql::Gives<Integer, Integer, Integer>> empty_log;
  sql::Query<sql::Takes<>, sql::Gives<Integer>> wait_short;  // milliseconds
  sql::Query<sql::Takes<>, sql::Gives<Integer>> wait_long;
};

// The write-ahead log begins anew by itself when a commit finds that all of it is in the file and
// that nobody reads it; beside a reader that never rests that does not happen (measured: the log
// grew as long as the reader read). From this size on we wait for the readers instead.
constexpr std::uintmax_t kLongestLog = 48U << 20U;
// How much more it grows before we wait again, after a reader that did not end in time.
constexpr std::uintmax_t kPatience = 16U << 20U;
// Many short waits: within one, SQLite waits for a lock that the same reader takes again and again;
// each new one looks afresh at how far the readers are (walCheckpoint in SQLite's wal.c).
constexpr int kWaits = 50;

class SqliteStore final : public Store {
 public:
  SqliteStore(sql::Session session, std::filesystem::path path)
      : path_(std::move(path)), session_(std::move(session)), statements_(session_) {}

  [[nodiscard]] std::vector<StoredLog> claim(Share share) override;
  void commit(const Batch& batch) override;
  [[nodiscard]] std::unique_ptr<StoreReader> reader() override;

 private:
  [[nodiscard]] std::vector<StoredLog> read_logs();
  void change_logs(const Batch& batch);
  void expect_claimed_epochs(Share share);
  [[noreturn]] void throw_fenced(LogId log, std::uint64_t epoch);
  void write_history(const Batch& batch);
  void write_cases(const Batch& batch);
  [[nodiscard]] Integer change_cases(std::span<const StoredCase> rows);
  void write_messages(const Batch& batch);
  void bound_log();
  void expect_certain() const;
  void end(sql::Transaction& transaction);

  std::filesystem::path path_;
  sql::Session session_;
  Statements statements_;
  std::map<LogId, std::uint64_t> claimed_epochs_;
  std::uintmax_t longest_log_ = kLongestLog;
  bool uncertain_ = false;
};

std::vector<StoredLog> SqliteStore::claim(Share share) {
  expect_certain();
  sql::Transaction transaction(session_);
  statements_.raise_epochs.run(from_share(share));
  std::vector<StoredLog> logs = read_logs();
  end(transaction);
  for (const StoredLog& log : logs) {
    if (holds(share, log.log)) claimed_epochs_[log.log] = log.epoch;
  }
  return logs;
}

void SqliteStore::commit(const Batch& batch) {
  expect_certain();
  sql::Transaction transaction(session_);
  try {
    change_logs(batch);
    write_history(batch);
    write_cases(batch);
    write_messages(batch);
    if (batch.clock_now) statements_.set_clock.run(from_instant(*batch.clock_now));
  } catch (const sql::Violation& violation) {
    session_.rollback();
    defect(fmt::format("a batch fits what is stored: {}", violation.what()), __FILE__, __LINE__);
  }
  end(transaction);
  bound_log();
}

void SqliteStore::bound_log() {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(beside(path_, "-wal"), error);
  if (error || size < longest_log_) return;
  longest_log_ = size + kPatience;
  try {
    static_cast<void>(statements_.wait_short.first());
    for (int i = 0; i < kWaits && longest_log_ != kLongestLog; ++i) {
      const auto result = statements_.empty_log.first();
      if (result && std::get<0>(*result) == 0) longest_log_ = kLongestLog;
    }
    static_cast<void>(statements_.wait_long.first());
  } catch (const std::runtime_error&) {
    // What was committed is durable, and this is only tidying: the next commit meets the trouble.
  }
}

std::unique_ptr<StoreReader> SqliteStore::reader() {
  expect_certain();
  return std::make_unique<SqliteReader>(open_checked_reader(path_, store_format), path_);
}

std::vector<StoredLog> SqliteStore::read_logs() {
  std::vector<StoredLog> logs;
  statements_.logs.each([&](auto... columns) { logs.push_back(to_log(columns...)); });
  return logs;
}

// The fence. It comes first: what a former owner prepared touches nothing.
void SqliteStore::change_logs(const Batch& batch) {
  if (batch.logs.empty()) expect_claimed_epochs(batch.share);
  for (const StoredLog& log : batch.logs) {
    const auto changed = statements_.change_log.run(
        from_unsigned(log.size), from_digest(log.root), Bytes{log.frontier}, log.register_seq,
        from_digest(log.register_head), from_unsigned(log.cases), log.calendar, log.log,
        from_unsigned(log.epoch));
    if (changed != 1) throw_fenced(log.log, log.epoch);
  }
}

// A batch without entries (the outbox, the clock) names no log, and is fenced all the same.
void SqliteStore::expect_claimed_epochs(Share share) {
  if (claimed_epochs_.empty()) return;
  for (const StoredLog& log : read_logs()) {
    const auto claimed = claimed_epochs_.find(log.log);
    if (!holds(share, log.log) || claimed == claimed_epochs_.end()) continue;
    if (log.epoch != claimed->second) throw_fenced(log.log, claimed->second);
  }
}

void SqliteStore::throw_fenced(LogId log, std::uint64_t epoch) {
  const std::vector<StoredLog> logs = read_logs();
  if (log >= logs.size()) session_.rollback();
  ENSURE(log < logs.size(), "a batch names logs that the database has");
  throw Fenced(
      fmt::format("expected epoch {} of log {}, found {}: another process has taken over {}", epoch,
                  log, logs[log].epoch, path_.string()));
}

void SqliteStore::write_history(const Batch& batch) {
  statements_.put_entries.run(batch.entries, [](const StoredEntry& entry) {
    return std::tuple(Integer{entry.log}, from_unsigned(entry.leaf),
                      from_unsigned(entry.case_number), from_digest(entry.hash),
                      Bytes{entry.bytes});
  });
  statements_.put_dossiers.run(batch.dossiers, [](const StoredDossier& dossier) {
    return std::tuple(Integer{dossier.log}, from_unsigned(dossier.leaf),
                      from_unsigned(dossier.case_number), from_digest(dossier.salt),
                      Bytes{dossier.value});
  });
  statements_.put_calendar_editions.run(
      batch.calendar_editions, [](const StoredCalendarEdition& edition) {
        return std::tuple(from_date(edition.known_since), std::string_view(edition.code),
                          std::string_view(edition.act), Bytes{edition.text},
                          from_instant(edition.published_at));
      });
}

void SqliteStore::write_cases(const Batch& batch) {
  statements_.put_cases.run(batch.new_cases, [](const StoredCase& row) {
    return std::tuple(from_unsigned(row.number), Integer{row.log}, Integer{row.open ? 1 : 0},
                      from_instant(row.alarm_at), Bytes{row.state});
  });
  const Integer changed = change_cases(batch.changed_cases);
  const bool all_there = changed == std::ssize(batch.changed_cases);
  if (!all_there) session_.rollback();
  ENSURE(all_there, "a case that a batch changes is in the database");
}

// Nearly every change leaves an open case open. A statement that does not set the column leaves
// the index over it alone, which is a tenth of the time of a commit.
Integer SqliteStore::change_cases(std::span<const StoredCase> rows) {
  auto stay_open = rows | std::views::filter(&StoredCase::open);
  const Integer moved = statements_.move_open_cases.run(stay_open, [](const StoredCase& row) {
    return std::tuple(from_instant(row.alarm_at), Bytes{row.state}, from_unsigned(row.number),
                      Integer{row.log});
  });
  // Fewer than asked: some were closed before, and the whole of each row is written.
  const bool reopened = moved != std::ranges::distance(stay_open);
  auto rest = rows | std::views::filter(
                         [reopened](const StoredCase& row) { return reopened || !row.open; });
  const Integer changed = statements_.change_cases.run(rest, [](const StoredCase& row) {
    return std::tuple(Integer{row.open ? 1 : 0}, from_instant(row.alarm_at), Bytes{row.state},
                      from_unsigned(row.number), Integer{row.log});
  });
  return reopened ? changed : moved + changed;
}

void SqliteStore::write_messages(const Batch& batch) {
  statements_.put_requests.run(batch.requests, [](const StoredRequest& request) {
    return std::tuple(std::string_view(request.request_id), Integer{request.log},
                      from_unsigned(request.leaf), from_unsigned(request.case_number));
  });
  statements_.put_inbox.run(batch.inbox, [](const StoredInbox& answered) {
    return std::tuple(from_unsigned(answered.case_number), Integer{answered.task},
                      Integer{answered.log}, from_unsigned(answered.leaf));
  });
  // Before the new messages: their pages can then be those that the confirmed ones leave.
  if (batch.outbox_confirmed_through) {
    statements_.confirm_outbox.run(from_unsigned(*batch.outbox_confirmed_through),
                                   from_share(batch.share));
  }
  std::string payload;
  statements_.put_outbox.run(batch.outbox, [&payload](const OutboxMessage& message) {
    payload = wire::encode(message.message);
    return std::tuple(from_unsigned(message.id), Integer{message.log}, Bytes{payload});
  });
}

void SqliteStore::expect_certain() const {
  if (!uncertain_) return;
  throw Unavailable(
      fmt::format("expected to know what {} holds, found a commit before whose outcome is unknown: "
                  "open it anew",
                  path_.string()));
}

void SqliteStore::end(sql::Transaction& transaction) {
  switch (transaction.commit()) {
    case sql::CommitOutcome::committed:
      return;
    case sql::CommitOutcome::rolled_back:
      throw Unavailable(session_.trouble());
    case sql::CommitOutcome::unknown:
      uncertain_ = true;
      throw CommitUnknown(session_.trouble());
  }
}

// ---- Opening ----------------------------------------------------------------------

void set_quota(const sql::Session& session, SqliteQuota quota) {
  if (!quota.pages) return;
  // SQLite answers with what it set; a file that is larger already keeps its size.
  static_cast<void>(sql::Query<sql::Takes<>, sql::Gives<Integer>>(
                        session, fmt::format("PRAGMA max_page_count = {}", *quota.pages))
                        .first());
}

}  // namespace
}  // namespace sqlite

std::unique_ptr<Store> create_sqlite_store(const std::filesystem::path& path,
                                           const StoreSettings& settings) {
  ENSURE(settings.partitions > 0, "a database has at least one partition");
  sqlite::create_database(path, sqlite::store_format, [&settings](sql::Session& session) {
    sqlite::fill_schema(session, settings);
  });
  return open_sqlite_store(path);
}

std::int64_t sqlite_schema_version() { return sqlite::store_format.schema_version; }

std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& path, SqliteQuota quota) {
  sql::Session session = sqlite::open_checked_owner(path, sqlite::store_format);
  sqlite::set_quota(session, quota);
  return std::make_unique<sqlite::SqliteStore>(std::move(session), path);
}

std::unique_ptr<StoreReader> open_sqlite_reader(const std::filesystem::path& path) {
  return std::make_unique<sqlite::SqliteReader>(
      sqlite::open_checked_reader(path, sqlite::store_format), path);
}

}  // namespace reglament
