#include "engine/ledger/term_use.hpp"

#include <algorithm>

#include "engine/ledger/office_time.hpp"

namespace reglament {

std::optional<std::int64_t> TermUse::Minutes::share() const {
  if (term.minutes <= 0) return std::nullopt;
  return std::int64_t{worked.minutes} * 10'000 / term.minutes;
}

std::optional<TermUse::Minutes> TermUse::minutes(const Deadline& deadline) {
  if (!deadline.ended_at || !(deadline.rest == deadline.term)) return std::nullopt;
  const auto up_to = [&](Instant end) {
    // Who answers before the office opens has used nothing of it.
    return minutes(deadline.office, deadline.calendar, deadline.since,
                   std::max(deadline.since, end));
  };
  const auto worked = up_to(*deadline.ended_at);
  const auto term = up_to(deadline.due_at);
  if (!worked || !term) return std::nullopt;
  return Minutes{*worked, *term};
}

std::optional<WorkingMinutes> TermUse::minutes(Symbol office, Symbol calendar, Instant from,
                                               Instant to) {
  const OfficeIndex known = office_named(directory_, office.view());
  const WorkingTime time = office_time(directory_[known], calendar_of(calendar));
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
