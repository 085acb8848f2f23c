// The working calendars of Kazakhstan, 2009-2028, as known in 2026: one for each week. The days and
// the acts they rest on are the csv files of this folder; its README names sources and gaps.
#pragma once

#include "engine/time/calendar.hpp"

namespace reglament {

// Editions "kz-five-day-2026" and "kz-six-day-2026": the names are stored beside due dates, frozen.
// Built and checked at the first call, then shared; a later decree makes another edition.
const WorkingCalendar& kazakhstan(Week week);

}  // namespace reglament
