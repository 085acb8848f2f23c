#include "engine/runtime/due_alarms.hpp"

#include <fmt/format.h>

#include "engine/base/fault.hpp"

namespace reglament {

bool DueAlarms::fire(Docket& docket, std::size_t limit) {
  while (docket.decisions() < limit) {
    if (has_to_read()) {
      read_page(docket);
      continue;
    }
    if (waiting_.empty()) return false;
    const AlarmPlace next = waiting_.top();
    waiting_.pop();
    if (docket.alarm_of(next.number) != next.at) continue;  // D3
    docket.fire_first_alarm(next.number);
    wait_for(docket, next.number);
  }
  return true;
}

// What is not read yet may come before what waits.
bool DueAlarms::has_to_read() const {
  return !all_read_ && (waiting_.empty() || read_through_ < waiting_.top());
}

void DueAlarms::read_page(Docket& docket) {
  const std::vector<StoredCase> rows = reader_.cases_with_alarm(share_, read_through_, now_, page_);
  all_read_ = rows.size() < page_;
  for (const StoredCase& row : rows) {
    docket.open(row);
    wait_for(docket, row.number);
  }
  if (!rows.empty()) read_through_ = {*rows.back().alarm_at, rows.back().number};
}

void DueAlarms::wait_for(Docket& docket, CaseNumber number) {
  const auto alarm = docket.alarm_of(number);
  if (alarm && *alarm <= now_) waiting_.push({*alarm, number});
}

}  // namespace reglament
