// A small calendar edition of 2015 and 2016, of a country with three holidays.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/time/calendar_changes.hpp"
#include "engine/time/calendar_editions.hpp"
#include "tests/time/dates.hpp"

namespace reglament {

// 1 January, 8 March and 9 May, 7 January off, and what the weekends of 2015 and 2016 give:
// 8 March 2015 is a Sunday, 9 May 2015 a Saturday.
inline WorkingCalendar test_calendar(std::string name, Week week,
                                     const std::vector<SpecialDay>& more = {}) {
  std::vector<CalendarChange> days;
  for (const char* year : {"2015", "2016"}) {
    for (const char* day : {"-01-01", "-03-08", "-05-09"}) {
      const Date holiday = date(std::string(year) + day);
      days.push_back({holiday, SpecialDay{holiday, DayKind::holiday, "Holiday", "Law"}});
    }
    const Date christmas = date(std::string(year) + "-01-07");
    days.push_back({christmas, SpecialDay{christmas, DayKind::day_off, "Christmas", "Code"}});
  }
  const Date monday = date("2015-03-09");
  days.push_back({monday, SpecialDay{monday, DayKind::transferred_day_off, "Holiday", "Law"}});
  if (week == Week::five_day) {
    const Date may = date("2015-05-11");
    days.push_back({may, SpecialDay{may, DayKind::transferred_day_off, "Holiday", "Law"}});
  }
  for (const SpecialDay& day : more) days.push_back({day.date, day});
  return with_changes(WorkingCalendar{"empty", week, 2015, 2016, {}}, std::move(name), 2016,
                      std::move(days));
}

inline CalendarEdition test_edition(std::string code, std::string_view known_since,
                                    const std::vector<SpecialDay>& more = {}) {
  WorkingCalendar five_day =
      test_calendar(calendar_name(code, Week::five_day), Week::five_day, more);
  WorkingCalendar six_day = test_calendar(calendar_name(code, Week::six_day), Week::six_day, more);
  return {std::move(code), date(known_since), "Act", std::move(five_day), std::move(six_day)};
}

}  // namespace reglament
