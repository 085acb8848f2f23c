#include "adapters/clock/zones.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <fstream>
#include <stdexcept>
#include <vector>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

constexpr date::sys_seconds collected_from = date::sys_days{date::January / 1 / 1990};
constexpr date::sys_seconds collected_to = date::sys_days{date::January / 1 / 2051};

const date::time_zone& locate(std::string_view name) {
  try {
    return *date::locate_zone(name);
  } catch (const std::exception& error) {
    throw Unavailable(
        fmt::format("expected the time zone {} in tzdata, found none ({})", name, error.what()));
  }
}

}  // namespace

Zone read_zone(std::string_view name) {
  const date::time_zone& source = locate(name);
  try {
    date::sys_info info = source.get_info(collected_from);
    const std::chrono::seconds before = info.offset;
    std::chrono::seconds offset = before;
    std::vector<Zone::Change> changes;
    while (info.end < collected_to) {
      const date::sys_seconds since = info.end;
      info = source.get_info(since);
      // A rule may change the name or the saving alone; only an offset moves instants.
      if (info.offset == offset) continue;
      offset = info.offset;
      changes.push_back({Instant(since.time_since_epoch()), offset});
    }
    return Zone(std::string(name), before, std::move(changes));
  } catch (const BadInput&) {
    throw;
  } catch (const std::exception& error) {
    throw Unavailable(fmt::format("expected readable tzdata for the time zone {}, found: {}", name,
                                  error.what()));
  }
}

std::string tzdata_version() {
  // Debian ships no "+VERSION" file, which is where the library looks; the compact form of the same
  // data begins with "# version 2026f".
  std::ifstream compact("/usr/share/zoneinfo/tzdata.zi");
  std::string line;
  constexpr std::string_view mark = "# version ";
  if (std::getline(compact, line) && line.starts_with(mark)) return line.substr(mark.size());
  return "unknown";
}

}  // namespace reglament
