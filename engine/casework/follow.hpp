// A case follows a calendar edition: its open deadlines are counted anew, from the same moment and
// with the same rest of the same term, and where another date comes out the deadline moves.
//
// What stays as it is: a deadline that has ended or expired (that fact was one when the edition
// became known), one that is suspended (it keeps its rest, and is counted when it resumes), one
// that an edition as late or later has counted already, and one whose new date lies beyond the
// published years.
//
// Nobody is late for a date that he could not know: a deadline that moves to a moment before the
// one at which it moves is due at that moment.
#pragma once

#include <optional>

#include "engine/casework/decide.hpp"
#include "engine/time/calendar_editions.hpp"

namespace reglament {

// The decision, one `calendar` entry for all deadlines that move; nothing where none does. `since`:
// when the edition came into use at every office. The entry is dated then, or later where the case
// has lived on meanwhile with an older edition; `now` is when it was noticed.
[[nodiscard]] std::optional<Decision> decide_calendar(const Case& state,
                                                      const CalendarEdition& edition, Instant since,
                                                      Instant now, const Framework& framework);

}  // namespace reglament
