// The law, the offices and the days that this program carries, built once from what is embedded in
// it.
#pragma once

#include <string>
#include <string_view>

#include "engine/casework/framework.hpp"
#include "engine/runtime/store.hpp"
#include "engine/time/calendar.hpp"

namespace reglament::program {

struct World {
  Catalogue catalogue;
  Directory directory;
  const WorkingCalendar& six_day;
};

[[nodiscard]] const World& world();

[[nodiscard]] Framework framework(WorkingDays warn_before);

// The same with the calendar editions of a database.
[[nodiscard]] Framework framework(WorkingDays warn_before, StoreReader& reader);

// The calendar editions of a database: those that the program carries, with its decrees.
[[nodiscard]] CalendarEditions editions_of(StoreReader& reader);

// RFC 3339 with the offset that holds at that office then; in UTC where the office is not known.
[[nodiscard]] std::string local_time(Instant instant, std::string_view office);

// BadInput that names the field where it is not an office of the directory.
void expect_office(std::string_view id, std::string_view field);

}  // namespace reglament::program
