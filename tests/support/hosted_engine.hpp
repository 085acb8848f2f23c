// An engine on a store of the tests, with everything it needs, and calls that wait for their
// replies.
#pragma once

#include <exception>
#include <memory>

#include "engine/runtime/engine.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/permit_world.hpp"
#include "tests/support/recording_broker.hpp"

namespace reglament::testing {

// Repeatable bytes in place of random ones.
[[nodiscard]] RandomSource counting_bytes();

class EngineUnderTest {
 public:
  EngineUnderTest(Store& store, Instant now, EngineSettings settings = {},
                  const Framework& framework = permit_framework());

  // Wait for the reply; a fault is thrown.
  FilingReply file(const Filing& filing);
  Verdict answer(const Answer& answer);
  PublicationReply publish(CalendarPublication publication);

  [[nodiscard]] Engine& engine() { return engine_; }
  [[nodiscard]] RecordingBroker& broker() { return broker_; }

 private:
  RecordingBroker broker_;
  VirtualClock clock_;
  Engine engine_;
};

}  // namespace reglament::testing
