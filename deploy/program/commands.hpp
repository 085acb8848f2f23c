// The subcommands. Each function adds one to the program; when it was chosen, its callback runs and
// leaves the exit code in `exit`. Trouble leaves as an exception of engine/base/fault.hpp; main
// turns it into one line on standard error and the exit code of its kind.
#pragma once

#include <CLI/CLI.hpp>

#include "deploy/program/globals.hpp"

namespace reglament::program {

void add_init(CLI::App& app, Globals& globals, Exit& exit);
void add_migrate(CLI::App& app, Globals& globals, Exit& exit);
void add_file(CLI::App& app, Globals& globals, Exit& exit);
void add_desk(CLI::App& app, Globals& globals, Exit& exit);
void add_inbox(CLI::App& app, Globals& globals, Exit& exit);
void add_case(CLI::App& app, Globals& globals, Exit& exit);
void add_clock(CLI::App& app, Globals& globals, Exit& exit);
void add_calendar(CLI::App& app, Globals& globals, Exit& exit);
void add_regulation(CLI::App& app, Globals& globals, Exit& exit);
void add_office(CLI::App& app, Globals& globals, Exit& exit);
void add_deploy(CLI::App& app, Globals& globals, Exit& exit);
void add_sla(CLI::App& app, Globals& globals, Exit& exit);
void add_history(CLI::App& app, Globals& globals, Exit& exit);
void add_check(CLI::App& app, Globals& globals, Exit& exit);
void add_serve(CLI::App& app, Globals& globals, Exit& exit);
void add_demo(CLI::App& app, Globals& globals, Exit& exit);
void add_department(CLI::App& app, Globals& globals, Exit& exit);
void add_dead_letters(CLI::App& app, Globals& globals, Exit& exit);
void add_bench(CLI::App& app, Globals& globals, Exit& exit);

// --inbox FILE, for the commands that share it.
void add_inbox_option(CLI::App& command, std::string& inbox);

}  // namespace reglament::program
