// The course of events: the virtual clock jumps from one event to the next (a filing, an answer
// that is ready, a desk that takes over), and the engine lets the deadlines on the way expire.
#pragma once

#include <optional>

#include "deploy/demo/scenario.hpp"
#include "deploy/demo/staff.hpp"
#include "deploy/program/engine_port.hpp"

namespace reglament::demo {

class Course {
 public:
  // The clock of the engine must stand at or before the start of the scenario.
  Course(program::EnginePort& engine, const Country& country, const Scenario& scenario,
         Staff& staff)
      : engine_(engine), country_(country), scenario_(scenario), staff_(staff) {}

  // When the next event is; nothing when there is none: every case is closed.
  [[nodiscard]] std::optional<Instant> next() const;
  // Moves the clock to the next event and does everything that is to be done at that moment.
  void step();

 private:
  void file_due(Instant now);
  void suffer_misfortune(Instant now);

  program::EnginePort& engine_;
  const Country& country_;
  const Scenario& scenario_;
  Staff& staff_;
  std::size_t filed_ = 0;
  bool has_died_ = false;
  std::optional<Instant> taken_over_at_;  // when another desk begins
};

}  // namespace reglament::demo
