// Tells the operator, once for each jump, that the machine's clock is not believed.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace reglament::program {

class ClockWatch {
 public:
  // `jump`: as SystemClock::jump_on_trial has it. What is to be told now; nothing where there is no
  // jump, or it was told.
  [[nodiscard]] std::optional<std::string> look(
      const std::optional<std::chrono::microseconds>& jump);

 private:
  bool told_ = false;
};

}  // namespace reglament::program
