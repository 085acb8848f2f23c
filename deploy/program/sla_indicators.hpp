// `sla indicators`: the act's own table of quality indicators, in the form in which the act prints
// it, with the rows filled that the history can tell.
#pragma once

#include <CLI/CLI.hpp>

#include "deploy/program/globals.hpp"

namespace reglament::program {

void add_sla_indicators(CLI::App& sla, Globals& globals);

}  // namespace reglament::program
