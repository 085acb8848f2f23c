// The docket of one batch: the occasions of many cases are decided one after another in memory, and
// what follows from all of them is collected for one commit.
//
// Each decision is applied as soon as it is made, so the next occasion of the same case in the same
// batch meets the case as it then stands. Nothing of it exists for anybody outside until the batch
// is committed; when the commit fails, the docket, the cases and the partitions it has changed are
// discarded together.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/casework/decide.hpp"
#include "engine/runtime/broker.hpp"
#include "engine/runtime/calendar_course.hpp"
#include "engine/runtime/case_cache.hpp"
#include "engine/runtime/filing_reply.hpp"
#include "engine/runtime/partition.hpp"
#include "engine/runtime/store.hpp"

namespace reglament {

// The message that offers an open task of a case to its office.
[[nodiscard]] TaskMessage task_message(const Task& task, const Case& state,
                                       const Framework& framework, LogId reply_to);

// Fills a span with random bytes; from the operating system's generator.
using RandomSource = std::function<void(std::span<std::uint8_t>)>;

// A filing that was decided in a batch that is not committed yet.
struct FilingInFlight {
  Filing filing;
  FilingReply reply;
};

// What the dockets of one engine share: the state of its partitions as decided.
struct Bench {
  const Framework& framework;
  StoreReader& reader;
  RandomSource random;
  std::vector<Partition> partitions;  // by log; those outside the share as they once were
  CaseCache cases;
  std::uint64_t next_message = 1;
  std::unordered_map<std::string, FilingInFlight> filings_in_flight;  // by request id
  Share share{};
  // Editions in use that open deadlines may not follow yet; a case follows them before anything
  // else happens to it.
  std::vector<EditionInUse> to_follow{};
  // Returns when the batches before this one are in the store, or have failed. Empty where they
  // are before the next is decided.
  std::function<void()> wait_for_commits{};
};

class Docket {
 public:
  Docket(Bench& bench, Instant now, std::uint64_t batch);

  // Asks the store for these request ids at once, before they are filed here; those that are not
  // looked up are asked for one by one.
  void look_up(std::span<const std::string_view> request_ids);
  // Throws BadInput for a filing that check_filing refuses, for another application under a
  // request id that was used before, and for a request of a partition outside the share; nothing is
  // changed then.
  FilingReply file(const Filing& filing);
  // Throws BadInput for a case of a partition outside the share; nothing is changed then. The very
  // same answer again gets the verdict that it got, and leaves no entry: every delivery may come
  // twice, from the broker or from a desk that has not heard the verdict.
  Verdict answer(const Answer& answer);
  Verdict act(const LegalAct& act);
  // The case of a row as it was read from the store, unless a later state is in memory. Throws
  // Unavailable where the row is not that of a case, or its alarm not that of the state.
  const Case& open(const StoredCase& row);  // valid until the next call
  // What the case waits for, as decided so far; nothing for a case that is not there.
  [[nodiscard]] std::optional<Instant> alarm_of(CaseNumber number);
  // The first alarm of a case that is due by now: a warning, an expiry, a rung of the ladder. The
  // calendar editions that came into use before it are followed first; with them it may move away.
  void fire_first_alarm(CaseNumber number);

  void publish(StoredCalendarEdition edition);
  // The same for an open case as it was read from the store; one that has nothing to follow is not
  // kept in memory.
  void follow_calendar(const StoredCase& row);
  // Every open case of the share follows that edition.
  void finish_following(std::string_view edition);

  [[nodiscard]] std::size_t decisions() const { return decisions_; }
  // Deadlines that moved to another date with a calendar edition.
  [[nodiscard]] std::size_t moved_deadlines() const { return moved_deadlines_; }
  // Request ids filed in this docket, for Bench::filings_in_flight.
  [[nodiscard]] const std::vector<std::string>& requests() const { return requests_; }
  // The earliest alarm that this docket has set; nothing where it has set none.
  [[nodiscard]] std::optional<Instant> earliest_alarm() const { return earliest_alarm_; }
  // Everything to commit. Call last.
  [[nodiscard]] Batch take_batch();

 private:
  [[nodiscard]] std::optional<StoredRequest> known_request(const std::string& request_id);
  FilingReply repeat(const StoredRequest& request, const Filing& filing);
  [[nodiscard]] bool took_effect(const Answer& answer, const Case& state);
  [[nodiscard]] bool was_rejected(const Answer& answer, const Entry& refused, const Case& state);
  [[nodiscard]] bool has_fields(const Entry& entry, const Answer& answer);
  [[nodiscard]] StoredEntry decided(LogId log, LeafIndex leaf);
  [[nodiscard]] std::uint32_t partition_count() const;
  void expect_ours(LogId log, std::string_view what) const;
  Partition& partition(LogId log) { return bench_.partitions[log]; }
  // Appends the decision to the chain of `state` (null: of the register) and applies it.
  const StoredEntry& record(Decision& decision, LogId log, Case* state);
  [[nodiscard]] LogId log_of(CaseNumber number, std::string_view what) const;
  [[nodiscard]] Case* find(CaseNumber number);
  void commit_to_dossier(Decision& decision, LogId log, const std::string& value);
  void fire_alarms(Case& state);
  // False where nothing was due by now.
  bool fire_first_alarm(Case& state);
  void follow_calendar(Case& state, const EditionInUse& next);
  [[nodiscard]] bool has_to_follow(const Case& state) const;
  void post_messages(const Entry& entry, const Case& state);
  void touch(Case& state);
  std::uint64_t next_message() { return bench_.next_message++; }

  Bench& bench_;
  Instant now_;
  std::uint64_t batch_number_;
  std::size_t decisions_ = 0;
  std::size_t moved_deadlines_ = 0;
  Batch batch_;
  std::vector<std::string> requests_;
  // As they were in the store when the docket began; null: unknown to it.
  std::unordered_map<std::string, std::optional<StoredRequest>> looked_up_;
  std::map<CaseNumber, bool> touched_;  // case -> it is new in this batch
  std::vector<bool> changed_logs_;
  std::optional<Instant> earliest_alarm_;
};

}  // namespace reglament
