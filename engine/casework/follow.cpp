#include "engine/casework/follow.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/casework/deadline.hpp"

namespace reglament {
namespace {

constexpr std::string_view kTracker = "tracker";  // frozen: stored as an actor

// No entry of the case that changed its deadlines or its step is later than this.
Instant last_change(const Case& state) {
  Instant latest = state.filed_at;
  for (const Task& task : state.tasks) latest = std::max(latest, task.offered_at);
  for (const Deadline& deadline : state.deadlines) {
    if (deadline.ended_at) latest = std::max(latest, *deadline.ended_at);
  }
  return latest;
}

bool follows(const Deadline& deadline) {
  return deadline.is_open() && !deadline.expired && !deadline.suspended_at;
}

// Whether the edition is later than the one that counted the deadline. An edition that is not
// among those known here counts as earlier.
bool is_later(const CalendarEdition& edition, Symbol calendar, const Framework& framework) {
  const CalendarEdition* const counted_with = framework.calendars.find(calendar.view());
  return counted_with == nullptr || counted_with->known_since < edition.known_since;
}

Term counted_term(const Deadline& deadline) {
  const auto term = parse_term_code(deadline.rest.view());
  if (!term) {
    throw Unavailable(
        fmt::format("expected the code of a term that a deadline of step '{}' counts, found '{}'",
                    deadline.step.view(), deadline.rest.view()));
  }
  return *term;
}

OfficeIndex office_of(const Deadline& deadline, const Framework& framework) {
  const auto office = framework.directory.find(deadline.office.view());
  if (!office) {
    throw Unavailable(fmt::format("expected office {} in this program's directory, found none",
                                  deadline.office.view()));
  }
  return *office;
}

// Nothing where the dates would lie beyond the published years.
std::optional<DeadlineDates> count_anew(const Deadline& deadline, const WorkingCalendar& calendar,
                                        const Framework& framework) {
  try {
    return deadline_dates(counted_term(deadline), deadline.since, office_of(deadline, framework),
                          framework.warn_before, framework.directory, calendar);
  } catch (const OutsideCalendar&) {
    return std::nullopt;
  }
}

DeadlineChange moved(const Deadline& deadline, const DeadlineDates& dates,
                     const WorkingCalendar& calendar, Instant at) {
  DeadlineChange change;
  change.change = deadline_change::moved;
  change.scope = deadline.scope.view();
  change.step = deadline.step.view();
  change.office = deadline.office.view();
  change.paragraph = deadline.paragraph.view();
  change.term = deadline.term.view();
  change.calendar = calendar.edition();
  change.start = deadline.start;
  change.since = deadline.since;
  change.rest = deadline.rest.view();
  change.old_due = deadline.due;
  change.due = dates.due;
  change.due_at = std::max(dates.due_at, at);
  // A warning of the old date was given, or will not be: there is one of the new date.
  if (dates.warn_at && *dates.warn_at > at) change.warn_at = dates.warn_at;
  return change;
}

}  // namespace

std::optional<Decision> decide_calendar(const Case& state, const CalendarEdition& edition,
                                        Instant since, Instant now, const Framework& framework) {
  if (!state.is_open()) return std::nullopt;
  std::optional<Decision> decision;
  const Instant at = std::max(since, last_change(state));
  const WorkingCalendar& calendar = edition.calendar(governing_edition(state, framework).week);
  for (const Deadline& deadline : state.deadlines) {
    if (!follows(deadline) || !is_later(edition, deadline.calendar, framework)) continue;
    const auto dates = count_anew(deadline, calendar, framework);
    if (!dates || dates->due == deadline.due) continue;
    if (!decision) decision.emplace();
    decision->entry.deadlines.push_back(moved(deadline, *dates, calendar, at));
  }
  if (!decision) return decision;
  Entry& entry = decision->entry;
  entry.kind = entry_kind::calendar;
  entry.case_number = state.number;
  entry.regulation = state.regulation.view();
  entry.edition = state.edition.view();
  entry.step = state.step.view();
  entry.paragraph = entry.deadlines.front().paragraph;
  entry.outcome = edition.code;
  entry.ground = edition.act;
  entry.office = state.holder().view();
  entry.actor = kTracker;
  entry.at = at;
  entry.noticed_at = std::max(now, at);
  return decision;
}

}  // namespace reglament
