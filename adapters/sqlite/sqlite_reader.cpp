#include "adapters/sqlite/sqlite_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "adapters/sqlite/columns.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"

namespace reglament::sqlite {
namespace {

constexpr std::int64_t kRowsAtOnce = 1000;

// A statement that reads on from where the last run of it ended. Each run is a transaction of its
// own: a long one would keep the owner from reusing its write-ahead log.
std::string in_portions(std::string_view select) {
  return fmt::format("{} LIMIT {}", select, kRowsAtOnce);
}

std::int64_t to_limit(std::size_t limit) {
  constexpr std::size_t most = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(limit, most));
}

// Calls `run` for one portion after another; it counts its rows and says whether to go on.
template <class Run>
void read_in_portions(Run&& run) {
  for (;;) {
    std::int64_t rows = 0;
    const bool more = run(rows);
    if (!more || rows < kRowsAtOnce) return;
  }
}

}  // namespace

StoredLog to_log(std::int64_t log, std::int64_t size, sql::Bytes root, sql::Bytes frontier,
                 std::int64_t register_seq, sql::Bytes register_head, std::int64_t cases,
                 std::int64_t epoch, std::string_view calendar,
                 std::optional<std::int64_t> clock_now) {
  StoredLog row;
  row.log = static_cast<LogId>(log);
  row.size = static_cast<std::uint64_t>(size);
  row.root = to_digest(root.view);
  row.frontier = frontier.view;
  row.register_seq = static_cast<std::uint32_t>(register_seq);
  row.register_head = to_digest(register_head.view);
  row.cases = static_cast<std::uint64_t>(cases);
  row.epoch = static_cast<std::uint64_t>(epoch);
  row.calendar = calendar;
  row.clock_now = to_instant(clock_now);
  return row;
}

SqliteReader::SqliteReader(sql::Session session, std::filesystem::path path)
    : path_(std::move(path)),
      session_(std::move(session)),
      settings_(session_,
                "SELECT partitions, virtual_clock, clock_now, tzdata_version FROM settings"),
      logs_(session_, select_logs),
      case_state_(session_, "SELECT state FROM cases WHERE number = :number"),
      cases_(session_, in_portions("SELECT number, log, open, alarm_at, state FROM cases"
                                   " WHERE number > :after AND :share IN (-1, log)"
                                   " ORDER BY number")),
      open_cases_(session_, in_portions("SELECT number, log, open, alarm_at, state FROM cases"
                                        " WHERE open = 1 AND number > :after"
                                        " AND :share IN (-1, log) ORDER BY number")),
      open_cases_after_(session_,
                        "SELECT number, log, alarm_at, state FROM cases"
                        " WHERE open = 1 AND number > :after AND :share IN (-1, log)"
                        " ORDER BY number LIMIT :limit"),
      alarms_at_(session_,
                 "SELECT number, log, open, alarm_at, state FROM cases"
                 " WHERE alarm_at = :at AND number > :number AND :share IN (-1, log)"
                 " ORDER BY number LIMIT :limit"),
      alarms_after_(session_,
                    "SELECT number, log, open, alarm_at, state FROM cases"
                    " WHERE alarm_at > :at AND alarm_at <= :until AND :share IN (-1, log)"
                    " ORDER BY alarm_at, number LIMIT :limit"),
      next_alarm_(session_,
                  "SELECT alarm_at FROM cases WHERE alarm_at > :after ORDER BY alarm_at LIMIT 1"),
      next_alarm_of_log_(session_,
                         "SELECT alarm_at FROM cases WHERE alarm_at > :after AND log = :log"
                         " ORDER BY alarm_at LIMIT 1"),
      request_(session_,
               "SELECT log, leaf, case_number FROM request WHERE request_id = :request_id"),
      entry_(session_,
             "SELECT case_number, hash, bytes FROM entry WHERE log = :log AND leaf = :leaf"),
      entries_(session_, in_portions("SELECT leaf, case_number, hash, bytes FROM entry"
                                     " WHERE log = :log AND leaf >= :first ORDER BY leaf")),
      inbox_(session_, in_portions("SELECT case_number, task, log, leaf FROM inbox"
                                   " WHERE (case_number, task) > (:case_number, :task)"
                                   " ORDER BY case_number, task")),
      outbox_(session_,
              in_portions("SELECT id, log, payload FROM outbox WHERE (id, log) > (:id, :log)"
                          " AND :share IN (-1, log) ORDER BY id, log")),
      dossier_(session_,
               "SELECT case_number, salt, value FROM dossier WHERE log = :log AND leaf = :leaf"),
      calendar_editions_(session_,
                         "SELECT known_since, code, act, text, published_at FROM calendar_edition"
                         " ORDER BY known_since") {}

