// The clock of the machine as the engine's port, held against the time that has really passed.
//
// A machine's clock can be set wrong and set right again; a term that was declared expired cannot
// be taken back. So a jump of the machine's clock, in either direction, is not followed at once:
// the time goes on at the pace of the steady clock from where it stood, and the new time is
// believed when the machine has kept it for `kTrial`. Slewing, and steps smaller than `kTolerance`,
// are followed as they come. Sleep of the machine is no jump: the steady clock here counts it.
//
// Invariants
//   T1  no reading is earlier than one before, nor than `floor`
//   T2  while a jump is on trial, readings advance as the steady clock does
//   T3  a jump that the machine takes back within the trial leaves no trace
//
// While the machine's believed time is behind the last reading (it was set back, or the store saw a
// later time before the start) the time stands still until it has caught up.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "engine/runtime/clock.hpp"

namespace reglament {

class SystemClock final : public Clock {
 public:
  // The machine's time of day, and how long it has been running, sleep included.
  struct Reading {
    Instant wall;
    std::chrono::microseconds running;
  };

  static constexpr std::chrono::seconds kTolerance{2};
  static constexpr std::chrono::minutes kTrial{10};

  // `floor`: the latest instant that the store has seen; nothing for a store without any.
  explicit SystemClock(std::optional<Instant> floor = std::nullopt);
  // Reads the machine from `source`; a test can set it forward and back.
  SystemClock(std::optional<Instant> floor, std::function<Reading()> source);

  [[nodiscard]] Instant now() const override;

  // By how much the machine's clock is ahead (negative: behind) of a time that is not believed yet;
  // nothing where no jump is on trial. As of the last reading.
  [[nodiscard]] std::optional<std::chrono::microseconds> jump_on_trial() const;

 private:
  struct Trial {
    std::chrono::microseconds jump;
    std::chrono::microseconds since;  // by the steady clock
  };
  [[nodiscard]] Instant believe(const Reading& reading) const;

  std::function<Reading()> source_;
  mutable std::mutex mutex_;
  mutable Reading believed_;  // the last reading that was followed
  mutable std::optional<Trial> trial_;
  mutable Instant latest_;  // given out
};

}  // namespace reglament
