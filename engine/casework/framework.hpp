// What decisions rest on besides the case: the law, the offices, the days.
#pragma once

#include <string>

#include "engine/casework/case.hpp"
#include "engine/casework/directory.hpp"
#include "engine/law/catalogue.hpp"
#include "engine/time/calendar_editions.hpp"

namespace reglament {

struct Framework {
  const Catalogue& catalogue;
  const Directory& directory;
  CalendarEditions calendars;
  WorkingDays warn_before{1};  // how long before a due date its office is warned; 0: not at all
};

// The days that an office counts by at that moment: of the edition known on the date of its wall.
// OutsideCalendar before the first edition.
[[nodiscard]] const WorkingCalendar& calendar_at(OfficeIndex office, Instant now, Week week,
                                                 const Framework& framework);

// The edition that governs a case, and the office where it was filed. Unavailable where this
// program does not know them: the database is of a program that knows more.
[[nodiscard]] const Regulation& governing_edition(const Case& state, const Framework& framework);
[[nodiscard]] OfficeIndex filing_office(const Case& state, const Framework& framework);

// The term of the service that governs a case: that of its variant, else the first of the act.
[[nodiscard]] const ServiceTerm& service_line(const Case& state, const Regulation& regulation);

// The talon of a case (talon.hpp): service, region and year of its filing, its number.
[[nodiscard]] std::string talon_of(const Case& state, const Framework& framework);

// The codes of the facts that a case's entries established, as conditions ask for them.
[[nodiscard]] std::vector<std::string> established_facts(const Case& state);

}  // namespace reglament
