// The period of a report, as people give it: --from and --to, both days included.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "engine/ledger/timeliness.hpp"

namespace reglament::program {

struct PeriodOptions {
  std::string from;
  std::string to;

  void add_to(CLI::App& command);
  // Throws BadInput for a date that does not exist, or an end before the beginning.
  [[nodiscard]] Period period() const;
};

}  // namespace reglament::program
