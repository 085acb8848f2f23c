// The working calendars of Kazakhstan, 2009-2028: one for each week, and what was known of them on
// each day since 2009. The days and the acts they rest on are the csv files of this folder; its
// README names sources and gaps.
#pragma once

#include "engine/time/calendar.hpp"
#include "engine/time/calendar_editions.hpp"

namespace reglament {

// As known now. Editions "kz-five-day-2026" and "kz-six-day-2026": the names are stored beside due
// dates, frozen. Built at the first call, checked against the published norms, then shared; a later
// decree makes another edition.
const WorkingCalendar& kazakhstan(Week week);

// Since 2009-01-01; the latest is "kz-2026", with the calendars above. An edition holds all years,
// the later ones by the law of its own day. A day whose act has no known date is in every edition.
const CalendarEditions& kazakhstan_editions();

}  // namespace reglament
