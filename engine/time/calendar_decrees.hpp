// Decrees of a database laid over the calendar editions that the program carries.
//
// A decree makes an edition of the one known before it: that one with the days of its file. What
// the program carries and became known later keeps what the decree set: what such an edition
// changes against the one before it is laid over the decree's, and its code says so
// ("kz-2016-02-15+2015-07-14"), for it is another calendar than that of the plain code. Where the
// program carries an edition known since the very day of a decree, the decree's stands in its
// place.
#pragma once

#include <span>
#include <string>

#include "engine/time/calendar_editions.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

struct CalendarDecree {
  Date known_since;
  std::string act;   // what the decree is called where it is cited
  std::string text;  // as calendar_file.hpp reads it
};

// `decrees` in the order of their dates, each date once. Throws BadInput where one can not be read
// against the edition before it.
[[nodiscard]] CalendarEditions with_decrees(const CalendarEditions& carried,
                                            std::span<const CalendarDecree> decrees);

}  // namespace reglament
