// Random bytes from the system, through OpenSSL's generator: salts of commitments, ids.
#pragma once

#include <cstdint>
#include <span>

namespace reglament {

// Fills all of `bytes`. Safe from any thread, and after a fork: a child never repeats its parent.
// Throws Unavailable when the generator has no entropy.
void fill_random(std::span<std::uint8_t> bytes);

}  // namespace reglament
