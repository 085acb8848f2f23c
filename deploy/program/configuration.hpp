// The configuration file, TOML. Everything in it may be left out; nothing else may stand in it:
//
//   db = "reglament.db"
//   broker = "embedded"
//   [deadlines]
//   warn_before_working_days = 1     # 0..30; 0: no warning
#pragma once

#include <optional>
#include <string>

#include "engine/time/term.hpp"

namespace reglament::program {

struct Configuration {
  std::optional<std::string> db;
  std::optional<std::string> broker;
  std::optional<WorkingDays> warn_before;
};

// Throws BadConfiguration with file and line.
[[nodiscard]] Configuration read_configuration(const std::string& file);

}  // namespace reglament::program
