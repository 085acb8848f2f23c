#include "adapters/clock/system_clock.hpp"

#include <time.h>

#include <algorithm>
#include <utility>

namespace reglament {
namespace {

using std::chrono::microseconds;

// CLOCK_BOOTTIME, not CLOCK_MONOTONIC: a machine that slept for a night has lived through it.
microseconds running_time() {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::duration_cast<microseconds>(std::chrono::seconds(time.tv_sec) +
                                                  std::chrono::nanoseconds(time.tv_nsec));
}

SystemClock::Reading read_machine() {
  return {std::chrono::floor<microseconds>(std::chrono::system_clock::now()), running_time()};
}

}  // namespace

SystemClock::SystemClock(std::optional<Instant> floor) : SystemClock(floor, read_machine) {}

SystemClock::SystemClock(std::optional<Instant> floor, std::function<Reading()> source)
    : source_(std::move(source)), believed_(source_()), latest_(floor.value_or(Instant::min())) {}

Instant SystemClock::now() const {
  const std::lock_guard lock(mutex_);
  latest_ = std::max(latest_, believe(source_()));
  return latest_;
}

std::optional<microseconds> SystemClock::jump_on_trial() const {
  const std::lock_guard lock(mutex_);
  if (!trial_) return std::nullopt;
  return trial_->jump;
}

Instant SystemClock::believe(const Reading& reading) const {
  const Instant expected = believed_.wall + (reading.running - believed_.running);
  const microseconds jump = reading.wall - expected;
  if (std::chrono::abs(jump) <= kTolerance) {
    trial_.reset();
    believed_ = reading;
    return reading.wall;
  }
  // A machine that jumps again is on trial anew.
  if (!trial_ || std::chrono::abs(jump - trial_->jump) > kTolerance) {
    trial_ = Trial{jump, reading.running};
  }
  if (reading.running - trial_->since < kTrial) return expected;
  trial_.reset();
  believed_ = reading;
  return reading.wall;
}

}  // namespace reglament
