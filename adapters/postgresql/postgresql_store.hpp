// The port engine/runtime/store.hpp on PostgreSQL, over the facade in adapters/soci.
//
// A store has a connection of its own and keeps it. When it is lost (the server restarts, fails
// over, the network is cut), the next call opens another; a server that is away is waited for.
//   - Lost before COMMIT was sent: nothing has happened, and the batch is committed anew.
//   - Lost while COMMIT was on its way: on the new connection the rows of the logs are locked,
//     which waits for whatever the old one may still be doing; then the last entry of the batch is
//     looked for. It is there, and all of the batch with it, or it is not, and the batch is
//     committed anew.
//   - Not to be had again in time: Unavailable, or CommitUnknown where COMMIT had been sent. After
//     that claim() finds out: what it answers is what there is.
// So whoever commits mostly sees a commit that took longer. A serialization failure or a deadlock
// is committed anew as well, a few times.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/runtime/store.hpp"

namespace reglament {

// Who else may run an engine on the database.
enum class Ownership {
  sole,      // nobody: the broker is inside this process
  together,  // others too, each with its own partitions
};

struct PostgresqlSettings {
  std::string url;  // adapters/soci/session.hpp says what it may hold
  Ownership ownership = Ownership::sole;
  std::chrono::milliseconds patience{30'000};  // how long a server that was there is waited for
};

// Creates the tables and opens the store. Throws Unavailable where there are some already.
[[nodiscard]] std::unique_ptr<Store> create_postgresql_store(const PostgresqlSettings& settings,
                                                             const StoreSettings& created);

// Throws TryAgain where another program owns the database in a way that excludes ours; names its
// process and host. Unavailable: no server, no tables, another schema than ours.
[[nodiscard]] std::unique_ptr<Store> open_postgresql_store(const PostgresqlSettings& settings);

[[nodiscard]] std::unique_ptr<StoreReader> open_postgresql_reader(
    const std::string& url, std::chrono::milliseconds patience = std::chrono::milliseconds(30'000));

// Whether the tables of a store, of whatever schema, are there.
[[nodiscard]] bool has_postgresql_store(const std::string& url);

// The address without its password and its parameters, for texts. Throws BadConfiguration.
[[nodiscard]] std::string postgresql_store_place(const std::string& url);

// Brings the tables to the schema of this program; numbers are those of the last migration. Throws
// Unavailable where there are none, or newer ones; TryAgain where an engine runs on them.
struct Migration {
  std::int64_t from{};
  std::int64_t to{};
};
Migration migrate_postgresql_store(const std::string& url);

}  // namespace reglament
