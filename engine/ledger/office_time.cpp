#include "engine/ledger/office_time.hpp"

#include <fmt/format.h>

#include "engine/base/fault.hpp"

namespace reglament {

bool are_published(const Schedule& hours) { return hours.closing(std::chrono::Monday).has_value(); }

WorkingTime office_time(const Directory& directory, OfficeIndex office, std::string_view service,
                        const WorkingCalendar& calendar) {
  static const Schedule whole_days = Schedule::parse("Mo-Su 00:00-24:00");
  const Schedule& hours = directory.hours(office, service);
  return {are_published(hours) ? hours : whole_days, *directory[office].zone, calendar,
          OfficeDays::by_calendar};
}

const WorkingCalendar& calendar_named(const CalendarEditions& editions, std::string_view name) {
  const CalendarEdition* const edition = editions.find(name);
  if (edition == nullptr) {
    throw Unavailable(
        fmt::format("expected calendar {} among the editions of this program, found none", name));
  }
  return edition->calendar(edition->six_day.edition() == name ? Week::six_day : Week::five_day);
}

OfficeIndex office_named(const Directory& directory, std::string_view id) {
  const auto office = directory.find(id);
  if (!office) {
    throw Unavailable(
        fmt::format("expected office {} in this program's directory, found none", id));
  }
  return *office;
}

}  // namespace reglament
