// The tables of the SQLite store, and how a file is recognised as ours.
//
// Instants are microseconds of UTC, digests and encodings are BLOBs. Tables are STRICT: a value of
// the wrong type is a defect that shows at once.
//
// Measured (tests/bench/store_bench.cpp; processor time of a transition in commits of 1,000, about
// 9 us in all): the index over alarms costs 1.2 us; the one over open cases 1 us when every change
// of a case sets `open`, and nearly nothing when only a closing does; entries by rowid or WITHOUT
// ROWID are the same to write and to read; pages of 4 KiB are not faster than those of 8 KiB, nor
// is a cache above 16 MiB; secure_delete costs nothing that can be seen.
#pragma once

#include <filesystem>

#include "adapters/soci/session.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::sqlite {

// PRAGMA user_version. Raise it with every change of the tables.
inline constexpr std::int64_t schema_version = 2;
// PRAGMA application_id, "RGLT": what `file` and other programs know the format by. Frozen.
inline constexpr std::int64_t application_id = 0x52474C54;

// Into an empty database, in one transaction.
void create_schema(sql::Session& session, const StoreSettings& settings);

// Opens a connection that only reads, and checks that the file is one of ours whose schema we know.
[[nodiscard]] sql::Session open_checked_reader(const std::filesystem::path& path);

}  // namespace reglament::sqlite