StoreSettings SqliteReader::settings() {
  const auto row = settings_.first();
  if (!row) {
    throw Unavailable(
        fmt::format("expected settings in the database, found none, in {}", path_.string()));
  }
  const auto& [partitions, virtual_clock, clock_now, tzdata_version] = *row;
  return {static_cast<std::uint32_t>(partitions), virtual_clock != 0, to_instant(clock_now),
          tzdata_version};
}

std::vector<StoredLog> SqliteReader::logs() {
  std::vector<StoredLog> logs;
  logs_.each([&](auto... columns) { logs.push_back(to_log(columns...)); });
  return logs;
}

std::optional<std::string> SqliteReader::case_state(CaseNumber number) {
  auto row = case_state_.first(from_unsigned(number));
  if (!row) return std::nullopt;
  return std::get<0>(std::move(*row));
}

void SqliteReader::for_each_case(Share share, bool only_open,
                                 const std::function<bool(const StoredCase&)>& visit) {
  Cases& query = only_open ? open_cases_ : cases_;
  StoredCase row;
  read_in_portions([&](std::int64_t& rows) {
    bool more = true;
    query.each(
        [&](Integer number, Integer log, Integer open, std::optional<Integer> alarm_at,
            Bytes state) {
          ++rows;
          row.number = static_cast<CaseNumber>(number);
          row.log = static_cast<LogId>(log);
          row.open = open != 0;
          row.alarm_at = to_instant(alarm_at);
          row.state = state.view;
          return more = visit(row);
        },
        from_unsigned(row.number), from_share(share));
    return more;
  });
}

std::vector<StoredCase> SqliteReader::open_cases(Share share, CaseNumber after, std::size_t limit) {
  std::vector<StoredCase> rows;
  open_cases_after_.each(
      [&](Integer number, Integer log, std::optional<Integer> alarm_at, Bytes state) {
        rows.push_back({static_cast<CaseNumber>(number), static_cast<LogId>(log), true,
                        to_instant(alarm_at), std::string(state.view)});
      },
      from_unsigned(after), from_share(share), to_limit(limit));
  return rows;
}

std::vector<StoredCase> SqliteReader::cases_with_alarm(Share share, AlarmPlace after, Instant until,
                                                       std::size_t limit) {
  std::vector<StoredCase> rows;
  const auto add = [&](Integer number, Integer log, Integer open, Integer alarm_at, Bytes state) {
    rows.push_back({static_cast<CaseNumber>(number), static_cast<LogId>(log), open != 0,
                    to_instant(std::optional(alarm_at)), std::string(state.view)});
  };
  const Integer at = from_instant(after.at);
  if (after.at <= until) {
    alarms_at_.each(add, at, from_unsigned(after.number), from_share(share), to_limit(limit));
  }
  if (rows.size() < limit) {
    alarms_after_.each(add, at, from_instant(until), from_share(share),
                       to_limit(limit - rows.size()));
  }
  return rows;
}

std::optional<Instant> SqliteReader::next_alarm(Share share, Instant after) {
  const auto row = share ? next_alarm_of_log_.first(from_instant(after), Integer{*share})
                         : next_alarm_.first(from_instant(after));
  if (!row) return std::nullopt;
  return Instant(std::chrono::microseconds(std::get<0>(*row)));
}

