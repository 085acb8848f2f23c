// A defect: one of our own invariants broke. The process ends at once, in release too, before the
// wrong state can be committed; exit code 70. Input of any kind must never be able to reach this:
// what input can cause is a rejection (result.hpp) or a fault (fault.hpp).
#pragma once

#include <string_view>

namespace reglament {

[[noreturn]] void defect(std::string_view invariant, const char* file, int line);

}  // namespace reglament

#define ENSURE(condition, invariant) \
  ((condition) ? static_cast<void>(0) : ::reglament::defect((invariant), __FILE__, __LINE__))
