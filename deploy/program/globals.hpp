// What every command is given: the options before the subcommand, and how a command ends.
#pragma once

#include <string>

#include "engine/time/term.hpp"

namespace reglament::program {

// The contract of the program; scripts rely on it (sysexits.h where a number is taken from there).
enum class Exit : int {
  done = 0,
  findings = 1,        // done, with findings: a rejected filing, a failed verification
  usage = 64,          // wrong flags
  bad_input = 65,      // wrong data: BadInput
  unavailable = 69,    // database or broker: Unavailable, CommitUnknown
  defect = 70,         // our invariant broke
  try_again = 75,      // busy: TryAgain
  configuration = 78,  // BadConfiguration
};

// Flag, environment, file, default: in this order. Filled before the command runs.
struct Globals {
  std::string db = "reglament.db";
  std::string broker = "embedded";
  std::string config;
  bool json = false;
  bool verbose = false;
  // From the configuration file only.
  WorkingDays warn_before{1};  // [deadlines] warn_before_working_days
};

}  // namespace reglament::program
