// `reglament calendar publish`: a decree becomes a calendar edition of the database, and open
// deadlines follow it.
#pragma once

#include <CLI/CLI.hpp>

#include "deploy/program/globals.hpp"

namespace reglament::program {

// Adds the subcommand to `calendar`.
void add_calendar_publish(CLI::App& calendar, Globals& globals);

}  // namespace reglament::program
