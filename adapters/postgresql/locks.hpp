// Advisory locks: the server keeps them for the session or the transaction that took them, and lets
// them go however it ends. They stand for one store, that is one schema of one database.
#pragma once

#include <cstdint>

#include "adapters/soci/session.hpp"

namespace reglament::postgresql {

// Frozen: programs of other versions ask for the same.
enum class Lock : std::int64_t {
  schema = 1,  // of who changes the tables
  owner = 2,   // of who runs the engine on them
};

// Until the end of the transaction.
void wait_for_lock(const sql::Session& session, Lock lock);

enum class Hold { alone, together };

// Until the end of the session: alone, or together with all who do so too. Throws TryAgain that
// names the program that is in the way: its process and host.
void take_lock(const sql::Session& session, Lock lock, Hold hold);

}  // namespace reglament::postgresql
