#include "tests/support/seeds.hpp"

#include <cstdlib>
#include <random>

namespace reglament::testing {

unsigned number_from_environment(const char* variable, unsigned otherwise) {
  const char* const text = std::getenv(variable);
  const auto number = text == nullptr ? 0UL : std::strtoul(text, nullptr, 10);
  return number == 0 ? otherwise : static_cast<unsigned>(number);
}

Seeds::Seeds(unsigned runs_otherwise)
    : first(number_from_environment("REGLAMENT_SEED", 0)),
      runs(number_from_environment("REGLAMENT_RUNS", runs_otherwise)) {
  if (first != 0) {
    runs = 1;
  } else {
    first = std::random_device{}();
  }
}

}  // namespace reglament::testing
