#include "deploy/program/times.hpp"

#include <fmt/format.h>

#include "adapters/clock/system_clock.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {

Instant instant_of(std::string_view text, std::string_view flag) {
  const auto instant = parse_instant(text);
  if (!instant) {
    throw BadInput(
        fmt::format("expected a time that exists, as 2015-07-14T10:15:00+06:00, found "
                    "'{}', {}",
                    text, flag));
  }
  return *instant;
}

std::chrono::microseconds duration_of(std::string_view text, std::string_view flag) {
  const auto duration = parse_duration(text);
  if (!duration) {
    throw BadInput(
        fmt::format("expected a duration as PT2H or P1DT30M, found '{}', {}", text, flag));
  }
  return *duration;
}

Instant time_of(StoreReader& reader) {
  const StoreSettings settings = reader.settings();
  if (settings.virtual_clock && settings.clock_now) return *settings.clock_now;
  return SystemClock().now();
}

}  // namespace reglament::program
