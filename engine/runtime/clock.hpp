// The port through which the runtime learns the time. Decisions never ask a clock: `now` is passed
// into them, and the instant of an entry is data from then on.
#pragma once

#include "engine/time/civil.hpp"

namespace reglament {

class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  // Never earlier than an instant returned before by this clock; may be called from any thread.
  [[nodiscard]] virtual Instant now() const = 0;
};

}  // namespace reglament
