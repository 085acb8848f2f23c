#include "adapters/postgresql/postgresql_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "adapters/postgresql/connecting.hpp"
#include "adapters/postgresql/outbox_pack.hpp"
#include "adapters/postgresql/schema.hpp"
#include "adapters/soci/columns.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"

namespace reglament::postgresql {
namespace {

using Integer = std::int64_t;
using sql::Bytes;
using sql::Gives;
using sql::Takes;

constexpr std::int64_t kRowsAtOnce = 1000;
constexpr std::int64_t kPacksAtOnce = 100;  // of 8 KiB

// A statement that reads on from where the last run of it ended. Each run is a snapshot of its own:
// one that lasted for the whole reading would keep the server from tidying up.
std::string portion(std::string_view select) {
  return fmt::format("{} LIMIT {}", select, kRowsAtOnce);
}

std::int64_t to_limit(std::size_t limit) {
  constexpr std::size_t most = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(limit, most));
}

}  // namespace

StoredLog to_log(std::int64_t log, std::int64_t size, Bytes root, Bytes frontier,
                 std::int64_t register_seq, Bytes register_head, std::int64_t cases,
                 std::int64_t epoch, std::string_view calendar,
                 std::optional<std::int64_t> clock_now) {
  StoredLog row;
  row.log = static_cast<LogId>(log);
  row.size = static_cast<std::uint64_t>(size);
  row.root = sql::to_digest(root.view);
  row.frontier = frontier.view;
  row.register_seq = static_cast<std::uint32_t>(register_seq);
  row.register_head = sql::to_digest(register_head.view);
  row.cases = static_cast<std::uint64_t>(cases);
  row.epoch = static_cast<std::uint64_t>(epoch);
  row.calendar = calendar;
  row.clock_now = sql::to_instant(clock_now);
  return row;
}

struct PostgresqlReader::Statements {
  // number, log, open, alarm_at, state
  using Cases = sql::Query<Takes<Integer, Integer>,
                           Gives<Integer, Integer, Integer, std::optional<Integer>, Bytes>>;

  explicit Statements(sql::Session opened)
      : session(std::move(opened)),
        // Of equal instants neither is later: greatest() passes over NULL.
        settings(session,
                 "SELECT partitions, virtual_clock,"
                 " greatest(clock_now, (SELECT max(clock_now) FROM log)), tzdata_version"
                 " FROM settings"),
        logs(session, select_logs),
        case_state(session, "SELECT state FROM cases WHERE number = :number"),
        cases(session, portion("SELECT number, log, open, alarm_at, state FROM cases"
                               " WHERE number > :after AND :share::bigint IN (-1, log)"
                               " ORDER BY number")),
        open_cases(session, portion("SELECT number, log, open, alarm_at, state FROM cases"
                                    " WHERE open = 1 AND number > :after"
                                    " AND :share::bigint IN (-1, log) ORDER BY number")),
        open_cases_after(session,
                         "SELECT number, log, alarm_at, state FROM cases"
                         " WHERE open = 1 AND number > :after AND :share::bigint IN (-1, log)"
                         " ORDER BY number LIMIT :limit"),
        // The index is by log first, so each log gives its earliest.
        alarms(session,
               "SELECT alarm.number, alarm.log, alarm.open, alarm.alarm_at, alarm.state"
               " FROM log CROSS JOIN LATERAL"
               " (SELECT number, log, open, alarm_at, state FROM cases WHERE cases.log = log.log"
               "  AND (alarm_at, number) > (:at, :number) AND alarm_at <= :until"
               "  ORDER BY alarm_at, number LIMIT :limit) AS alarm"
               " WHERE :share::bigint IN (-1, log.log) ORDER BY alarm.alarm_at, alarm.number LIMIT "
               ":most"),
        next_alarm(session,
                   "SELECT alarm.alarm_at FROM log CROSS JOIN LATERAL"
                   " (SELECT alarm_at FROM cases WHERE cases.log = log.log AND alarm_at > :after"
                   "  ORDER BY alarm_at LIMIT 1) AS alarm"
                   " WHERE :share::bigint IN (-1, log.log) ORDER BY alarm.alarm_at LIMIT 1"),
        // The ids in one value, and where each stands in it.
        requests(session,
                 "SELECT request_id, log, leaf, case_number FROM request"
                 " JOIN unnest(:firsts::text::int[], :lengths::text::int[]) AS place(first, length)"
                 " ON request_id = substring(:ids::bytea FROM place.first FOR place.length)"),
        entry(session,
              "SELECT case_number, hash, bytes FROM entry WHERE log = :log AND leaf = :leaf"),
        entries(session, portion("SELECT leaf, case_number, hash, bytes FROM entry"
                                 " WHERE log = :log AND leaf >= :first ORDER BY leaf")),
        inbox(session, portion("SELECT case_number, task, log, leaf FROM inbox"
                               " WHERE (case_number, task) > (:case_number, :task)"
                               " ORDER BY case_number, task")),
        outbox(session,
               "SELECT confirmed_through, messages FROM outbox_pack"
               " WHERE log = :log AND last_id > :after ORDER BY last_id LIMIT :limit"),
        dossier(session,
                "SELECT case_number, salt, value FROM dossier WHERE log = :log AND leaf = :leaf"),
        calendar_editions(session,
                          "SELECT known_since, code, act, text, published_at"
                          " FROM calendar_edition ORDER BY known_since") {}

