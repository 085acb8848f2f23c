// A SQLite database as a file of ours: how it comes into being and how it is recognised. The
// database of the engine and the inbox of a desk are such files, each with its own format.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "adapters/soci/session.hpp"

namespace reglament::sqlite {

struct FileFormat {
  std::int64_t application_id;  // PRAGMA application_id: what `file` and others know it by. Frozen.
  std::int64_t schema_version;  // PRAGMA user_version
};

// The file that SQLite keeps beside a database: "-wal".
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& path,
                                           std::string_view suffix);

// Creates the file, once: a file that is there already is refused, and a failure or a crash leaves
// nothing at `path`. No second process sees the file before it is complete. `fill` makes its
// tables, in the one transaction of the creation. Throws Unavailable.
void create_database(const std::filesystem::path& path, FileFormat format,
                     const std::function<void(sql::Session&)>& fill);

// Opens a connection that only reads, and checks that the file is one of that format whose schema
// we know. Throws Unavailable.
[[nodiscard]] sql::Session open_checked_reader(const std::filesystem::path& path,
                                               FileFormat format);

// The one connection that writes, after the same checks and those of the right to write.
[[nodiscard]] sql::Session open_checked_owner(const std::filesystem::path& path, FileFormat format);

}  // namespace reglament::sqlite
