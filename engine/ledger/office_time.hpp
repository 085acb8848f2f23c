// The working time by which the ledger measures what an office did.
#pragma once

#include <string_view>

#include "engine/casework/directory.hpp"
#include "engine/time/calendar.hpp"
#include "engine/time/calendar_editions.hpp"
#include "engine/time/working_time.hpp"

namespace reglament {

// The hours of the office in a service (the id of its regulation) on the working days of the
// calendar, by which terms run. An office whose hours are not published, or that has none on
// Mondays, is measured by whole days of 24 hours, as its terms end at 24:00
// (Directory::closing_instant). Directory and calendar outlive the result.
[[nodiscard]] WorkingTime office_time(const Directory& directory, OfficeIndex office,
                                      std::string_view service, const WorkingCalendar& calendar);

// Whether there are hours to be measured by.
[[nodiscard]] bool are_published(const Schedule& hours);

// The calendar that a deadline names, "kz-five-day-2014-04-18". Throws Unavailable where it is not
// among the editions: the database is of a program that knows more.
[[nodiscard]] const WorkingCalendar& calendar_named(const CalendarEditions& editions,
                                                    std::string_view name);

// The office of that id. Throws Unavailable where it is not in the directory.
[[nodiscard]] OfficeIndex office_named(const Directory& directory, std::string_view id);

}  // namespace reglament
