// Making a database: the one way for `init`, `demo` and `bench`.
#pragma once

#include <cstdint>
#include <optional>

#include "deploy/program/globals.hpp"
#include "engine/time/civil.hpp"

namespace reglament::program {

// On a virtual clock that starts at `virtual_clock`, or on the system clock. Throws BadInput where
// there is a file at globals.db already, Unavailable where none can be made; leaves nothing
// half-made.
void create_database(const Globals& globals, std::optional<Instant> virtual_clock,
                     std::uint32_t partitions);

// Whether there is one: a file at globals.db. Whether it can be read is for who opens it.
[[nodiscard]] bool database_exists(const Globals& globals);

}  // namespace reglament::program
