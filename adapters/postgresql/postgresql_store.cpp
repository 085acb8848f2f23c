#include "adapters/postgresql/postgresql_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/postgresql/connecting.hpp"
#include "adapters/postgresql/locks.hpp"
#include "adapters/postgresql/outbox_pack.hpp"
#include "adapters/postgresql/postgresql_reader.hpp"
#include "adapters/postgresql/schema.hpp"
#include "adapters/soci/array_batch.hpp"
#include "adapters/soci/columns.hpp"
#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace postgresql {
namespace {

using Integer = std::int64_t;
using sql::Bytes;

// What a commit runs, prepared once a connection.
struct Statements {
  explicit Statements(const sql::Session& session)
      // The rows of logs are locked in their order, so that two owners never wait for each other.
      : lock_logs(session,
                  "SELECT log, epoch FROM log WHERE :share::bigint IN (-1, log) ORDER BY log"
                  " FOR NO KEY UPDATE"),
        change_logs(session,
                    "UPDATE log SET size = rows.size, root = rows.root, frontier = rows.frontier,"
                    " register_seq = rows.register_seq, register_head = rows.register_head,"
                    " cases = rows.cases, calendar = rows.calendar, clock_now = "
                    "coalesce(rows.clock_now, log.clock_now)"
                    " FROM :rows(log, size, root, frontier, register_seq, register_head, cases,"
                    " calendar, clock_now) WHERE log.log = rows.log"),
        set_clock(session,
                  "UPDATE log SET clock_now = :clock_now WHERE :share::bigint IN (-1, log)"),
        logs(session, select_logs),
        raise_epochs(session, "UPDATE log SET epoch = epoch + 1 WHERE :share::bigint IN (-1, log)"),
        hash_of(session, "SELECT hash FROM entry WHERE log = :log AND leaf = :leaf"),
        put_entries(session,
                    "INSERT INTO entry (log, leaf, case_number, hash, bytes)"
                    " SELECT * FROM :rows(log, leaf, case_number, hash, bytes)"),
        put_dossiers(session,
                     "INSERT INTO dossier (log, leaf, case_number, salt, value)"
                     " SELECT * FROM :rows(log, leaf, case_number, salt, value)"),
        put_calendar_editions(
            session,
            "INSERT INTO calendar_edition (known_since, code, act, text, published_at)"
            " SELECT * FROM :rows(known_since, code, act, text, published_at)"),
        calendar_edition(session, "SELECT known_since FROM calendar_edition WHERE code = :code"),
        put_cases(session,
                  "INSERT INTO cases (number, log, open, alarm_at, state)"
                  " SELECT * FROM :rows(number, log, open, alarm_at, state)"),
        change_cases(session,
                     "UPDATE cases SET open = rows.open, alarm_at = rows.alarm_at,"
                     " state = rows.state FROM :rows(number, log, open, alarm_at, state)"
                     " WHERE cases.number = rows.number AND cases.log = rows.log"),
        put_requests(session,
                     "INSERT INTO request (request_id, log, leaf, case_number)"
                     " SELECT * FROM :rows(request_id, log, leaf, case_number)"),
        put_inbox(session,
                  "INSERT INTO inbox (case_number, task, log, leaf)"
                  " SELECT * FROM :rows(case_number, task, log, leaf)"),
        put_outbox(session,
                   "INSERT INTO outbox_pack (log, first_id, last_id, messages)"
                   " SELECT * FROM :rows(log, first_id, last_id, messages)"),
        // The rows that left before are gone but for the index, which would be read through again.
        confirm_outbox(session,
                       "DELETE FROM outbox_pack"
                       " WHERE log = :log AND last_id > :above AND last_id <= :through"),
        confirm_part(session,
                     "UPDATE outbox_pack SET confirmed_through = :through WHERE (log, last_id) ="
                     " (SELECT log, last_id FROM outbox_pack WHERE log = :log AND last_id > :above"
                     "  ORDER BY last_id LIMIT 1) AND first_id <= :reached") {}

