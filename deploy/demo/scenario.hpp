// What is going to happen in the demo, fixed in advance by the seed: who applies where and when,
// how fast each office works, and three misfortunes. How the cases fare follows from it, by the
// engine.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "deploy/demo/country.hpp"
#include "deploy/demo/office_hours.hpp"
#include "engine/casework/occasion.hpp"
#include "engine/time/civil.hpp"

namespace reglament::demo {

inline constexpr std::size_t least_cases = 400;
inline constexpr std::size_t most_cases = 20'000;

struct ScenarioSettings {
  std::size_t cases = 480;  // applications that can be accepted; those that cannot come in addition
  std::uint64_t seed = 1;
};

struct PlannedFiling {
  Instant at;
  Filing filing;
};

// The people of an office work side by side, each on one task at a time.
struct Pace {
  std::size_t officers{};
  std::chrono::minutes
      usual{};  // of opening hours, for one task; a task takes a half to twice that
};

// An office that works too slowly for what comes in: it falls behind further every day.
enum class Speed { sufficient, too_slow };

// The desk of an office hangs: it takes tasks and answers none. When it holds `holding` of them its
// worker dies; another desk takes over the next working morning.
struct DyingDesk {
  std::string office;
  Instant hangs_from;
  std::size_t holding{};
};

struct SilentOffice {
  std::string office;
  Silence silence;
};

struct Scenario {
  std::uint64_t seed{};
  Instant start;
  std::vector<PlannedFiling> filings;   // ascending by instant
  std::map<std::string, Pace> offices;  // every office that gets work, by id
  std::map<std::string, Speed> speeds;
  SilentOffice silent;
  DyingDesk dying;
};

// The virtual clock begins here: 9 o'clock at Almaty on the first day on which the act is in force.
[[nodiscard]] Instant start_of_demo(const Country& country);

// Pure. Throws BadInput where `cases` is not from least_cases to most_cases.
[[nodiscard]] Scenario make_scenario(const Country& country, const ScenarioSettings& settings);

}  // namespace reglament::demo
