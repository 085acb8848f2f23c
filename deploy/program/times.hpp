// Instants and durations as people give them on the command line.
#pragma once

#include <chrono>
#include <string_view>

#include "engine/runtime/store.hpp"
#include "engine/time/civil.hpp"

namespace reglament::program {

// Both throw BadInput that names the flag.
[[nodiscard]] Instant instant_of(std::string_view text, std::string_view flag);
[[nodiscard]] std::chrono::microseconds duration_of(std::string_view text, std::string_view flag);

// The time of the database: its virtual clock, or the machine's.
[[nodiscard]] Instant time_of(StoreReader& reader);

}  // namespace reglament::program
