// How often a test of chance is played, and from which seed: so that a failure can be repeated.
#pragma once

namespace reglament::testing {

// A whole number from the environment; 0 or what is none means: not given.
[[nodiscard]] unsigned number_from_environment(const char* variable, unsigned otherwise);

// REGLAMENT_SEED=N repeats one run; REGLAMENT_RUNS=N plays that many, from a seed by chance.
struct Seeds {
  explicit Seeds(unsigned runs_otherwise);
  unsigned first;
  unsigned runs;
};

}  // namespace reglament::testing
