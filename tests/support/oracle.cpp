#include "tests/support/oracle.hpp"

#include <fmt/format.h>

#include <set>
#include <tuple>

#include "engine/casework/apply.hpp"
#include "engine/history/sha256.hpp"

namespace reglament::testing {
namespace {

class Judge {
 public:
  explicit Judge(const std::function<void(const Entry&, const Case&)>& on_entry)
      : on_entry_(on_entry) {}

  [[nodiscard]] std::string take(const StoredEntry& stored) {
    const Entry entry = decode_entry(stored.bytes);
    const std::string place = fmt::format("entry {} of log {}", stored.leaf, stored.log);
    if (stored.hash != leaf_hash(stored.bytes)) return "I3: the hash is not that of " + place;
    if (entry.case_number == 0) return {};
    Case& state = folded_[entry.case_number];
    if (entry.seq != state.seq + 1) return "I3: a gap or a fork at " + place;
    if (entry.previous != state.head) return "I3: a broken chain at " + place;
    if (entry.kind == entry_kind::answered &&
        !answered_.emplace(entry.case_number, entry.task).second) {
      return "I2: a task was answered twice, " + place;
    }
    if (on_entry_) on_entry_(entry, state);
    apply(state, entry, stored.hash);
    for (const DeadlineChange& change : entry.deadlines) {
      if (change.change != deadline_change::expired && change.change != deadline_change::warned) {
        continue;
      }
      const bool is_first = fired_
                                .emplace(entry.case_number, std::string(change.change),
                                         std::string(change.scope), std::string(change.step))
                                .second;
      if (!is_first) return "I7: fired twice, " + place;
    }
    return {};
  }

  [[nodiscard]] std::string compare(const StoredCase& row, Instant swept_until) {
    const Case state = decode_case(row.state);
    const auto folded = folded_.find(row.number);
    if (folded == folded_.end() || folded->second != state) {
      return fmt::format("I4: the state of case {} is not the fold of its history", row.number);
    }
    folded_.erase(folded);
    if (row.alarm_at != state.alarm()) {
      return fmt::format("I4: the row of case {} has another alarm than its state", row.number);
    }
    if (state.alarm() && *state.alarm() <= swept_until) {
      return fmt::format("I7: case {} waits for what was due", row.number);
    }
    return {};
  }

  // After the last row.
  [[nodiscard]] std::string rest() const {
    return folded_.empty() ? std::string() : "I4: entries of a case that is not stored";
  }
  [[nodiscard]] std::size_t fired() const { return fired_.size(); }

 private:
  const std::function<void(const Entry&, const Case&)>& on_entry_;
  std::map<CaseNumber, Case> folded_;
  std::set<std::pair<CaseNumber, std::uint32_t>> answered_;
  std::set<std::tuple<CaseNumber, std::string, std::string, std::string>> fired_;
};

}  // namespace

Judged judge_histories(const MemoryStore::Tables& tables,
                       const std::function<Instant(LogId)>& swept_until,
                       const std::function<void(const Entry&, const Case&)>& on_entry) {
  Judge judge(on_entry);
  for (const auto& [place, stored] : tables.entries) {
    if (auto finding = judge.take(stored); !finding.empty()) return {std::move(finding), 0};
  }
  for (const auto& [number, row] : tables.cases) {
    auto finding = judge.compare(row, swept_until(row.log));
    if (!finding.empty()) return {std::move(finding), 0};
  }
  return {judge.rest(), judge.fired()};
}

std::string Told::filed(const std::string& request, CaseNumber number) {
  const auto [known, is_first] = filings_.emplace(request, number);
  if (known->second == number) return {};
  return fmt::format("I1: filing {} was answered with case {}, then with {}", request,
                     known->second, number);
}

std::string Told::accepted(const Answer& answer) {
  const auto [known, is_first] =
      answers_.emplace(std::pair(answer.case_number, answer.task), answer.message_id);
  if (known->second == answer.message_id) return {};
  return fmt::format("I2: answers {} and {} to one task were accepted", known->second,
                     answer.message_id);
}

std::string Told::judge(const MemoryStore::Tables& tables) const {
  for (const auto& [request, number] : filings_) {
    const auto row = tables.requests.find(request);
    if (row == tables.requests.end() || row->second.case_number != number) {
      return fmt::format("I1: the acknowledged filing {} is gone", request);
    }
  }
  for (const auto& [task, message] : answers_) {
    if (!tables.inbox.contains(task)) return fmt::format("I1: the answer {} is gone", message);
  }
  return {};
}

}  // namespace reglament::testing
