// A clock that moves only by command: for tests, training and what-if runs, with the same code as
// the real one. Where it stands is kept in the database.
#pragma once

#include <atomic>
#include <optional>

#include "engine/runtime/clock.hpp"

namespace reglament {

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start) : now_(start.time_since_epoch().count()) {}

  [[nodiscard]] Instant now() const override { return Instant(Instant::duration(now_.load())); }
  // Never back: an earlier instant leaves the clock where it is.
  void move_to(Instant instant) {
    const auto target = instant.time_since_epoch().count();
    if (target > now_.load()) now_.store(target);
  }
  // To where the store says it stands, after a move that could not be stored.
  void restore(std::optional<Instant> stored) {
    if (stored) now_.store(stored->time_since_epoch().count());
  }

 private:
  std::atomic<Instant::rep> now_;
};

}  // namespace reglament
