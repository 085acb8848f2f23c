#include "deploy/program/database.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "adapters/clock/zones.hpp"
#include "adapters/sqlite/sqlite_store.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {

void create_database(const Globals& globals, std::optional<Instant> virtual_clock,
                     std::uint32_t partitions) {
  if (database_exists(globals)) {
    throw BadInput(fmt::format("expected no file yet at {}, found one", globals.db));
  }
  StoreSettings settings;
  settings.partitions = partitions;
  settings.virtual_clock = virtual_clock.has_value();
  settings.clock_now = virtual_clock;
  settings.tzdata_version = tzdata_version();
  static_cast<void>(create_sqlite_store(globals.db, settings));
}

bool database_exists(const Globals& globals) {
  return std::filesystem::exists(std::filesystem::symlink_status(globals.db));
}

}  // namespace reglament::program
