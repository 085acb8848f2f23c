#include "deploy/program/database.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "adapters/clock/zones.hpp"
#include "adapters/postgresql/postgresql_store.hpp"
#include "adapters/sqlite/sqlite_store.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "engine/base/fault.hpp"
#include "engine/history/sha256.hpp"

namespace reglament::program {
namespace {

namespace fs = std::filesystem;

// Only its owner may reach the sockets in it: whoever can open one may do everything.
fs::path socket_folder() {
  const char* const runtime = std::getenv("XDG_RUNTIME_DIR");
  const fs::path folder = runtime != nullptr && *runtime != '\0'
                              ? fs::path(runtime) / "reglament"
                              : fs::path(fmt::format("/tmp/reglament-{}", ::geteuid()));
  struct stat found {};
  const bool made = ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST;
  const int error = errno;
  const bool ours = made && ::lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) &&
                    found.st_uid == ::geteuid() && (found.st_mode & 0077U) == 0;
  if (ours) return folder;
  throw Unavailable(fmt::format("expected a folder for sockets that is only ours, found {}, at {}",
                                made ? "another" : std::generic_category().message(error),
                                folder.string()));
}

}  // namespace

bool is_postgresql(const std::string& db) {
  return db.starts_with("postgresql://") || db.starts_with("postgres://");
}

std::string place_of(const Globals& globals) {
  return is_postgresql(globals.db) ? postgresql_store_place(globals.db) : globals.db;
}

void expect_no_database(const Globals& globals) {
  if (is_postgresql(globals.db)) {
    if (!has_postgresql_store(globals.db)) return;
    throw BadInput(
        fmt::format("expected no tables of this program yet in {}, found some", place_of(globals)));
  }
  if (!fs::exists(fs::symlink_status(globals.db))) return;
  throw BadInput(fmt::format("expected no file yet at {}, found one", globals.db));
}

void create_database(const Globals& globals, std::optional<Instant> virtual_clock,
                     std::uint32_t partitions) {
  expect_fitting_places(globals);
  expect_no_database(globals);
  StoreSettings settings;
  settings.partitions = partitions;
  settings.virtual_clock = virtual_clock.has_value();
  settings.clock_now = virtual_clock;
  settings.tzdata_version = tzdata_version();
  if (is_postgresql(globals.db)) {
    static_cast<void>(create_postgresql_store({.url = globals.db}, settings));
    return;
  }
  static_cast<void>(create_sqlite_store(globals.db, settings));
}

bool database_exists(const Globals& globals) {
  return is_postgresql(globals.db) ||
         std::filesystem::exists(std::filesystem::symlink_status(globals.db));
}

std::unique_ptr<StoreReader> open_reader(const Globals& globals) {
  expect_fitting_places(globals);
  if (is_postgresql(globals.db)) return open_postgresql_reader(globals.db);
  return open_sqlite_reader(globals.db);
}

OwnedStore own_store(const Globals& globals) {
  if (is_postgresql(globals.db)) return {nullptr, open_postgresql_store({.url = globals.db})};
  auto lock = std::make_unique<OwnerLock>(globals.db);
  return {std::move(lock), open_sqlite_store(globals.db)};
}

fs::path socket_of(const Globals& globals) {
  if (!is_postgresql(globals.db)) return globals.db + ".sock";
  constexpr std::size_t digits = 16;
  return socket_folder() / (hex(sha256(globals.db)).substr(0, digits) + ".sock");
}

SchemaChange migrate_database(const Globals& globals) {
  if (is_postgresql(globals.db)) {
    const Migration migration = migrate_postgresql_store(globals.db);
    return {migration.from, migration.to};
  }
  static_cast<void>(open_sqlite_reader(globals.db));
  return {sqlite_schema_version(), sqlite_schema_version()};
}

}  // namespace reglament::program
