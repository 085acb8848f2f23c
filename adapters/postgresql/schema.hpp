// The tables of the PostgreSQL store, as numbered migrations. A migration that was released is
// never changed; a change of the tables is a new one behind it. `schema_version` in the database
// has a row for each that was applied.
//
// Instants are microseconds of UTC. Digests, encodings and request ids are bytea: any byte may
// occur in them, and PostgreSQL's text holds no NUL.
//
// The tables stand in the first schema of the session's search path, so that a server can hold
// several stores in one database.
#pragma once

#include <cstdint>

#include "adapters/soci/session.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::postgresql {

// What this program knows: the number of the last migration.
[[nodiscard]] std::int64_t known_schema_version();

// The number of the last migration that was applied; 0 where there is no store.
[[nodiscard]] std::int64_t schema_version(const sql::Session& session);

// Into a place without a store, in one transaction: all tables, the settings and the empty logs.
// Throws Unavailable where there is a store already.
void create_schema(sql::Session& session, const StoreSettings& settings);

// Applies what is missing, all of it or nothing; programs that do so at the same time wait for one
// another. Answers what was there before. Throws Unavailable where there is no store, or a newer
// one.
std::int64_t migrate_schema(sql::Session& session);

// Unavailable unless the store has exactly the schema that this program knows.
void expect_known_schema(const sql::Session& session);

}  // namespace reglament::postgresql