  sql::Session session;
  sql::Query<Takes<>, Gives<Integer, Integer, std::optional<Integer>, std::string_view>> settings;
  sql::Query<Takes<>, Gives<Integer, Integer, Bytes, Bytes, Integer, Bytes, Integer, Integer,
                            std::string_view, std::optional<Integer>>>
      logs;
  sql::Query<Takes<Integer>, Gives<Bytes>> case_state;
  Cases cases;
  Cases open_cases;
  sql::Query<Takes<Integer, Integer, Integer>,
             Gives<Integer, Integer, std::optional<Integer>, Bytes>>
      open_cases_after;
  sql::Query<Takes<Integer, Integer, Integer, Integer, Integer, Integer>,
             Gives<Integer, Integer, Integer, Integer, Bytes>>
      alarms;
  sql::Query<Takes<Integer, Integer>, Gives<Integer>> next_alarm;
  sql::Query<Takes<std::string_view, std::string_view, Bytes>,
             Gives<Bytes, Integer, Integer, Integer>>
      requests;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Bytes, Bytes>> entry;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Integer, Bytes, Bytes>> entries;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Integer, Integer, Integer>> inbox;
  sql::Query<Takes<Integer, Integer, Integer>, Gives<Integer, Bytes>> outbox;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Bytes, Bytes>> dossier;
  sql::Query<Takes<>, Gives<Integer, std::string_view, std::string_view, Bytes, Integer>>
      calendar_editions;
};

PostgresqlReader::PostgresqlReader(std::string url, std::chrono::milliseconds patience)
    : url_(std::move(url)), patience_(patience), place_(sql::postgresql_place(url_)) {
  statements_ = std::make_shared<Statements>(connect());
}

PostgresqlReader::~PostgresqlReader() = default;

sql::Session PostgresqlReader::connect() const {
  sql::Session session =
      sql::open_postgresql({.url = url_, .access = sql::PostgresqlAccess::reader});
  expect_known_schema(session);
  return session;
}

template <class Read, class IsGiven>
auto PostgresqlReader::on_connection(Read&& read, IsGiven&& is_given) {
  if (statements_->session.is_usable()) {
    const std::shared_ptr<Statements> held = statements_;
    try {
      return read(*held);
    } catch (const Unavailable&) {
      if (is_given() || held->session.is_usable()) throw;
    }
  }
  statements_ =
      std::make_shared<Statements>(connect_again([this] { return connect(); }, patience_));
  const std::shared_ptr<Statements> held = statements_;
  return read(*held);
}

template <class Read>
auto PostgresqlReader::on_connection(Read&& read) {
  return on_connection(read, [] { return false; });
}

// Calls `run(statements, rows)` for one portion after another; it counts its rows and says whether
// to go on.
template <class Run>
void PostgresqlReader::in_portions(Run&& run) {
  for (;;) {
    std::int64_t rows = 0;
    const bool more = on_connection([&](Statements& statements) { return run(statements, rows); },
                                    [&rows] { return rows > 0; });
    if (!more || rows < kRowsAtOnce) return;
  }
}

StoreSettings PostgresqlReader::settings() {
  const auto row =
      on_connection([](Statements& statements) { return statements.settings.first(); });
  if (!row) {
    throw Unavailable(fmt::format("expected settings in the database, found none, in {}", place_));
  }
  const auto& [partitions, virtual_clock, clock_now, tzdata_version] = *row;
  return {static_cast<std::uint32_t>(partitions), virtual_clock != 0, sql::to_instant(clock_now),
          tzdata_version};
}

