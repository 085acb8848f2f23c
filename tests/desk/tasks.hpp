// Tasks as the tests of the desk need them.
#pragma once

#include <string>

#include "engine/runtime/message.hpp"

namespace reglament::testing {

inline constexpr Instant kMorning{std::chrono::hours(24 * 365 * 45)};

inline TaskMessage task_of(CaseNumber case_number, std::uint32_t task = 1,
                           std::uint32_t attempt = 1, const char* office = "kz.knb.akmola") {
  TaskMessage message;
  message.case_number = case_number;
  message.talon = "BZP-AKMOLA-2015-" + std::to_string(case_number);
  message.task = task;
  message.attempt = attempt;
  message.regulation = Symbol("border-zone-permit");
  message.edition = Symbol("2015-07-13");
  message.step = Symbol("knb-review");
  message.office = Symbol(office);
  message.offered_at = kMorning;
  message.due_at = kMorning + std::chrono::hours(48);
  message.reply_to = static_cast<LogId>(case_number % 3);
  message.outcomes = {Symbol("agreed"), Symbol("objected")};
  message.grounds = {Symbol("BZP-KNB")};
  return message;
}

}  // namespace reglament::testing
