#include "adapters/clock/system_clock.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace reglament {

SystemClock::SystemClock()
    : SystemClock([] {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
      }) {}

SystemClock::SystemClock(std::function<Instant()> source)
    : source_(std::move(source)), high_water_(std::numeric_limits<Instant::rep>::min()) {}

Instant SystemClock::now() const {
  const Instant::rep read = source_().time_since_epoch().count();
  Instant::rep latest = high_water_.load();
  while (latest < read && !high_water_.compare_exchange_weak(latest, read)) {
  }
  return Instant(std::chrono::microseconds(std::max(latest, read)));
}

}  // namespace reglament
