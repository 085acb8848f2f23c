// The port engine/desk/inbox_store.hpp on one SQLite file of the department.
//
// As with the database of the engine one process owns the file (owner_lock.hpp) and has its only
// connection: whoever else wants to see or change the inbox asks that process.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/desk/inbox_store.hpp"

namespace reglament {

// Creates the file, once; a failure or a crash leaves nothing at `path`. Throws Unavailable.
void create_inbox(const std::filesystem::path& path);

// Hold the OwnerLock of the file as long as the store lives. Throws Unavailable: no such file,
// another program's, of a newer schema, in a folder that cannot be written.
[[nodiscard]] std::unique_ptr<desk::InboxStore> open_inbox(const std::filesystem::path& path);

}  // namespace reglament
