// A task as the border-zone permit offers it to the department of the КНБ, and the answer of its
// desk: in content and size those of the real chain. What a test needs otherwise it sets itself.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "engine/casework/occasion.hpp"
#include "engine/runtime/message.hpp"

namespace reglament::testing {

inline TaskMessage sample_task(CaseNumber number, std::string_view office) {
  const std::string digits = std::to_string(number);
  TaskMessage task;
  task.case_number = number;
  task.talon = "BZP-AKMOLA-2015-" + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') +
               digits + "-K";
  task.task = 1;
  task.attempt = 1;
  task.regulation = Symbol("border-zone-permit");
  task.edition = Symbol("2015-07-13");
  task.step = Symbol("knb-review");
  task.office = Symbol(office);
  task.offered_at = Instant(std::chrono::microseconds(1'436'847'300'000'000));
  task.due_at = task.offered_at + std::chrono::hours(48);
  task.outcomes = {Symbol("agreed"), Symbol("objected")};
  task.grounds = {Symbol("BZP-R1")};
  return task;
}

inline Answer sample_answer(const TaskMessage& task) {
  Answer answer;
  answer.office = std::string(task.office.view());
  answer.message_id = answer.office + "/" + std::to_string(task.case_number) + "/" +
                      std::to_string(task.task) + "/" + std::to_string(task.attempt);
  answer.case_number = task.case_number;
  answer.task = task.task;
  answer.attempt = task.attempt;
  answer.actor = "desk:" + answer.office;
  answer.outcome = "agreed";
  answer.reply_to = task.reply_to;
  return answer;
}

}  // namespace reglament::testing
