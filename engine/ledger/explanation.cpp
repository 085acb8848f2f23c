#include "engine/ledger/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/fault.hpp"
#include "engine/ledger/office_time.hpp"
#include "engine/ledger/skipped_days.hpp"

namespace reglament {
namespace {

using std::chrono::days;

struct Setting {
  const Deadline& deadline;
  const DeadlineStory& story;
  const Office& office;
  const Schedule& hours;
  const WorkingCalendar& calendar;
  Term total;     // as the act gives it
  Term rest;      // counted from `since`
  Date day_zero;  // of `since`
};

Date date_at(Instant instant, const Office& office) {
  return std::chrono::floor<days>(office.zone->to_civil(instant));
}

std::string time_at(Instant instant, const Office& office) {
  const CivilTime civil = office.zone->to_civil(instant);
  const auto minute =
      std::chrono::floor<std::chrono::minutes>(civil - CivilTime{std::chrono::floor<days>(civil)});
  return fmt::format("{:02}:{:02}", minute.count() / 60, minute.count() % 60);
}

Term term_of(Symbol code) {
  const auto term = parse_term_code(code.view());
  if (!term) throw Unavailable(fmt::format("expected the code of a term, found '{}'", code.view()));
  return *term;
}

bool was(const DeadlineStory& story, std::string_view change) {
  return std::ranges::any_of(story.acts,
                             [&](const DeadlineAct& act) { return act.change == change; });
}

// "not counted: ..., counted too: ...": what a term of working days met on its way.
std::string days_met(const Setting& setting) {
  const std::string off = days_off(setting.day_zero, setting.deadline.due, setting.calendar);
  const std::string worked =
      worked_weekends(setting.day_zero, setting.deadline.due, setting.calendar);
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
std::string end_met(const Setting& setting) {
  const Date last = last_day(setting.rest, setting.day_zero);
  const Date due = setting.deadline.due;
  if (last >= due) return {};
  return fmt::format("; its last day, {}, is off: the next working day; not counted: {}",
                     format_date(last), days_off(last - days{1}, due, setting.calendar));
}

// Whether the due date is not so long after the beginning, but before the service is due.
bool counts_back(const Setting& setting) {
  const Date due = setting.deadline.due;
  const auto* const working = std::get_if<WorkingDays>(&setting.rest);
  if (working == nullptr) return due < last_day(setting.rest, setting.day_zero);
  return due < setting.day_zero || setting.calendar.count(setting.day_zero, due) != *working;
}

std::int32_t number_of_days(const Term& term) {
  if (const auto* working = std::get_if<WorkingDays>(&term)) return working->days;
  const auto* const calendar_days = std::get_if<CalendarDays>(&term);
  return calendar_days == nullptr ? 0 : calendar_days->days;
}

// "7 working days after 2015-07-13 (003 §14)", with what the act says of the first and last day.
std::string count_words(const Setting& setting) {
  const std::string_view paragraph = setting.deadline.paragraph.view();
  const std::string from = format_date(setting.day_zero);
  if (was(setting.story, deadline_change::resumed)) {
    return fmt::format("{}, left of {}, after {} ({})", describe(setting.rest),
                       describe(setting.total), from, paragraph);
  }
  const std::int32_t difference = number_of_days(setting.rest) - number_of_days(setting.total);
  if (difference < 0) {
    return fmt::format("{} of which {} is the first ({})", describe(setting.total), from,
                       paragraph);
  }
  return fmt::format("{} after {} ({}){}", describe(setting.total), from, paragraph,
                     difference > 0 ? ", the days of acceptance and of issue not counted" : "");
}

// Why the count begins on another day than that of the event.
std::string delay_words(const Setting& setting) {
  const Date event = date_at(setting.story.set_at, setting.office);
  const bool acted = was(setting.story, deadline_change::resumed) ||
                     was(setting.story, deadline_change::restarted);
  if (acted || event >= setting.day_zero) return {};
  return fmt::format(
      "; what happened on {} at {} was outside the hours of the office and counts "
      "from its next working moment",
      format_date(event), time_at(setting.story.set_at, setting.office));
}

std::string hour_words(const Setting& setting) {
  if (!are_published(setting.hours)) return "ends at 24:00, no opening hours are published";
  return fmt::format("ends at closing {}", time_at(setting.deadline.due_at, setting.office));
}

std::string due_words(const Setting& setting) {
  const Deadline& deadline = setting.deadline;
  const std::string due = format_date(deadline.due);
  const std::string tail =
      fmt::format("; calendar {}; {}", setting.calendar.edition(), hour_words(setting));
  if (deadline.expired && deadline.due_at <= deadline.since) {
    return fmt::format("due {}: {} ({}) had run out before it stood still{}", due,
                       describe(setting.total), deadline.paragraph.view(), tail);
  }
  if (std::holds_alternative<WorkingMinutes>(setting.rest)) {
    return fmt::format("due {} at {}: {}, from {} on{}; calendar {}", due,
                       time_at(deadline.due_at, setting.office), count_words(setting),
                       time_at(deadline.since, setting.office), delay_words(setting),
                       setting.calendar.edition());
  }
  if (counts_back(setting)) {
    return fmt::format("due {}: {} before the service is due ({}){}", due, describe(setting.total),
                       deadline.paragraph.view(), tail);
  }
  const bool in_working_days = std::holds_alternative<WorkingDays>(setting.rest);
  return fmt::format("due {}: {}{}{}{}", due, count_words(setting), delay_words(setting),
                     in_working_days ? days_met(setting) : end_met(setting), tail);
}

// "; extended 2015-07-15 to 30 working days (004.4 §7), was due 2015-07-14".
std::string act_words(const DeadlineAct& act, const Office& office) {
  const std::string_view change = act.change.view();
  std::string text = fmt::format("; {} {}", change, format_date(date_at(act.at, office)));
  if (change == deadline_change::extended) {
    text += fmt::format(" to {}", describe(term_of(act.term)));
  } else if (change == deadline_change::suspended && !act.term.is_empty()) {
    text += fmt::format(" with {} left", describe(term_of(act.term)));
  }
  text += fmt::format(" ({})", act.reason);
  if (brings_dates(change)) text += fmt::format(", was due {}", format_date(act.old_due));
  return text;
}

bool ends(std::string_view change) {
  return change == deadline_change::met || change == deadline_change::ended_late ||
         change == deadline_change::lapsed;
}

DeadlineAct act_of(const Entry& entry, const DeadlineChange& change, bool expired) {
  const bool suspends = change.change == deadline_change::suspended;
  const bool decreed = entry.kind == entry_kind::calendar;
  // Of a term that has run out nothing is left: its `rest` is the way to the next rung.
  const std::string_view left = expired ? std::string_view() : change.rest;
  return {Symbol(change.change), entry.at, std::string(decreed ? entry.ground : entry.paragraph),
          Symbol(suspends ? left : change.term), change.old_due};
}

}  // namespace

void DeadlineStories::add(const Entry& entry) {
  for (const DeadlineChange& change : entry.deadlines) {
    if (change.change == deadline_change::set) {
      told_.push_back({Symbol(change.scope), Symbol(change.step), true, false, {entry.at, {}}});
      continue;
    }
    const auto told = std::ranges::find_if(told_, [&](const Told& one) {
      return one.open && one.scope == change.scope && one.step == change.step;
    });
    if (told == told_.end()) continue;
    if (ends(change.change)) told->open = false;
    if (change.change == deadline_change::expired) told->expired = true;
    if (change.change == deadline_change::suspended || brings_dates(change.change)) {
      told->story.acts.push_back(act_of(entry, change, told->expired));
    }
  }
}

std::string explain(const Deadline& deadline, const DeadlineStory& story, std::string_view service,
                    const CalendarEditions& editions, const Directory& directory) {
  const OfficeIndex index = office_named(directory, deadline.office.view());
  const Office& office = directory[index];
  const Term total = term_of(deadline.term);
  const Term rest = term_of(deadline.rest);
  std::string text;
  if (deadline.suspended_at && deadline.expired) {
    text = fmt::format("stands still: {} ({}) had run out", describe(total),
                       deadline.paragraph.view());
  } else if (deadline.suspended_at) {
    text = fmt::format("stands still: {} left of {} ({})", describe(rest), describe(total),
                       deadline.paragraph.view());
  } else {
    text = due_words({deadline, story, office, directory.hours(index, service),
                      calendar_named(editions, deadline.calendar.view()), total, rest,
                      date_at(deadline.since, office)});
  }
  for (const DeadlineAct& act : story.acts) text += act_words(act, office);
  return text;
}

}  // namespace reglament
