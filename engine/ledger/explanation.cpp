#include "engine/ledger/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/fault.hpp"
#include "engine/ledger/office_time.hpp"
#include "engine/ledger/skipped_days.hpp"

namespace reglament {
namespace {

using std::chrono::days;

// "not counted: ..., counted: ...": what a term of working days met on its way.
std::string days_met(Date from, Date to, const WorkingCalendar& calendar) {
  const std::string off = days_off(from, to, calendar);
  const std::string worked = worked_weekends(from, to, calendar);
  std::string text = off.empty() ? "; every day counted" : fmt::format("; not counted: {}", off);
  if (!worked.empty()) text += fmt::format("; counted too: {}", worked);
  return text;
}

// The day on which a term of calendar days or months ends, whether it is worked or not.
Date last_day(const Term& term, Date start) {
  if (const auto* span = std::get_if<CalendarDays>(&term)) return start + days{span->days};
  const auto* const span = std::get_if<CalendarMonths>(&term);
  if (span == nullptr) return start;
  const std::chrono::year_month_day from{start};
  const std::chrono::year_month_day same_day = from + std::chrono::months{span->months};
  return same_day.ok() ? Date{same_day}
                       : Date{same_day.year() / same_day.month() / std::chrono::last};
}

// What a term of calendar days or months met at its end.
std::string end_met(const Term& term, Date start, Date due, const WorkingCalendar& calendar) {
  const Date last = last_day(term, start);
  if (last >= due) return {};
  return fmt::format("; its last day, {}, is off: the next working day; not counted: {}",
                     format_date(last), days_off(last - days{1}, due, calendar));
}

std::string hour_of(const Deadline& deadline, const Office& office) {
  if (!publishes_hours(office)) return "ends at 24:00, no opening hours are published";
  const CivilTime civil = office.zone->to_civil(deadline.due_at);
  const auto minute = std::chrono::floor<std::chrono::minutes>(civil - CivilTime{deadline.due});
  return fmt::format("ends at closing {:02}:{:02}", minute.count() / 60, minute.count() % 60);
}

std::string words(std::string_view term_code) {
  const auto term = parse_term_code(term_code);
  return term ? describe(*term) : std::string(term_code);
}

Date date_at(Instant instant, const Office& office) {
  return std::chrono::floor<days>(office.zone->to_civil(instant));
}

// "extended 2015-07-15 to 30 working days (004.4 §7), was due 2015-07-14".
std::string words(const DeadlineAct& act, const Office& office) {
  const std::string_view change = act.change.view();
  std::string text = fmt::format("; {} {}", change, format_date(date_at(act.at, office)));
  if (change == deadline_change::extended) {
    text += fmt::format(" to {}", words(act.term.view()));
  } else if (change == deadline_change::suspended) {
    text += fmt::format(" with {} left", words(act.term.view()));
  }
  text += fmt::format(" ({})", act.reason);
  if (brings_dates(change)) text += fmt::format(", was due {}", format_date(act.old_due));
  return text;
}

// Where the count begins, and why there.
struct Beginning {
  Date day_zero;  // not counted
  std::string why;
};

Beginning beginning_of(const Deadline& deadline, const Office& office) {
  const Date counted = date_at(deadline.since, office);
  const bool resumed = !(deadline.rest == deadline.term);
  if (resumed || counted == deadline.start) return {counted, {}};
  return {counted, fmt::format("; what happened on {} was outside the hours of the office and "
                               "counts from its next working moment",
                               format_date(deadline.start))};
}

std::string due_words(const Deadline& deadline, const Office& office,
                      const WorkingCalendar& calendar) {
  const std::string_view rest =
      deadline.rest.is_empty() ? deadline.term.view() : deadline.rest.view();
  const auto term = parse_term_code(rest);
  if (!term) throw Unavailable(fmt::format("expected the code of a term, found '{}'", rest));
  const Beginning beginning = beginning_of(deadline, office);
  const std::string left = rest == deadline.term.view()
                               ? std::string()
                               : fmt::format(", left of {},", words(deadline.term.view()));
  const bool in_working_days = std::holds_alternative<WorkingDays>(*term);
  return fmt::format("due {}: {}{} after {} ({}){}{}; calendar {}; {}", format_date(deadline.due),
                     describe(*term), left, format_date(beginning.day_zero),
                     deadline.paragraph.view(), beginning.why,
                     in_working_days ? days_met(beginning.day_zero, deadline.due, calendar)
                                     : end_met(*term, beginning.day_zero, deadline.due, calendar),
                     calendar.edition(), hour_of(deadline, office));
}

bool ends(std::string_view change) {
  return change == deadline_change::met || change == deadline_change::ended_late ||
         change == deadline_change::lapsed;
}

}  // namespace

void DeadlineActs::add(const Entry& entry) {
  for (const DeadlineChange& change : entry.deadlines) {
    if (change.change == deadline_change::set) {
      deadlines_.push_back({Symbol(change.scope), Symbol(change.step), true, {}});
      continue;
    }
    const auto told = std::ranges::find_if(deadlines_, [&](const Told& one) {
      return one.open && one.scope == change.scope && one.step == change.step;
    });
    if (told == deadlines_.end()) continue;
    if (ends(change.change)) told->open = false;
    const bool suspends = change.change == deadline_change::suspended;
    if (!suspends && !brings_dates(change.change)) continue;
    const bool moved = change.change == deadline_change::moved && !entry.ground.empty();
    told->acts.push_back({Symbol(change.change), entry.at,
                          std::string(moved ? entry.ground : entry.paragraph),
                          Symbol(suspends ? change.rest : change.term), change.old_due});
  }
}

std::span<const DeadlineAct> DeadlineActs::of(std::size_t index) const {
  if (index >= deadlines_.size()) return {};
  return deadlines_[index].acts;
}

std::string explain(const Deadline& deadline, std::span<const DeadlineAct> acts,
                    const CalendarEditions& editions, const Directory& directory) {
  const Office& office = directory[office_named(directory, deadline.office.view())];
  std::string text =
      deadline.suspended_at
          ? fmt::format("stands still: {} left of {} ({})", words(deadline.rest.view()),
                        words(deadline.term.view()), deadline.paragraph.view())
          : due_words(deadline, office, calendar_named(editions, deadline.calendar.view()));
  for (const DeadlineAct& act : acts) text += words(act, office);
  return text;
}

}  // namespace reglament
