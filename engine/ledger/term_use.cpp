#include "engine/ledger/term_use.hpp"

#include <algorithm>

#include "engine/casework/deadline.hpp"
#include "engine/ledger/office_time.hpp"

namespace reglament {
namespace {

// What is counted from `since` is the whole term, and not what was left of it.
bool ran_through(const Deadline& deadline, const Counting& counting) {
  const auto term = parse_term_code(deadline.term.view());
  return term && deadline.rest == term_code(counted(*term, counting));
}

}  // namespace

std::optional<std::int64_t> TermUse::Minutes::share() const {
  if (term.minutes <= 0) return std::nullopt;
  return std::int64_t{worked.minutes} * 10'000 / term.minutes;
}

std::optional<TermUse::Minutes> TermUse::minutes(const Deadline& deadline, Symbol service,
                                                 const Counting& counting) {
  if (!deadline.ended_at || !ran_through(deadline, counting)) return std::nullopt;
  const Measure measure{deadline.office, service, deadline.calendar};
  // Who answers before the office opens has used nothing of the term.
  const auto worked = minutes(measure, deadline.since, *deadline.ended_at);
  const auto term = minutes(measure, deadline.since, deadline.due_at);
  if (!worked || !term) return std::nullopt;
  return Minutes{*worked, *term};
}

std::optional<WorkingMinutes> TermUse::minutes(const Measure& measure, Instant from, Instant to) {
  const OfficeIndex office = office_named(directory_, measure.office.view());
  const WorkingTime time =
      office_time(directory_, office, measure.service.view(), calendar_of(measure.calendar));
  try {
    return time.between(from, std::max(from, to));
  } catch (const OutsideCalendar&) {
    return std::nullopt;
  }
}

const WorkingCalendar& TermUse::calendar_of(Symbol name) {
  const WorkingCalendar*& calendar = calendars_[name];
  if (calendar == nullptr) calendar = &calendar_named(editions_, name.view());
  return *calendar;
}

}  // namespace reglament