std::vector<StoredLog> PostgresqlReader::logs() {
  return on_connection([](Statements& statements) {
    std::vector<StoredLog> logs;
    statements.logs.each([&](auto... columns) { logs.push_back(to_log(columns...)); });
    return logs;
  });
}

std::optional<std::string> PostgresqlReader::case_state(CaseNumber number) {
  auto row = on_connection([number](Statements& statements) {
    return statements.case_state.first(sql::from_unsigned(number));
  });
  if (!row) return std::nullopt;
  return std::get<0>(std::move(*row));
}

void PostgresqlReader::for_each_case(Share share, bool only_open,
                                     const std::function<bool(const StoredCase&)>& visit) {
  StoredCase row;
  in_portions([&](Statements& statements, std::int64_t& rows) {
    bool more = true;
    Statements::Cases& query = only_open ? statements.open_cases : statements.cases;
    query.each(
        [&](Integer number, Integer log, Integer open, std::optional<Integer> alarm_at,
            Bytes state) {
          ++rows;
          row.number = static_cast<CaseNumber>(number);
          row.log = static_cast<LogId>(log);
          row.open = open != 0;
          row.alarm_at = sql::to_instant(alarm_at);
          row.state = state.view;
          return more = visit(row);
        },
        sql::from_unsigned(row.number), sql::from_share(share));
    return more;
  });
}

std::vector<StoredCase> PostgresqlReader::open_cases(Share share, CaseNumber after,
                                                     std::size_t limit) {
  return on_connection([&](Statements& statements) {
    std::vector<StoredCase> rows;
    statements.open_cases_after.each(
        [&](Integer number, Integer log, std::optional<Integer> alarm_at, Bytes state) {
          rows.push_back({static_cast<CaseNumber>(number), static_cast<LogId>(log), true,
                          sql::to_instant(alarm_at), std::string(state.view)});
        },
        sql::from_unsigned(after), sql::from_share(share), to_limit(limit));
    return rows;
  });
}

std::vector<StoredCase> PostgresqlReader::cases_with_alarm(Share share, AlarmPlace after,
                                                           Instant until, std::size_t limit) {
  const auto most = to_limit(limit);
  return on_connection([&](Statements& statements) {
    std::vector<StoredCase> rows;
    statements.alarms.each(
        [&](Integer number, Integer log, Integer open, Integer alarm_at, Bytes state) {
          rows.push_back({static_cast<CaseNumber>(number), static_cast<LogId>(log), open != 0,
                          sql::to_instant(std::optional(alarm_at)), std::string(state.view)});
        },
        sql::from_instant(after.at), sql::from_unsigned(after.number), sql::from_instant(until),
        most, sql::from_share(share), most);
    return rows;
  });
}

std::optional<Instant> PostgresqlReader::next_alarm(Share share, Instant after) {
  const auto row = on_connection([&](Statements& statements) {
    return statements.next_alarm.first(sql::from_instant(after), sql::from_share(share));
  });
  if (!row) return std::nullopt;
  return Instant(std::chrono::microseconds(std::get<0>(*row)));
}

std::vector<StoredRequest> PostgresqlReader::requests(
    std::span<const std::string_view> request_ids) {
  std::string ids;
  std::vector<std::size_t> firsts;
  std::vector<std::size_t> lengths;
  for (const std::string_view id : request_ids) {
    firsts.push_back(ids.size() + 1);
    lengths.push_back(id.size());
    ids += id;
  }
  const std::string first_places = fmt::format("{{{}}}", fmt::join(firsts, ","));
  const std::string all_lengths = fmt::format("{{{}}}", fmt::join(lengths, ","));
  return on_connection([&](Statements& statements) {
    std::vector<StoredRequest> known;
    statements.requests.each(
        [&](Bytes id, Integer log, Integer leaf, Integer case_number) {
          known.push_back({std::string(id.view), static_cast<LogId>(log),
                           static_cast<LeafIndex>(leaf), static_cast<CaseNumber>(case_number)});
        },
        std::string_view(first_places), std::string_view(all_lengths), Bytes{ids});
    return known;
  });
}

std::optional<StoredEntry> PostgresqlReader::entry(LogId log, LeafIndex leaf) {
  auto row = on_connection([&](Statements& statements) {
    return statements.entry.first(log, sql::from_unsigned(leaf));
  });
  if (!row) return std::nullopt;
  auto& [case_number, hash, bytes] = *row;
  return StoredEntry{log, leaf, static_cast<CaseNumber>(case_number), sql::to_digest(hash),
                     std::move(bytes)};
}

