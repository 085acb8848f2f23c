// The calendar as it was known, day by day: editions, each with the date since when it is known and
// the act that made it.
//
// Two dates are kept apart: the date that a day of the calendar is about, and the date on which a
// clerk could know of it. On 2014-04-17 Friday 2 May 2014 was a working day; on 2014-04-18 the
// resolution that moved a day off there was published. Who counts a term names the edition that he
// counted with, so that it can be counted again and compared.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/time/calendar.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

struct CalendarEdition {
  std::string code;  // "kz-2014-04-18": stored, frozen
  Date known_since;
  std::string act;
  WorkingCalendar five_day;
  WorkingCalendar six_day;

  [[nodiscard]] const WorkingCalendar& calendar(Week week) const {
    return week == Week::five_day ? five_day : six_day;
  }
};

// The name of an edition's calendar, stored beside each due date: "kz-2014-04-18" gives
// "kz-five-day-2014-04-18".
[[nodiscard]] std::string calendar_name(std::string_view edition_code, Week week);

// Editions in the order in which they became known; immutable. Copies share the editions, so that a
// reference stays good while any list holds its edition.
class CalendarEditions {
 public:
  // Throws BadInput where there is none, a code or a calendar's name is given twice, an edition is
  // not known later than the one before it, a calendar is of the other week, or an edition lacks
  // years that the one before it has.
  explicit CalendarEditions(std::vector<CalendarEdition> editions);

  // The latest edition known on that day; OutsideCalendar before the first.
  [[nodiscard]] const CalendarEdition& known_on(Date date) const;
  [[nodiscard]] const CalendarEdition& latest() const { return *editions_.back(); }
  // By the code of the edition, or by the name of one of its calendars; null where there is none.
  [[nodiscard]] const CalendarEdition* find(std::string_view name) const;

  // The list with one more, as the constructor checks it.
  [[nodiscard]] CalendarEditions with(CalendarEdition edition) const;
  // The list as it was on that day; OutsideCalendar before the first.
  [[nodiscard]] CalendarEditions until(Date date) const;

  [[nodiscard]] std::size_t size() const { return editions_.size(); }
  [[nodiscard]] const CalendarEdition& operator[](std::size_t index) const {
    return *editions_[index];
  }

 private:
  CalendarEditions() = default;
  [[nodiscard]] std::size_t count_known_on(Date date) const;
  void append(CalendarEdition edition);

  std::vector<std::shared_ptr<const CalendarEdition>> editions_;
};

}  // namespace reglament
