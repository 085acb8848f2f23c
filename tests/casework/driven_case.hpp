// A case that is driven by decisions alone, as a partition drives it: each is encoded, decoded,
// applied to the case and to a second one that knows nothing but entries.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "engine/casework/apply.hpp"
#include "engine/casework/decide.hpp"
#include "engine/history/sha256.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament::testing {

class DrivenCase {
 public:
  explicit DrivenCase(const Framework& framework) : framework_(framework) {}

  Entry file(Instant at, Filing filing) {
    filings_.push_back(std::move(filing));
    return take(decide_filing(filings_.back(), kNumber, at, framework_));
  }
  Entry answer(Instant at, const Answer& answer) {
    alarms_until(at);
    answers_.push_back(answer);
    return take(decide_answer(answers_.back(), &state_, at, framework_));
  }
  // The open task of that step is answered.
  Entry answer(Instant at, std::string_view step, std::string outcome, std::string ground = {}) {
    alarms_until(at);
    for (const Task& task : state_.tasks) {
      if (task.step != step) continue;
      return answer(at, answer_of(kNumber, task.ordinal, task.office.view(), std::move(outcome),
                                  std::move(ground)));
    }
    ADD_FAILURE() << "no open task of " << step;
    return {};
  }
  Entry act(Instant at, std::string code, std::string message_id) {
    alarms_until(at);
    acts_.push_back({std::move(message_id), kNumber, std::move(code), "somebody", ""});
    return take(decide_act(acts_.back(), &state_, at, framework_));
  }
  Entry act(Instant at, const std::string& code) {
    return act(at, code, code + std::to_string(acts_.size()));
  }
  // Everything of the tracker up to that moment, in its order.
  std::vector<Entry> alarms_until(Instant now) {
    std::vector<Entry> entries;
    while (auto decision = decide_alarm(state_, now, framework_)) {
      entries.push_back(take(std::move(*decision)));
    }
    return entries;
  }

  [[nodiscard]] const Case& state() const { return state_; }
  // The last deadline of that step that was set; empty: of the service.
  [[nodiscard]] const Deadline& deadline(std::string_view step = {}) const {
    const Deadline* last = nullptr;
    for (const Deadline& one : state_.deadlines) {
      if (one.step == step) last = &one;
    }
    if (last == nullptr) throw std::logic_error("no deadline of " + std::string(step));
    return *last;
  }
  [[nodiscard]] std::string due(std::string_view step = {}) const {
    return format_date(deadline(step).due);
  }

 private:
  static constexpr CaseNumber kNumber = 7;

  Entry take(Decision decision) {
    if (decision.entry.kind == entry_kind::filing_refused) {
      kept_.push_back(std::move(decision));
      return kept_.back().entry;
    }
    decision.entry.seq = state_.seq + 1;
    decision.entry.leaf = state_.seq;
    decision.entry.previous = state_.head;
    ByteWriter writer;
    encode(decision.entry, writer);
    bytes_.push_back(writer.take());
    const Digest leaf = leaf_hash(bytes_.back());
    apply(state_, decision.entry, leaf);
    const Entry read = decode_entry(bytes_.back());
    apply(folded_, read, leaf);
    EXPECT_EQ(state_, folded_) << "the state is the fold of the entries";
    ByteWriter stored;
    encode(state_, stored);
    EXPECT_EQ(decode_case(stored.bytes()), state_);
    return read;
  }

  const Framework& framework_;
  Case state_;
  Case folded_;
  std::deque<Decision> kept_;  // entries point into these
  std::deque<std::string> bytes_;
  std::deque<Filing> filings_;
  std::deque<Answer> answers_;
  std::deque<LegalAct> acts_;
};

}  // namespace reglament::testing
