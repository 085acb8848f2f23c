// A rule by which a desk answers without a person: "in this step, answer so".
//
// Rules stand in an order, and the first that fits is taken. A rule knows nothing of the facts of
// the case: whether its outcome is allowed is for the regulation to say, as for a person's answer.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace reglament {

struct AnswerRule {
  std::string step;   // code
  std::string talon;  // of the one case it is for; empty: for all
  std::string outcome;
  std::string ground;                 // of a refusal
  std::chrono::microseconds after{};  // so long after the task was offered; not negative
  std::map<std::string, std::string> fields;

  [[nodiscard]] bool fits(std::string_view of_step, std::string_view of_talon) const {
    return step == of_step && (talon.empty() || talon == of_talon);
  }
  bool operator==(const AnswerRule&) const = default;
};

// Null where no rule fits.
[[nodiscard]] inline const AnswerRule* first_match(std::span<const AnswerRule> rules,
                                                   std::string_view step, std::string_view talon) {
  const auto found =
      std::ranges::find_if(rules, [&](const AnswerRule& rule) { return rule.fits(step, talon); });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace reglament
