// The clock of the machine as the engine's port. It never goes backward within a process: when the
// machine's clock is set back, the time stands still until it has caught up, so that entries
// written one after another never carry falling times.
#pragma once

#include <atomic>
#include <functional>

#include "engine/runtime/clock.hpp"

namespace reglament {

class SystemClock final : public Clock {
 public:
  SystemClock();
  // Reads the machine's time from `source`; a test can set it back.
  explicit SystemClock(std::function<Instant()> source);

  [[nodiscard]] Instant now() const override;

 private:
  std::function<Instant()> source_;
  // The latest instant given out, in microseconds since the epoch.
  mutable std::atomic<Instant::rep> high_water_;
};

}  // namespace reglament
