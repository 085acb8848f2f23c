// Which demo: the same for the demo itself and for the processes of its departments.
#pragma once

#include <CLI/CLI.hpp>

#include "deploy/demo/scenario.hpp"

namespace reglament::program {

// --cases and --seed.
void add_scenario_options(CLI::App& command, demo::ScenarioSettings& settings);

}  // namespace reglament::program
