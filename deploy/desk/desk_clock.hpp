// What a desk takes for the present: the time of its machine, of the engine that it is connected
// to, or the latest time that a task has told. The last one is for engines on a virtual clock,
// which a desk that shares nothing but the broker cannot ask.
#pragma once

#include <atomic>
#include <functional>

#include "engine/time/civil.hpp"

namespace reglament::program {

// Every function may be called from any thread.
class DeskClock {
 public:
  // `now`: null where tasks tell the time.
  explicit DeskClock(std::function<Instant()> now) : now_(std::move(now)) {}

  [[nodiscard]] Instant now() const {
    if (now_) return now_();
    return Instant(std::chrono::microseconds(told_.load()));
  }

  void told(Instant at) {
    const std::int64_t count = at.time_since_epoch().count();
    std::int64_t before = told_.load();
    while (before < count && !told_.compare_exchange_weak(before, count)) {
    }
  }

 private:
  const std::function<Instant()> now_;
  std::atomic<std::int64_t> told_ = 0;
};

}  // namespace reglament::program
