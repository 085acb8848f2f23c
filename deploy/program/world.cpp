#include "deploy/program/world.hpp"

#include <fmt/format.h>

#include "adapters/clock/zones.hpp"
#include "engine/base/fault.hpp"
#include "engine/runtime/calendar_course.hpp"
#include "processes/calendars/kazakhstan.hpp"
#include "processes/catalogue/catalogue.hpp"
#include "processes/offices/kazakhstan.hpp"

namespace reglament::program {

const World& world() {
  static const World built{catalogue(), kazakhstan_directory(read_zone), kazakhstan(Week::six_day)};
  return built;
}

Framework framework(WorkingDays warn_before) {
  const World& all = world();
  return Framework{all.catalogue, all.directory, kazakhstan_editions(), warn_before};
}

CalendarEditions editions_of(StoreReader& reader) {
  std::vector<StoredCalendarEdition> published = reader.calendar_editions();
  if (published.empty()) return kazakhstan_editions();
  return CalendarCourse(kazakhstan_editions(), std::move(published), world().directory).editions();
}

Framework framework(WorkingDays warn_before, StoreReader& reader) {
  Framework law = framework(warn_before);
  law.calendars = editions_of(reader);
  return law;
}

std::string local_time(Instant instant, std::string_view office) {
  const Directory& directory = world().directory;
  const auto found = directory.find(office);
  if (!found) return format_instant(instant, {});
  return format_instant(instant, directory[*found].zone->offset_at(instant));
}

void expect_office(std::string_view id, std::string_view field) {
  if (world().directory.find(id)) return;
  throw BadInput(fmt::format("expected an office of the directory in {}, found '{}'", field, id));
}

}  // namespace reglament::program
