// The life of one case, driven by decisions alone, as a partition drives it; its entries stay for
// the ledger to read.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "engine/casework/apply.hpp"
#include "engine/casework/decide.hpp"
#include "engine/ledger/days_used.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament::testing {

class CaseLife {
 public:
  explicit CaseLife(const Framework& framework = permit_framework()) : framework_(framework) {}

  void file(Instant at, Filing filing = complete_filing("r-1")) {
    filings_.push_back(std::move(filing));
    keep(decide_filing(filings_.back(), kNumber, at, framework_));
  }

  // What was due before comes first, as the engine has it.
  const Entry& answer(Instant at, std::uint32_t task, std::string_view office, std::string outcome,
                      std::string ground = {}) {
    pass(at);
    answers_.push_back(answer_of(kNumber, task, office, std::move(outcome), std::move(ground)));
    return keep(decide_answer(answers_.back(), &state_, at, framework_));
  }

  void act(Instant at, std::string code) {
    pass(at);
    std::string message_id = code + std::to_string(acts_.size());
    acts_.push_back({std::move(message_id), kNumber, std::move(code), "somebody", ""});
    keep(decide_act(acts_.back(), &state_, at, framework_));
  }

  // Time passes: the alarms that are due by then are decided.
  void pass(Instant now) {
    while (auto decision = decide_alarm(state_, now, framework_)) {
      keep(std::move(*decision));
    }
  }

  [[nodiscard]] const Case& state() const { return state_; }
  [[nodiscard]] const std::deque<Decision>& decisions() const { return decisions_; }
  [[nodiscard]] const Regulation& regulation() const {
    return governing_edition(state_, framework_);
  }
  [[nodiscard]] DaysUsed days_used(Instant now, const WorkingTime& time) const {
    HoldingHistory history(regulation());
    for (const Decision& decision : decisions_) history.add(decision.entry);
    return history.days_used(now, time);
  }

 private:
  static constexpr CaseNumber kNumber = 7;

  const Entry& keep(Decision decision) {
    Entry& entry = decision.entry;
    entry.seq = state_.seq + 1;
    entry.leaf = state_.seq;
    apply(state_, entry, Digest{static_cast<std::uint8_t>(entry.seq)});
    decisions_.push_back(std::move(decision));
    return decisions_.back().entry;
  }

  const Framework& framework_;
  Case state_;
  std::deque<Filing> filings_;
  std::deque<Answer> answers_;
  std::deque<LegalAct> acts_;
  std::deque<Decision> decisions_;
};

}  // namespace reglament::testing
