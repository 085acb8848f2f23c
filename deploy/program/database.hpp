// The database that --db names: a SQLite file, or a PostgreSQL address. Everything that differs
// between the two is here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "adapters/sqlite/owner_lock.hpp"
#include "deploy/program/globals.hpp"
#include "engine/runtime/store.hpp"
#include "engine/time/civil.hpp"

namespace reglament::program {

[[nodiscard]] bool is_postgresql(const std::string& db);

// How people are told of it: the path of the file, or the address without its password.
[[nodiscard]] std::string place_of(const Globals& globals);

// On a virtual clock that starts at `virtual_clock`, or on the system clock. Throws BadInput where
// there is a database already, Unavailable where none can be made; leaves nothing half-made.
void create_database(const Globals& globals, std::optional<Instant> virtual_clock,
                     std::uint32_t partitions);

// The first of what create_database would throw.
void expect_no_database(const Globals& globals);

// Whether there may be one: a file at globals.db, or a server named there. Whether it can be read
// is for who opens it.
[[nodiscard]] bool database_exists(const Globals& globals);

// Reads the database; may be used while an engine runs on it.
[[nodiscard]] std::unique_ptr<StoreReader> open_reader(const Globals& globals);

// The store of the one process that runs the engine with the broker inside.
struct OwnedStore {
  std::unique_ptr<OwnerLock>
      lock;  // of a SQLite file; on PostgreSQL the store's connection holds it
  std::unique_ptr<Store> store;
};

// Throws TryAgain, which names the owner, where another process has it.
[[nodiscard]] OwnedStore own_store(const Globals& globals);

// The Unix socket of the `serve` that owns the database: beside the file; for PostgreSQL in the
// folder of the user's sockets, under a name made of the address. Who reaches the same database by
// another address finds no socket, and is told by the lock who the owner is.
[[nodiscard]] std::filesystem::path socket_of(const Globals& globals);

// Brings the tables to what this program knows; what was there, and what is there now. A SQLite
// file has one schema only.
struct SchemaChange {
  std::int64_t from{};
  std::int64_t to{};
};
[[nodiscard]] SchemaChange migrate_database(const Globals& globals);

}  // namespace reglament::program
