#include "deploy/program/clock_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "adapters/clock/system_clock.hpp"

namespace reglament::program {

std::optional<std::string> ClockWatch::look(const std::optional<std::chrono::microseconds>& jump) {
  if (std::exchange(told_, jump.has_value()) || !jump) return std::nullopt;
  return fmt::format(
      "expected the machine's clock to go on, found that it jumped by {} s; the engine goes on "
      "from where it stood and follows when the clock has kept the new time for {} minutes",
      std::chrono::duration_cast<std::chrono::seconds>(*jump).count(), SystemClock::kTrial.count());
}

}  // namespace reglament::program
