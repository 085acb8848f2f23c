// A decree as a file: the days that it sets anew, read into the next calendar edition.
//
// The file is csv with a header line:
//
//   date      ISO 8601, each date once for a week
//   kind      a code of DayKind, or "ordinary": the day follows the week again
//   name_en   of the holiday; empty or without the column: the decree's text
//   basis     the act, and behind "; " what is to be said of the day; empty: the decree's text
//   week      five | six | both; empty or without the column: as the law has it, see below
//
// Other columns (source, confidence) are passed over. Where no week is given, a holiday, a day off
// and an ordinary day are so in both weeks; a Saturday is worked by the five-day week alone and a
// Sunday by both, and the day off moved for it goes with it; a transferred day off is one of the
// six-day week where it is the first after a holiday on a Sunday (Law 267-II of 2001-12-13 art. 5).
//
// A moved day off has a partner: a weekend day of the file worked for it, which either's basis may
// name; unnamed ones are paired in the order of their dates. Without one its basis gives a reason
// behind "; ". Dates behind the last published year extend the calendar by whole years: then none
// of them is left out, each holiday of the last year comes with every new one (as a holiday, or as
// "ordinary" where it is none any more), and so does each transferred day off.
#pragma once

#include <string>
#include <string_view>

#include "engine/time/calendar_editions.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

// The edition after `previous`; its code is that of the previous one with the new date: "kz-2026"
// known again since 2027-01-15 gives "kz-2027-01-15". Throws BadInput, with the file's name and
// line where a line is at fault, for anything that is not as above, a date before the first year,
// and a `known_since` that is not later than the previous one.
[[nodiscard]] CalendarEdition read_calendar_edition(std::string_view text, std::string_view file,
                                                    std::string act, Date known_since,
                                                    const CalendarEdition& previous);

}  // namespace reglament
