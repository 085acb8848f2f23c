#include "engine/casework/deadline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/time/working_time.hpp"

namespace reglament {
namespace {

using std::chrono::days;

Date next_working(Date date, const WorkingCalendar& calendar) {
  return calendar.is_working(date) ? date : calendar.add(date, WorkingDays{1});
}

Date month_later(Date start, std::int32_t months) {
  const std::chrono::year_month_day from{start};
  const std::chrono::year_month_day same_day = from + std::chrono::months(months);
  return Date(same_day.ok() ? std::chrono::local_days(same_day)
                            : std::chrono::local_days(same_day.year() / same_day.month() /
                                                      std::chrono::last));
}

struct DueDate {
  Date start;
  LastDay last_day;
  const WorkingCalendar& calendar;

  Date operator()(WorkingDays term) const { return calendar.add(start, term); }
  Date operator()(CalendarDays term) const { return end(start + days(term.days)); }
  Date operator()(CalendarMonths term) const { return end(month_later(start, term.months)); }
  Date operator()(WorkingMinutes) const { return start; }  // add_minutes says it

  [[nodiscard]] Date end(Date date) const {
    return last_day == LastDay::stays ? date : next_working(date, calendar);
  }
};

// How the amounts of two terms of one unit are added.
struct Lengthened {
  const Term& from;
  const Term& to;

  std::optional<Term> operator()(WorkingDays rest) const { return sum(rest, &WorkingDays::days); }
  std::optional<Term> operator()(CalendarDays rest) const { return sum(rest, &CalendarDays::days); }
  std::optional<Term> operator()(CalendarMonths rest) const {
    return sum(rest, &CalendarMonths::months);
  }
  std::optional<Term> operator()(WorkingMinutes rest) const {
    return sum(rest, &WorkingMinutes::minutes);
  }

  template <class Unit>
  [[nodiscard]] std::optional<Term> sum(Unit rest, std::int32_t Unit::*amount) const {
    const Unit* const before = std::get_if<Unit>(&from);
    const Unit* const after = std::get_if<Unit>(&to);
    if (before == nullptr || after == nullptr) return std::nullopt;
    rest.*amount += after->*amount - before->*amount;
    if (rest.*amount < 0) return std::nullopt;
    return rest;
  }
};

}  // namespace

Instant TermCount::start(Instant event, const Schedule* hours) const {
  const Office& office = directory_[office_];
  const Schedule& schedule = hours != nullptr ? *hours : directory_.hours(office_, service_);
  if (!schedule.notation().empty()) {
    return WorkingTime(schedule, *office.zone, calendar_, OfficeDays::by_opening_hours)
        .next_working_moment(event);
  }
  const Date date = date_of(event);
  if (calendar_.is_working(date)) return event;
  return office.zone->to_instant(CivilTime(next_working(date, calendar_)));
}

Instant TermCount::add_minutes(Instant since, WorkingMinutes term) const {
  const Schedule& schedule = directory_.hours(office_, service_);
  if (schedule.notation().empty()) {
    throw BadInput(fmt::format("expected the opening hours of {} for a term of {}, found none",
                               directory_[office_].id, describe(Term(term))));
  }
  return WorkingTime(schedule, *directory_[office_].zone, calendar_, OfficeDays::by_opening_hours)
      .add(since, term);
}

DeadlineDates TermCount::dates(const Term& rest, LastDay last_day, Instant since,
                               Instant now) const {
  DeadlineDates dates;
  dates.since = since;
  dates.start = date_of(since);
  if (const auto* minutes = std::get_if<WorkingMinutes>(&rest)) {
    dates.due_at = add_minutes(since, *minutes);
    dates.due = date_of(dates.due_at);
    return dates;
  }
  dates.due = std::visit(DueDate{dates.start, last_day, calendar_}, rest);
  close(dates, now);
  return dates;
}

DeadlineDates TermCount::dates_before(const Term& term, Date service_due, Instant now) const {
  DeadlineDates dates;
  dates.since = start(now);
  dates.start = date_of(dates.since);
  if (const auto* working = std::get_if<WorkingDays>(&term)) {
    dates.due = calendar_.subtract(service_due, *working);
  } else if (const auto* calendar_days = std::get_if<CalendarDays>(&term)) {
    dates.due = service_due - days(calendar_days->days);
  } else {
    throw BadInput(fmt::format("expected a term in days before another, found {}", describe(term)));
  }
  close(dates, now);
  return dates;
}

void TermCount::close(DeadlineDates& dates, Instant now) const {
  dates.due_at = directory_.closing_instant(office_, dates.due, service_);
  if (warn_before_.days == 0) return;
  const Date day = calendar_.subtract(dates.due, warn_before_);
  const Instant warn_at = directory_.closing_instant(office_, day, service_);
  if (warn_at > now) dates.warn_at = warn_at;
}

Term TermCount::left(const Term& term, Date due, Instant due_at, Instant at) const {
  if (std::holds_alternative<WorkingMinutes>(term)) {
    return WorkingTime(directory_.hours(office_, service_), *directory_[office_].zone, calendar_,
                       OfficeDays::by_opening_hours)
        .between(std::min(at, due_at), due_at);
  }
  const Date today = std::min(date_of(at), due);
  if (std::holds_alternative<WorkingDays>(term)) return calendar_.count(today, due);
  return CalendarDays{static_cast<std::int32_t>((due - today).count())};
}

Instant TermCount::closing_after(Date date, WorkingDays days) const {
  return directory_.closing_instant(office_, calendar_.add(date, days), service_);
}

Term counted(const Term& term, const Counting& counting) {
  const std::int32_t change =
      (counting.start == StartRule::event_day ? -1 : 0) + (counting.excludes_ends ? 1 : 0);
  if (const auto* working = std::get_if<WorkingDays>(&term)) {
    return WorkingDays{std::max(working->days + change, 0)};
  }
  if (const auto* calendar_days = std::get_if<CalendarDays>(&term)) {
    return CalendarDays{std::max(calendar_days->days + change, 0)};
  }
  return term;
}

std::optional<Term> lengthen(const Term& rest, const Term& from, const Term& to) {
  return std::visit(Lengthened{from, to}, rest);
}

bool is_longer(const Term& term, const Term& than) {
  return term.index() == than.index() && term > than;
}

}  // namespace reglament