  sql::Query<sql::Takes<Integer>, sql::Gives<Integer, Integer>> lock_logs;
  sql::ArrayBatch<Integer, Integer, Bytes, Bytes, Integer, Bytes, Integer, std::string_view,
                  std::optional<Integer>>
      change_logs;
  sql::Command<Integer, Integer> set_clock;
  sql::Query<sql::Takes<>, sql::Gives<Integer, Integer, Bytes, Bytes, Integer, Bytes, Integer,
                                      Integer, std::string_view, std::optional<Integer>>>
      logs;
  sql::Command<Integer> raise_epochs;
  sql::Query<sql::Takes<Integer, Integer>, sql::Gives<Bytes>> hash_of;
  sql::ArrayBatch<Integer, Integer, Integer, Bytes, Bytes> put_entries;
  sql::ArrayBatch<Integer, Integer, Integer, Bytes, Bytes> put_dossiers;
  sql::ArrayBatch<Integer, std::string_view, std::string_view, Bytes, Integer>
      put_calendar_editions;
  sql::Query<sql::Takes<std::string_view>, sql::Gives<Integer>> calendar_edition;
  sql::ArrayBatch<Integer, Integer, Integer, std::optional<Integer>, Bytes> put_cases;
  sql::ArrayBatch<Integer, Integer, Integer, std::optional<Integer>, Bytes> change_cases;
  sql::ArrayBatch<Bytes, Integer, Integer, Integer> put_requests;
  sql::ArrayBatch<Integer, Integer, Integer, Integer> put_inbox;
  sql::ArrayBatch<Integer, Integer, Integer, Bytes> put_outbox;
  sql::Command<Integer, Integer, Integer> confirm_outbox;
  sql::Command<Integer, Integer, Integer, Integer> confirm_part;
};

struct Claimed {
  LogId log{};
  std::uint64_t epoch{};
  Integer confirmed_through = -1;  // what has left the outbox for certain
};

struct Connected {
  explicit Connected(sql::Session opened) : session(std::move(opened)), statements(session) {}
  sql::Session session;
  Statements statements;
};

// What such a batch says of logs, outbox and clock is as true when it is said twice.
bool may_be_repeated(const Batch& batch) {
  return batch.entries.empty() && batch.calendar_editions.empty() && batch.new_cases.empty() &&
         batch.changed_cases.empty() && batch.requests.empty() && batch.inbox.empty() &&
         batch.outbox.empty() && batch.dossiers.empty();
}

// How often a commit that the server gave up (a deadlock, a serialization failure) is tried.
constexpr int kAttempts = 20;
// Before the second attempt, twice that before the third: whoever was in the way gets out of it.
constexpr std::chrono::milliseconds kPause{2};

class PostgresqlStore final : public Store {
 public:
  explicit PostgresqlStore(PostgresqlSettings settings)
      : settings_(std::move(settings)), connected_(std::in_place, connect()) {}

  [[nodiscard]] std::vector<StoredLog> claim(Share share) override;
  void commit(const Batch& batch) override;
  [[nodiscard]] std::unique_ptr<StoreReader> reader() override;

 private:
  // What became of one attempt.
  enum class Attempt { committed, nothing_happened, unknown };

  [[nodiscard]] sql::Session connect() const;
  [[nodiscard]] Connected& connected();
  [[nodiscard]] std::vector<StoredLog> try_to_claim(Share share);
  [[nodiscard]] Attempt try_to_commit(const Batch& batch);
  void write(Connected& on, const Batch& batch);
  void fence(Connected& on, const Batch& batch);
  void write_logs(Connected& on, const Batch& batch);
  void write_history(Connected& on, const Batch& batch);
  void write_cases(Connected& on, const Batch& batch);
  void write_messages(Connected& on, const Batch& batch);
  [[nodiscard]] bool is_there(const Batch& batch);
  void expect_certain() const;

