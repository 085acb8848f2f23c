// Where the demo takes place: the law, the offices and the days, as the program carries them.
#pragma once

#include "engine/casework/framework.hpp"
#include "engine/time/calendar.hpp"

namespace reglament::demo {

struct Country {
  const Framework& framework;
  // Which Saturdays an office with hours on Saturday opens; the terms run in the five-day week.
  const WorkingCalendar& six_day;

  [[nodiscard]] const Directory& offices() const { return framework.directory; }
  [[nodiscard]] const WorkingCalendar& days() const {
    return framework.calendars.latest().five_day;
  }
};

}  // namespace reglament::demo
