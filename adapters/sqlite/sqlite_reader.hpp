// The reading side. Statements are prepared once; none stays open between two calls.
#pragma once

#include <filesystem>

#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::sqlite {

class SqliteReader final : public StoreReader {
 public:
  SqliteReader(sql::Session session, std::filesystem::path path);

  [[nodiscard]] StoreSettings settings() override;
  [[nodiscard]] std::vector<StoredLog> logs() override;
  [[nodiscard]] std::optional<std::string> case_state(CaseNumber number) override;
  void for_each_case(Share share, bool only_open,
                     const std::function<bool(const StoredCase&)>& visit) override;
  [[nodiscard]] std::vector<StoredCase> open_cases(Share share, CaseNumber after,
                                                   std::size_t limit) override;
  [[nodiscard]] std::vector<StoredCase> cases_with_alarm(Share share, AlarmPlace after,
                                                         Instant until, std::size_t limit) override;
  [[nodiscard]] std::optional<Instant> next_alarm(Share share, Instant after) override;
  [[nodiscard]] std::vector<StoredRequest> requests(
      std::span<const std::string_view> request_ids) override;
  [[nodiscard]] std::optional<StoredEntry> entry(LogId log, LeafIndex leaf) override;
  void for_each_entry(LogId log, LeafIndex first,
                      const std::function<bool(const StoredEntry&)>& visit) override;
  void for_each_inbox(const std::function<bool(const StoredInbox&)>& visit) override;
  void for_each_message(Share share,
                        const std::function<bool(const OutboxMessage&)>& visit) override;
  [[nodiscard]] std::optional<StoredDossier> dossier(LogId log, LeafIndex leaf) override;
  [[nodiscard]] std::vector<StoredCalendarEdition> calendar_editions() override;

 private:
  template <class... T>
  using Takes = sql::Takes<T...>;
  template <class... T>
  using Gives = sql::Gives<T...>;
  using Integer = std::int64_t;
  using Bytes = sql::Bytes;
  // number, log, open, alarm_at, state
  using Cases = sql::Query<Takes<Integer, Integer>,
                           Gives<Integer, Integer, Integer, std::optional<Integer>, Bytes>>;

  std::filesystem::path path_;  // for the texts of faults
  sql::Session session_;
  sql::Query<Takes<>, Gives<Integer, Integer, std::optional<Integer>, std::string_view>> settings_;
  sql::Query<Takes<>, Gives<Integer, Integer, Bytes, Bytes, Integer, Bytes, Integer, Integer,
                            std::string_view, std::optional<Integer>>>
      logs_;
  sql::Query<Takes<Integer>, Gives<Bytes>> case_state_;
  Cases cases_;
  Cases open_cases_;
  sql::Query<Takes<Integer, Integer, Integer>,
             Gives<Integer, Integer, std::optional<Integer>, Bytes>>
      open_cases_after_;
  // Two, for each is one range of the index: what is left of an instant, and the later ones.
  template <class... P>
  using Alarms = sql::Query<Takes<P...>, Gives<Integer, Integer, Integer, Integer, Bytes>>;
  Alarms<Integer, Integer, Integer, Integer> alarms_at_;
  Alarms<Integer, Integer, Integer, Integer> alarms_after_;
  // Without a share the index alone answers; with one each row is looked at.
  sql::Query<Takes<Integer>, Gives<Integer>> next_alarm_;
  sql::Query<Takes<Integer, Integer>, Gives<Integer>> next_alarm_of_log_;
  sql::Query<Takes<std::string_view>, Gives<Integer, Integer, Integer>> request_;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Bytes, Bytes>> entry_;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Integer, Bytes, Bytes>> entries_;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Integer, Integer, Integer>> inbox_;
  sql::Query<Takes<Integer, Integer, Integer>, Gives<Integer, Integer, Bytes>> outbox_;
  sql::Query<Takes<Integer, Integer>, Gives<Integer, Bytes, Bytes>> dossier_;
  sql::Query<Takes<>, Gives<Integer, std::string_view, std::string_view, Bytes, Integer>>
      calendar_editions_;
};

// The columns of a log, shared with claim().
inline constexpr const char* select_logs =
    "SELECT log, size, root, frontier, register_seq, register_head, cases, epoch, calendar,"
    " (SELECT clock_now FROM settings) FROM log ORDER BY log";
[[nodiscard]] StoredLog to_log(std::int64_t log, std::int64_t size, sql::Bytes root,
                               sql::Bytes frontier, std::int64_t register_seq,
                               sql::Bytes register_head, std::int64_t cases, std::int64_t epoch,
                               std::string_view calendar, std::optional<std::int64_t> clock_now);

}  // namespace reglament::sqlite