  const PostgresqlSettings settings_;
  std::optional<Connected> connected_;
  std::vector<Claimed> claimed_;  // empty before claim()
  bool uncertain_ = false;
};

// ---- The connection ----------------------------------------------------------------------------

sql::Session PostgresqlStore::connect() const {
  sql::Session session = sql::open_postgresql({.url = settings_.url});
  expect_known_schema(session);
  take_lock(session, Lock::owner,
            settings_.ownership == Ownership::sole ? Hold::alone : Hold::together);
  return session;
}

Connected& PostgresqlStore::connected() {
  if (connected_ && connected_->session.is_usable()) return *connected_;
  connected_.reset();
  connected_.emplace(connect_again([this] { return connect(); }, settings_.patience));
  return *connected_;
}

std::unique_ptr<StoreReader> PostgresqlStore::reader() {
  return std::make_unique<PostgresqlReader>(settings_.url, settings_.patience);
}

// ---- Taking over -------------------------------------------------------------------------------

// A claim whose outcome is not known is made again: an epoch may be raised twice.
std::vector<StoredLog> PostgresqlStore::claim(Share share) {
  for (int attempt = 1;; ++attempt) {
    try {
      std::vector<StoredLog> logs = try_to_claim(share);
      uncertain_ = false;
      claimed_.clear();
      for (const StoredLog& log : logs) {
        if (holds(share, log.log)) claimed_.push_back({log.log, log.epoch});
      }
      return logs;
    } catch (const Unavailable&) {
      const bool is_lost = connected_ && !connected_->session.is_usable();
      if (!is_lost || attempt == kAttempts) throw;
    } catch (const TryAgain&) {
      if (attempt == kAttempts) throw;
      std::this_thread::sleep_for(attempt * kPause);
    }
  }
}

std::vector<StoredLog> PostgresqlStore::try_to_claim(Share share) {
  Connected& on = connected();
  sql::Transaction transaction(on.session);
  on.statements.lock_logs.each([](Integer, Integer) {}, sql::from_share(share));
  on.statements.raise_epochs.run(sql::from_share(share));
  std::vector<StoredLog> logs;
  on.statements.logs.each([&](auto... columns) { logs.push_back(to_log(columns...)); });
  switch (transaction.commit()) {
    case sql::CommitOutcome::committed:
      return logs;
    case sql::CommitOutcome::rolled_back:
      throw TryAgain(on.session.trouble());
    case sql::CommitOutcome::unknown:
      break;
  }
  throw Unavailable(on.session.trouble());
}

// ---- Committing --------------------------------------------------------------------------------

void PostgresqlStore::commit(const Batch& batch) {
  expect_certain();
  for (int attempt = 1;; ++attempt) {
    Attempt became = Attempt::nothing_happened;
    try {
      became = try_to_commit(batch);
    } catch (const Fenced&) {
      throw;
    } catch (const Unavailable&) {
      const bool is_lost = connected_ && !connected_->session.is_usable();
      if (!is_lost || attempt == kAttempts) throw;
    } catch (const TryAgain&) {
      if (attempt == kAttempts) throw;
      std::this_thread::sleep_for(attempt * kPause);
    }
    if (became == Attempt::unknown && is_there(batch)) became = Attempt::committed;
    if (became == Attempt::committed) break;
    if (attempt == kAttempts) {
      throw Unavailable(fmt::format("expected {} to commit, found it refusing {} times",
                                    sql::postgresql_place(settings_.url), kAttempts));
    }
  }
  if (!batch.outbox_confirmed_through) return;
  for (Claimed& log : claimed_) {
    if (holds(batch.share, log.log)) {
      log.confirmed_through = sql::from_unsigned(*batch.outbox_confirmed_through);
    }
  }
}

PostgresqlStore::Attempt PostgresqlStore::try_to_commit(const Batch& batch) {
  Connected& on = connected();
  sql::Transaction transaction(on.session);
  try {
    write(on, batch);
  } catch (const sql::Violation& violation) {
    on.session.rollback();
    defect(fmt::format("a batch fits what is stored: {}", violation.what()), __FILE__, __LINE__);
  }
  switch (transaction.commit()) {
    case sql::CommitOutcome::committed:
      return Attempt::committed;
    case sql::CommitOutcome::rolled_back:
      return Attempt::nothing_happened;
    case sql::CommitOutcome::unknown:
      break;
  }
  return Attempt::unknown;
}

void PostgresqlStore::write(Connected& on, const Batch& batch) {
  fence(on, batch);
  write_logs(on, batch);
  write_history(on, batch);
  write_cases(on, batch);
  write_messages(on, batch);
}

// The fence. It comes first: what a former owner prepared touches nothing. From here on nobody else
// can claim these logs until this transaction ends.
void PostgresqlStore::fence(Connected& on, const Batch& batch) {
  std::vector<std::pair<LogId, std::uint64_t>> found;
  on.statements.lock_logs.each(
      [&found](Integer log, Integer epoch) {
        found.emplace_back(static_cast<LogId>(log), static_cast<std::uint64_t>(epoch));
      },
      sql::from_share(batch.share));
  const auto expect = [&](LogId log, std::uint64_t epoch) {
    const auto row = std::ranges::find(found, log, &std::pair<LogId, std::uint64_t>::first);
    if (row == found.end()) on.session.rollback();
    ENSURE(row != found.end(), "a batch names logs of its share that the database has");
    if (row->second == epoch) return;
    throw Fenced(
        fmt::format("expected epoch {} of log {}, found {}: another process has taken over {}",
                    epoch, log, row->second, on.session.place()));
  };
  for (const Claimed& log : claimed_) {
    if (holds(batch.share, log.log)) expect(log.log, log.epoch);
  }
  for (const StoredLog& log : batch.logs) expect(log.log, log.epoch);
}

void PostgresqlStore::write_logs(Connected& on, const Batch& batch) {
  const std::optional<Integer> clock_now = sql::from_instant(batch.clock_now);
  on.statements.change_logs.run(batch.logs, [clock_now](const StoredLog& log) {
    return std::tuple(Integer{log.log}, sql::from_unsigned(log.size), sql::from_digest(log.root),
                      Bytes{log.frontier}, Integer{log.register_seq},
                      sql::from_digest(log.register_head), sql::from_unsigned(log.cases),
                      std::string_view(log.calendar), clock_now);
  });
  // The latest of all rows counts, so one of them is enough.
  if (clock_now && batch.logs.empty()) {
    on.statements.set_clock.run(*clock_now, sql::from_share(batch.share));
  }
}

void PostgresqlStore::write_history(Connected& on, const Batch& batch) {
  on.statements.put_entries.run(batch.entries, [](const StoredEntry& entry) {
    return std::tuple(Integer{entry.log}, sql::from_unsigned(entry.leaf),
                      sql::from_unsigned(entry.case_number), sql::from_digest(entry.hash),
                      Bytes{entry.bytes});
  });
  on.statements.put_dossiers.run(batch.dossiers, [](const StoredDossier& dossier) {
    return std::tuple(Integer{dossier.log}, sql::from_unsigned(dossier.leaf),
                      sql::from_unsigned(dossier.case_number), sql::from_digest(dossier.salt),
                      Bytes{dossier.value});
  });
  on.statements.put_calendar_editions.run(
      batch.calendar_editions, [](const StoredCalendarEdition& edition) {
        return std::tuple(sql::from_date(edition.known_since), std::string_view(edition.code),
                          std::string_view(edition.act), Bytes{edition.text},
                          sql::from_instant(edition.published_at));
      });
}

void PostgresqlStore::write_cases(Connected& on, const Batch& batch) {
  const auto row_of = [](const StoredCase& row) {
    return std::tuple(sql::from_unsigned(row.number), Integer{row.log}, Integer{row.open ? 1 : 0},
                      sql::from_instant(row.alarm_at), Bytes{row.state});
  };
  on.statements.put_cases.run(batch.new_cases, row_of);
  const Integer changed = on.statements.change_cases.run(batch.changed_cases, row_of);
  const bool all_there = changed == std::ssize(batch.changed_cases);
  if (!all_there) on.session.rollback();
  ENSURE(all_there, "a case that a batch changes is in the database");
}

void PostgresqlStore::write_messages(Connected& on, const Batch& batch) {
  on.statements.put_requests.run(batch.requests, [](const StoredRequest& request) {
    return std::tuple(Bytes{request.request_id}, Integer{request.log},
                      sql::from_unsigned(request.leaf), sql::from_unsigned(request.case_number));
  });
  on.statements.put_inbox.run(batch.inbox, [](const StoredInbox& answered) {
    return std::tuple(sql::from_unsigned(answered.case_number), Integer{answered.task},
                      Integer{answered.log}, sql::from_unsigned(answered.leaf));
  });
  if (batch.outbox_confirmed_through) {
    const Integer through = sql::from_unsigned(*batch.outbox_confirmed_through);
    for (const Claimed& log : claimed_) {
      if (!holds(batch.share, log.log)) continue;
      on.statements.confirm_outbox.run(Integer{log.log}, log.confirmed_through, through);
      on.statements.confirm_part.run(through, Integer{log.log}, through, through);
    }
  }
  on.statements.put_outbox.run(pack(batch.outbox), [](const OutboxPack& pack) {
    return std::tuple(Integer{pack.log}, sql::from_unsigned(pack.first_id),
                      sql::from_unsigned(pack.last_id), Bytes{pack.messages});
  });
}

// ---- A commit whose outcome is not known -------------------------------------------------------

// True when the batch is in the store; false when it is not and never will be. The rows of the logs
// are locked first: a server process that is still committing the batch holds them until it is
// done.
bool PostgresqlStore::is_there(const Batch& batch) {
  uncertain_ = true;
  bool is_found = false;
  try {
    Connected& on = connected();
    const sql::Transaction transaction(on.session);
    on.statements.lock_logs.each([](Integer, Integer) {}, sql::from_share(batch.share));
    if (!batch.entries.empty()) {
      const StoredEntry& last = batch.entries.back();
      const auto hash =
          on.statements.hash_of.first(Integer{last.log}, sql::from_unsigned(last.leaf));
      is_found = hash && sql::to_digest(std::get<0>(*hash)) == last.hash;
    } else if (!batch.calendar_editions.empty()) {
      is_found =
          on.statements.calendar_edition.first(batch.calendar_editions.back().code).has_value();
    }
  } catch (const std::runtime_error& error) {
    throw CommitUnknown(
        fmt::format("expected to find out what became of a commit, found: {}", error.what()));
  }
  if (batch.entries.empty() && batch.calendar_editions.empty() && !may_be_repeated(batch)) {
    throw CommitUnknown(
        fmt::format("expected a batch with entries, by which to find out what became"
                    " of its commit, found none, in {}",
                    connected().session.place()));
  }
  uncertain_ = false;
  return is_found;
}

void PostgresqlStore::expect_certain() const {
  if (!uncertain_) return;
  throw Unavailable(
      fmt::format("expected to know what {} holds, found a commit before whose outcome "
                  "is unknown: claim it anew",
                  sql::postgresql_place(settings_.url)));
}

}  // namespace
}  // namespace postgresql

