// Working minutes: the hours that an office is open on the days that it works, on the time line.
//
// A moment is working where it lies in an interval of the opening hours, from its opening up to but
// not at its closing, on a date that the office works. Which dates those are is one of two rules:
//
//   by_calendar        the working days of the calendar. The Saturday hours of an office count only
//                      where the calendar works that Saturday: a term in working time runs on the
//                      days on which a term in working days does.
//   by_opening_hours   the days of the week on which the office opens, whether the calendar calls
//                      them weekend or not: a service centre open on Saturdays up to 13:00 works
//                      then. Holidays and days off of the calendar are closed, except for an office
//                      open on all seven days whose hours do not say "PH off": who keeps no weekly
//                      day of rest keeps no other (a duty desk round the clock).
//
// A date that the calendar works though the office has no hours on that day of the week (a worked
// Sunday) has the hours of Monday.
//
// Openings and closings become instants as Zone::to_instant has it: in the hour that passes twice
// when clocks go back, the later one. An office open round the clock works both passes (a day of 25
// hours); one that opens in that hour opens at its second pass.
//
// Minutes are those of the time line: an instant counts as the beginning of its minute. Offsets are
// whole minutes, and the changes of the zone further apart than they are large (both hold for every
// zone of tzdata since 1973). Beyond the calendar's years each answer is OutsideCalendar.
#pragma once

#include <chrono>
#include <vector>

#include "engine/time/calendar.hpp"
#include "engine/time/civil.hpp"
#include "engine/time/schedule.hpp"
#include "engine/time/term.hpp"
#include "engine/time/zone.hpp"

namespace reglament {

enum class OfficeDays { by_calendar, by_opening_hours };

class WorkingTime {
 public:
  // Of an office: its hours, its zone, the calendar of its week; all three outlive this object.
  WorkingTime(const Schedule& schedule, const Zone& zone, const WorkingCalendar& calendar,
              OfficeDays rule)
      : schedule_(schedule), zone_(zone), calendar_(calendar), rule_(rule) {}

  // The instant itself where it is working, else the next opening: what happens after closing, in a
  // break or on a day off counts from there.
  [[nodiscard]] Instant next_working_moment(Instant instant) const;

  // When so many working minutes have passed after the instant (or the next working moment): where
  // they end with the opening hours, at closing, not at the next opening. 0 minutes end at the next
  // working moment. A negative term is BadInput. between(t, add(t, n)) == n.
  [[nodiscard]] Instant add(Instant instant, WorkingMinutes term) const;

  // Working minutes in [from, to), so that between(a, b) + between(b, c) == between(a, c). `to`
  // before `from` is BadInput.
  [[nodiscard]] WorkingMinutes between(Instant from, Instant to) const;

  [[nodiscard]] bool works_on(Date date) const;

 private:
  struct Opening {
    Instant opens;
    Instant closes;
  };
  [[nodiscard]] const std::vector<Schedule::Interval>& hours_on(Date date) const;
  [[nodiscard]] Opening opening(Date date, const Schedule::Interval& interval) const;
  [[nodiscard]] Date first_date_of(Instant instant) const;

  const Schedule& schedule_;
  const Zone& zone_;
  const WorkingCalendar& calendar_;
  OfficeDays rule_;
};

}  // namespace reglament
