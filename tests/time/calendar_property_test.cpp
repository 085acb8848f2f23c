#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/time/calendar.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace {

using std::chrono::days;

// A calendar of 2015 and 2016 in which about every fifth date is special, of a kind that it may be.
WorkingCalendar any_calendar() {
  const Week week = *rc::gen::element(Week::five_day, Week::six_day);
  std::vector<SpecialDay> special_days;
  for (Date day = date("2015-01-01"); day <= date("2016-12-31"); day += days{1}) {
    if (*rc::gen::inRange(0, 5) != 0) continue;
    const std::chrono::weekday name{day};
    const bool weekend =
        name == std::chrono::Sunday || (name == std::chrono::Saturday && week == Week::five_day);
    const DayKind kind =
        weekend ? *rc::gen::element(DayKind::holiday, DayKind::day_off, DayKind::working_weekend)
                : *rc::gen::element(DayKind::holiday, DayKind::day_off, DayKind::moved_day_off,
                                    DayKind::transferred_day_off);
    special_days.push_back({day, kind, "any", "any"});
  }
  return {"any", week, 2015, 2016, std::move(special_days)};
}

Date any_date(const WorkingCalendar& calendar) {
  return calendar.first() + days{*rc::gen::inRange(0, 731)};
}

WorkingDays any_term_from(const WorkingCalendar& calendar, Date start) {
  return WorkingDays{*rc::gen::inRange(0, calendar.count(start, calendar.last()).days + 1)};
}

RC_GTEST_PROP(WorkingCalendar, CountUndoesAdd, ()) {
  const WorkingCalendar calendar = any_calendar();
  const Date start = any_date(calendar);
  const WorkingDays term = any_term_from(calendar, start);
  RC_ASSERT(calendar.count(start, calendar.add(start, term)) == term);
}

RC_GTEST_PROP(WorkingCalendar, AddIsStrictlyMonotoneInTheTerm, ()) {
  const WorkingCalendar calendar = any_calendar();
  const Date start = any_date(calendar);
  const WorkingDays term = any_term_from(calendar, start);
  RC_PRE(term.days > 0);
  RC_ASSERT(calendar.add(start, WorkingDays{term.days - 1}) < calendar.add(start, term));
  RC_ASSERT(calendar.is_working(calendar.add(start, term)));
}

RC_GTEST_PROP(WorkingCalendar, AddIsMonotoneInTheDate, ()) {
  const WorkingCalendar calendar = any_calendar();
  const Date start = any_date(calendar);
  RC_PRE(start > calendar.first());
  const WorkingDays term = any_term_from(calendar, start);
  RC_ASSERT(calendar.add(start - days{1}, term) <= calendar.add(start, term));
}

RC_GTEST_PROP(WorkingCalendar, SubtractUndoesAddFromAWorkingDay, ()) {
  const WorkingCalendar calendar = any_calendar();
  const Date start = any_date(calendar);
  RC_PRE(calendar.is_working(start));
  const WorkingDays term = any_term_from(calendar, start);
  RC_ASSERT(calendar.subtract(calendar.add(start, term), term) == start);
}

RC_GTEST_PROP(WorkingCalendar, CountsOfPartsSumUp, ()) {
  const WorkingCalendar calendar = any_calendar();
  const Date a = any_date(calendar);
  const Date b = any_date(calendar);
  const Date c = any_date(calendar);
  RC_PRE(a <= b && b <= c);
  RC_ASSERT(calendar.count(a, b).days + calendar.count(b, c).days == calendar.count(a, c).days);
}

RC_GTEST_PROP(WorkingCalendar, DescriptionAgreesWithTheTables, ()) {
  const WorkingCalendar calendar = any_calendar();
  const Date day = any_date(calendar);
  const auto description = calendar.describe(day);
  RC_ASSERT(description.working == calendar.is_working(day));
  RC_ASSERT(description.working ==
            (description.kind == "working" || description.kind == "working_weekend"));
}

}  // namespace
}  // namespace reglament