void PostgresqlReader::for_each_entry(LogId log, LeafIndex first,
                                      const std::function<bool(const StoredEntry&)>& visit) {
  StoredEntry row;
  row.log = log;
  LeafIndex from = first;
  in_portions([&](Statements& statements, std::int64_t& rows) {
    bool more = true;
    statements.entries.each(
        [&](Integer leaf, Integer case_number, Bytes hash, Bytes bytes) {
          ++rows;
          row.leaf = static_cast<LeafIndex>(leaf);
          row.case_number = static_cast<CaseNumber>(case_number);
          row.hash = sql::to_digest(hash.view);
          row.bytes = bytes.view;
          from = row.leaf + 1;
          return more = visit(row);
        },
        log, sql::from_unsigned(from));
    return more;
  });
}

void PostgresqlReader::for_each_inbox(const std::function<bool(const StoredInbox&)>& visit) {
  StoredInbox row;
  in_portions([&](Statements& statements, std::int64_t& rows) {
    bool more = true;
    statements.inbox.each(
        [&](Integer case_number, Integer task, Integer log, Integer leaf) {
          ++rows;
          row = {static_cast<CaseNumber>(case_number), static_cast<std::uint32_t>(task),
                 static_cast<LogId>(log), static_cast<LeafIndex>(leaf)};
          return more = visit(row);
        },
        sql::from_unsigned(row.case_number), row.task);
    return more;
  });
}

std::deque<OutboxMessage> PostgresqlReader::read_outbox(LogId log, std::int64_t after) {
  return on_connection([&](Statements& statements) {
    std::deque<OutboxMessage> messages;
    const auto add = [&](std::uint64_t id, std::string_view encoded) {
      try {
        messages.push_back({id, log, wire::decode_message(encoded)});
      } catch (const BadInput& error) {
        throw BadInput(fmt::format("message {}: {}", id, error.what()));
      }
    };
    try {
      statements.outbox.each(
          [&](Integer confirmed_through, Bytes packed) {
            unpack(packed.view, [&](std::uint64_t id, std::string_view encoded) {
              if (sql::from_unsigned(id) > confirmed_through) add(id, encoded);
            });
          },
          log, after, kPacksAtOnce);
    } catch (const BadInput& error) {
      throw Unavailable(fmt::format("expected the outbox of {} to be whole, found in log {}, {}",
                                    place_, log, error.what()));
    }
    return messages;
  });
}

// Each log has its messages in order; of all logs the one with the lowest id comes next.
void PostgresqlReader::for_each_message(Share share,
                                        const std::function<bool(const OutboxMessage&)>& visit) {
  struct Outbox {
    LogId log{};
    Integer read_through = -1;
    bool is_read = false;
    std::deque<OutboxMessage> messages = {};
  };
  std::vector<Outbox> outboxes;
  const LogId count = share ? 1 : settings().partitions;
  for (LogId log = 0; log < count; ++log) outboxes.push_back({share.value_or(log)});
  for (;;) {
    Outbox* next = nullptr;
    for (Outbox& outbox : outboxes) {
      if (outbox.messages.empty() && !outbox.is_read) {
        outbox.messages = read_outbox(outbox.log, outbox.read_through);
        outbox.is_read = outbox.messages.empty();
        if (!outbox.is_read) outbox.read_through = sql::from_unsigned(outbox.messages.back().id);
      }
      if (outbox.messages.empty()) continue;
      if (!next || outbox.messages.front().id < next->messages.front().id) next = &outbox;
    }
    if (next == nullptr || !visit(next->messages.front())) return;
    next->messages.pop_front();
  }
}

std::optional<StoredDossier> PostgresqlReader::dossier(LogId log, LeafIndex leaf) {
  auto row = on_connection([&](Statements& statements) {
    return statements.dossier.first(log, sql::from_unsigned(leaf));
  });
  if (!row) return std::nullopt;
  auto& [case_number, salt, value] = *row;
  return StoredDossier{log, leaf, static_cast<CaseNumber>(case_number), sql::to_digest(salt),
                       std::move(value)};
}

std::vector<StoredCalendarEdition> PostgresqlReader::calendar_editions() {
  return on_connection([](Statements& statements) {
    std::vector<StoredCalendarEdition> rows;
    statements.calendar_editions.each([&](Integer known_since, std::string_view code,
                                          std::string_view act, Bytes text, Integer published_at) {
      rows.push_back({std::string(code), sql::to_date(known_since), std::string(act),
                      std::string(text.view), Instant(std::chrono::microseconds(published_at))});
    });
    return rows;
  });
}

}  // namespace reglament::postgresql
