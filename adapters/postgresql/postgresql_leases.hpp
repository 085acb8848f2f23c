// The port engine/runtime/leases.hpp on PostgreSQL: the tables `node`, `lease` and `clock_target`
// beside the store's. It has a connection of its own; when that is lost, the next call opens
// another. Every call is one transaction, or one statement.
#pragma once

#include <memory>
#include <string>

#include "engine/runtime/leases.hpp"

namespace reglament {

// Throws Unavailable: no server, no tables, another schema than ours.
[[nodiscard]] std::unique_ptr<Leases> open_postgresql_leases(const std::string& url);

}  // namespace reglament
