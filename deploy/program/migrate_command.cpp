// `migrate`: brings the tables of a PostgreSQL database to what this program knows.
#include <fmt/format.h>

#include "deploy/program/commands.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/output.hpp"

namespace reglament::program {
namespace {

void migrate(const Globals& globals) {
  const SchemaChange change = migrate_database(globals);
  if (globals.json) {
    print_json({{"db", place_of(globals)}, {"from", change.from}, {"to", change.to}});
  } else if (change.from == change.to) {
    print_line(fmt::format("schema {} is what this program knows: nothing to do", change.to));
  } else {
    print_line(fmt::format("schema {} is now {}", change.from, change.to));
  }
}

}  // namespace

void add_migrate(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  CLI::App* command = app.add_subcommand(
      "migrate", "Bring the database to the schema of this program, when no engine runs on it");
  command->footer("Example: reglament --db postgresql://db.example/permits migrate");
  command->callback([&globals] { migrate(globals); });
}

}  // namespace reglament::program