std::vector<StoredRequest> SqliteReader::requests(std::span<const std::string_view> request_ids) {
  std::vector<StoredRequest> known;
  for (const std::string_view id : request_ids) {
    const auto row = request_.first(id);
    if (!row) continue;
    const auto& [log, leaf, case_number] = *row;
    known.push_back({std::string(id), static_cast<LogId>(log), static_cast<LeafIndex>(leaf),
                     static_cast<CaseNumber>(case_number)});
  }
  return known;
}

std::optional<StoredEntry> SqliteReader::entry(LogId log, LeafIndex leaf) {
  auto row = entry_.first(log, from_unsigned(leaf));
  if (!row) return std::nullopt;
  auto& [case_number, hash, bytes] = *row;
  return StoredEntry{log, leaf, static_cast<CaseNumber>(case_number), to_digest(hash),
                     std::move(bytes)};
}

void SqliteReader::for_each_entry(LogId log, LeafIndex first,
                                  const std::function<bool(const StoredEntry&)>& visit) {
  StoredEntry row;
  row.log = log;
  LeafIndex from = first;
  read_in_portions([&](std::int64_t& rows) {
    bool more = true;
    entries_.each(
        [&](Integer leaf, Integer case_number, Bytes hash, Bytes bytes) {
          ++rows;
          row.leaf = static_cast<LeafIndex>(leaf);
          row.case_number = static_cast<CaseNumber>(case_number);
          row.hash = to_digest(hash.view);
          row.bytes = bytes.view;
          from = row.leaf + 1;
          return more = visit(row);
        },
        log, from_unsigned(from));
    return more;
  });
}

void SqliteReader::for_each_inbox(const std::function<bool(const StoredInbox&)>& visit) {
  StoredInbox row;
  read_in_portions([&](std::int64_t& rows) {
    bool more = true;
    inbox_.each(
        [&](Integer case_number, Integer task, Integer log, Integer leaf) {
          ++rows;
          row = {static_cast<CaseNumber>(case_number), static_cast<std::uint32_t>(task),
                 static_cast<LogId>(log), static_cast<LeafIndex>(leaf)};
          return more = visit(row);
        },
        from_unsigned(row.case_number), row.task);
    return more;
  });
}

void SqliteReader::for_each_message(Share share,
                                    const std::function<bool(const OutboxMessage&)>& visit) {
  OutboxMessage row;
  std::pair<Integer, Integer> after{-1, -1};  // id and log
  read_in_portions([&](std::int64_t& rows) {
    bool more = true;
    outbox_.each(
        [&](Integer id, Integer log, Bytes payload) {
          ++rows;
          after = {id, log};
          row.id = static_cast<std::uint64_t>(id);
          row.log = static_cast<LogId>(log);
          try {
            row.message = wire::decode_message(payload.view);
          } catch (const BadInput& error) {
            throw Unavailable(
                fmt::format("expected message {} of the outbox of {} to be whole, found: {}", id,
                            path_.string(), error.what()));
          }
          return more = visit(row);
        },
        after.first, after.second, from_share(share));
    return more;
  });
}

std::optional<StoredDossier> SqliteReader::dossier(LogId log, LeafIndex leaf) {
  auto row = dossier_.first(log, from_unsigned(leaf));
  if (!row) return std::nullopt;
  auto& [case_number, salt, value] = *row;
  return StoredDossier{log, leaf, static_cast<CaseNumber>(case_number), to_digest(salt),
                       std::move(value)};
}

std::vector<StoredCalendarEdition> SqliteReader::calendar_editions() {
  std::vector<StoredCalendarEdition> rows;
  calendar_editions_.each([&](Integer known_since, std::string_view code, std::string_view act,
                              Bytes text, Integer published_at) {
    rows.push_back({std::string(code), to_date(known_since), std::string(act),
                    std::string(text.view), Instant(std::chrono::microseconds(published_at))});
  });
  return rows;
}

}  // namespace reglament::sqlite
