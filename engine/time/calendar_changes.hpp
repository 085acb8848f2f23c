// What one calendar edition differs in from another: the dates that a decree sets anew, laid over a
// calendar, and the dates on which two calendars answer differently.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/time/calendar.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

struct CalendarChange {
  Date date;
  std::optional<SpecialDay> day;  // of the same date; nothing: an ordinary day of the week
};

// The calendar with the changes laid over it, under a name of its own; the last year may be later
// than before. BadInput where a date is changed twice, or where WorkingCalendar finds one.
[[nodiscard]] WorkingCalendar with_changes(const WorkingCalendar& calendar, std::string name,
                                           int last_year, std::vector<CalendarChange> changes);

// The dates that one calendar works and the other does not, ascending, over the years of both: only
// a term that runs across one of them, or ends on one, can end on another date. Both are of the
// same week.
[[nodiscard]] std::vector<Date> changes_between(const WorkingCalendar& a, const WorkingCalendar& b);

// The other date of a move, as the data write it: "...; day off moved from Sat 2016-03-05" and
// "...; day off moved to Mon 2016-03-07". Nothing where the basis names none; BadInput where it
// names one that does not exist or is another day of the week.
[[nodiscard]] std::optional<Date> moved_from(std::string_view basis);
[[nodiscard]] std::optional<Date> moved_to(std::string_view basis);

// Each moved day off names the weekend day worked for it, and that day names it back; or it gives a
// reason behind the act ("resolution 820 of 2019; 2020-05-11 became a working day"). Throws
// BadInput with the first date that does not.
void check_moves(const WorkingCalendar& calendar);

}  // namespace reglament
