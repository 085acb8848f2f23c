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

// How the deadlines of one case are counted anew.
class Recount {
 public:
  Recount(const Case& state, const CalendarEdition& edition, const Framework& framework, Instant at)
      : state_(state),
        regulation_(governing_edition(state, framework)),
        calendar_(edition.calendar(regulation_.week)),
        framework_(framework),
        at_(at) {
    const Deadline* const service = state.service_deadline();
    if (service == nullptr) return;
    service_due_ = service->due;
    if (!follows(*service) || !is_later(edition, service->calendar, framework)) return;
    if (const auto dates = dates_of(*service)) service_due_ = dates->due;
  }

  // Nothing where the dates would lie beyond the published years.
  [[nodiscard]] std::optional<DeadlineDates> dates_of(const Deadline& deadline) const {
    const TermCount count(framework_.directory, calendar_, office_of(deadline, framework_),
                          regulation_.id, framework_.warn_before);
    const StepLine* const step = regulation_.find_step(deadline.step.view());
    try {
      // A step that must be done before the service is due hangs on that date.
      if (step != nullptr && step->counted_from == CountedFrom::before_service_due) {
        return count.dates_before(counted_term(deadline), service_due_, at_);
      }
      const bool as_service = step == nullptr || step->counted_from == CountedFrom::service_start;
      const LastDay last_day =
          as_service ? service_line(state_, regulation_).last_day : step->counting.last_day;
      return count.dates(counted_term(deadline), last_day, deadline.since, at_);
    } catch (const OutsideCalendar&) {
      return std::nullopt;
    }
  }

  [[nodiscard]] const WorkingCalendar& calendar() const { return calendar_; }

 private:
  const Case& state_;
  const Regulation& regulation_;
  const WorkingCalendar& calendar_;
  const Framework& framework_;
  Instant at_;
  Date service_due_{};
};

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
  const Recount recount(state, edition, framework, at);
  for (const Deadline& deadline : state.deadlines) {
    if (!follows(deadline) || !is_later(edition, deadline.calendar, framework)) continue;
    const auto dates = recount.dates_of(deadline);
    if (!dates || dates->due == deadline.due) continue;
    if (!decision) decision.emplace();
    decision->entry.deadlines.push_back(moved(deadline, *dates, recount.calendar(), at));
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
