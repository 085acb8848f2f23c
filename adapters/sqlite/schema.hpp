// The tables of the SQLite store.
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

#include "adapters/soci/session.hpp"
#include "adapters/sqlite/database_file.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::sqlite {

// Raise the version with every change of the tables. The id is "RGLT".
inline constexpr FileFormat store_format{.application_id = 0x52474C54, .schema_version = 2};

// Into an empty database, within the caller's transaction.
void fill_schema(sql::Session& session, const StoreSettings& settings);

}  // namespace reglament::sqlite
