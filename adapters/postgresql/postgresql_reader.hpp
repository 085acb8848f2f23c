// The reading side: a connection of its own that cannot write. When it is lost, the next call opens
// another; a call that has not given a row yet does so itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::postgresql {

class PostgresqlReader final : public StoreReader {
 public:
  // Connects. Throws what open_postgresql throws, and Unavailable where the schema is not ours.
  PostgresqlReader(std::string url, std::chrono::milliseconds patience);
  ~PostgresqlReader() override;

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
  struct Statements;

  [[nodiscard]] sql::Session connect() const;
  // The next of a log behind that id, some hundreds or thousands; empty where there is none.
  [[nodiscard]] std::deque<OutboxMessage> read_outbox(LogId log, std::int64_t after);
  // Calls `read(statements)`, once more on a new connection when this one is lost before
  // `is_given()` says that a row has been given.
  template <class Read, class IsGiven>
  auto on_connection(Read&& read, IsGiven&& is_given);
  template <class Read>
  auto on_connection(Read&& read);
  template <class Run>
  void in_portions(Run&& run);

  const std::string url_;
  const std::chrono::milliseconds patience_;
  std::string place_;
  // Shared by the calls that are reading: a visit may ask for more, and find the connection lost.
  std::shared_ptr<Statements> statements_;
};

// The columns of a log, shared with claim().
inline constexpr const char* select_logs =
    "SELECT log, size, root, frontier, register_seq, register_head, cases, epoch, calendar,"
    " clock_now FROM log ORDER BY log";
[[nodiscard]] StoredLog to_log(std::int64_t log, std::int64_t size, sql::Bytes root,
                               sql::Bytes frontier, std::int64_t register_seq,
                               sql::Bytes register_head, std::int64_t cases, std::int64_t epoch,
                               std::string_view calendar, std::optional<std::int64_t> clock_now);

}  // namespace reglament::postgresql
