// The tables of the SQLite store, and how a file is recognised as ours.
//
// Instants are microseconds of UTC, digests and encodings are BLOBs. Tables are STRICT: a value of
// the wrong type is a defect that shows at once.
#pragma once

#include <filesystem>

#include "adapters/soci/session.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::sqlite {

// PRAGMA user_version. Raise it with every change of the tables.
inline constexpr std::int64_t schema_version = 1;
// PRAGMA application_id, "RGLT": what `file` and other programs know the format by. Frozen.
inline constexpr std::int64_t application_id = 0x52474C54;

// Into an empty database, in one transaction.
void create_schema(sql::Session& session, const StoreSettings& settings);

// Opens a connection that only reads, and checks that the file is one of ours whose schema we know.
[[nodiscard]] sql::Session open_checked_reader(const std::filesystem::path& path);

}  // namespace reglament::sqlite
