// The port engine/runtime/store.hpp on one SQLite file, over the facade in adapters/soci.
//
// One process owns the file (owner_lock.hpp) and has the one connection that writes and
// checkpoints; any number of connections read. What is not to be had (missing, not a database,
// another program's, of a newer schema, in a folder that cannot be written) is Unavailable with the
// file's name.
//
// The write-ahead log stays below 64 MiB, also beside a reader that never rests; only a single
// visit of a for_each call that takes longer than half a second can make it grow further.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "engine/runtime/store.hpp"

namespace reglament {

// How large the file may grow, in pages of 8 KiB. A commit that needs more is Unavailable and
// nothing of it happens, as on a full disk.
struct SqliteQuota {
  std::optional<std::uint32_t> pages;
};

// Creates the database, once: a file that is there already is refused, and a failure or a crash
// leaves nothing at `path`. No second process sees the file before it is complete.
[[nodiscard]] std::unique_ptr<Store> create_sqlite_store(const std::filesystem::path& path,
                                                         const StoreSettings& settings);

// The one schema that this program knows in a file; opening refuses any other.
[[nodiscard]] std::int64_t sqlite_schema_version();

// The owner. Hold the OwnerLock of the file as long as the store lives.
[[nodiscard]] std::unique_ptr<Store> open_sqlite_store(const std::filesystem::path& path,
                                                       SqliteQuota quota = {});

// Beside the owner, in this process or another. A reader belongs to one thread at a time.
//
// The for_each calls read a thousand rows at a time, each thousand as of its own commit: a read
// that went on for minutes would keep the owner from reusing its write-ahead log. Entries never
// change, so nothing is seen twice or missed; of cases that change meanwhile each is seen once, as
// it stood before or after.
[[nodiscard]] std::unique_ptr<StoreReader> open_sqlite_reader(const std::filesystem::path& path);

}  // namespace reglament
