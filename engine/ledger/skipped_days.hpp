// The days of a span that a term of working days does not count, and the weekend days that it does,
// each with its reason, as text.
#pragma once

#include <string>

#include "engine/time/calendar.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

// Of the days in (from, to], those that are not worked: "2015-07-18 and 19 weekend, 2016-03-07 Day
// off moved from 2016-03-05 (moved day off; Government resolution 67 of 2016-02-15)". Weekends are
// summed up where there are more than four. Empty where every day is worked.
[[nodiscard]] std::string days_off(Date from, Date to, const WorkingCalendar& calendar);

// Of the days in (from, to], those of a weekend that are worked all the same. Empty where there are
// none.
[[nodiscard]] std::string worked_weekends(Date from, Date to, const WorkingCalendar& calendar);

}  // namespace reglament