std::unique_ptr<Store> create_postgresql_store(const PostgresqlSettings& settings,
                                               const StoreSettings& created) {
  ENSURE(created.partitions > 0, "a database has at least one partition");
  {
    sql::Session session = sql::open_postgresql({.url = settings.url});
    postgresql::create_schema(session, created);
  }
  return open_postgresql_store(settings);
}

std::unique_ptr<Store> open_postgresql_store(const PostgresqlSettings& settings) {
  return std::make_unique<postgresql::PostgresqlStore>(settings);
}

std::unique_ptr<StoreReader> open_postgresql_reader(const std::string& url,
                                                    std::chrono::milliseconds patience) {
  return std::make_unique<postgresql::PostgresqlReader>(url, patience);
}

bool has_postgresql_store(const std::string& url) {
  const sql::Session session =
      sql::open_postgresql({.url = url, .access = sql::PostgresqlAccess::reader});
  return postgresql::schema_version(session) > 0;
}

std::string postgresql_store_place(const std::string& url) { return sql::postgresql_place(url); }

Migration migrate_postgresql_store(const std::string& url) {
  sql::Session session = sql::open_postgresql({.url = url});
  postgresql::take_lock(session, postgresql::Lock::owner, postgresql::Hold::alone);
  const std::int64_t from = postgresql::migrate_schema(session);
  return {from, postgresql::known_schema_version()};
}

}  // namespace reglament
