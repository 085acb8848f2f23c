// From a term to its dates: when a deadline that starts now is due, and when its office is warned.
#pragma once

#include <optional>

#include "engine/casework/directory.hpp"
#include "engine/time/calendar.hpp"
#include "engine/time/civil.hpp"
#include "engine/time/term.hpp"

namespace reglament {

struct DeadlineDates {
  Instant since{};  // the moment from which the term is counted
  Date start{};     // its day, which is not counted (Civil Code art. 173)
  Date due{};
  Instant due_at{};                // closing time of the office on the due date (art. 176)
  std::optional<Instant> warn_at;  // nothing where the moment of warning is past already
};

// Throws OutsideCalendar beyond the published years.
// A term of calendar days or months whose last day is not a working day ends on the next one
// (art. 175); a month without that day ends on its last day (art. 174).
[[nodiscard]] DeadlineDates deadline_dates(const Term& term, Instant event, OfficeIndex office,
                                           WorkingDays warn_before, const Directory& directory,
                                           const WorkingCalendar& calendar);

}  // namespace reglament
