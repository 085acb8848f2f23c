// A time zone as the engine needs it: the offsets in force and the instants at which they changed.
// Filled from tzdata by an adapter; pure arithmetic here.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "engine/time/civil.hpp"

namespace reglament {

class Zone {
 public:
  struct Change {
    Instant since;
    std::chrono::seconds offset;
  };

  // `before` is in force up to the first change. Throws BadInput where the changes are not strictly
  // ascending or an offset is 24 hours or more.
  Zone(std::string name, std::chrono::seconds before, std::vector<Change> changes);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::chrono::seconds offset_at(Instant instant) const;
  [[nodiscard]] CivilTime to_civil(Instant instant) const;
  // Of two instants with the same civil time (the hour that happens twice when clocks go back) the
  // later: a term ends with the day, and the day ends when its last hour has passed the second
  // time. A civil time that is skipped is taken as the instant of the change.
  [[nodiscard]] Instant to_instant(CivilTime civil) const;

 private:
  std::string name_;
  std::chrono::seconds before_;
  std::vector<Change> changes_;
};

}  // namespace reglament
