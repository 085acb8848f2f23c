// The program `reglament`: global options, the subcommands, and the exit code of whatever happens.
#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "deploy/program/commands.hpp"
#include "deploy/program/configuration.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "deploy/program/trouble.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

struct GlobalOptions {
  CLI::Option* db;
  CLI::Option* broker;
};

GlobalOptions add_globals(CLI::App& app, Globals& globals) {
  GlobalOptions options{};
  options.db = app.add_option("--db", globals.db, "database file (default reglament.db)")
                   ->envname("REGLAMENT_DB")
                   ->type_name("FILE|postgresql://...");
  options.broker = app.add_option("--broker", globals.broker, "message broker (default embedded)")
                       ->envname("REGLAMENT_BROKER")
                       ->type_name("embedded|amqp[s]://...");
  app.add_option("--config", globals.config, "configuration file")->type_name("FILE.toml");
  app.add_flag("--json", globals.json, "print one JSON object a line");
  app.add_flag("--verbose", globals.verbose, "log to standard error");
  return options;
}

// What neither a flag nor the environment has set comes from the file.
void read_file_into(Globals& globals, const GlobalOptions& options) {
  if (globals.config.empty()) return;
  const Configuration file = read_configuration(globals.config);
  if (options.db->count() == 0 && file.db) globals.db = *file.db;
  if (options.broker->count() == 0 && file.broker) globals.broker = *file.broker;
  if (file.warn_before) globals.warn_before = *file.warn_before;
}

void settle_places(Globals& globals) {
  if (globals.db.empty())
    throw BadConfiguration("expected a file or a PostgreSQL address for --db, found nothing");
  // The lock and the socket stand beside the file: one file, one owner, whatever link leads to it.
  std::error_code unresolved;
  if (!is_postgresql(globals.db) && std::filesystem::is_symlink(globals.db, unresolved)) {
    const auto file = std::filesystem::canonical(globals.db, unresolved);
    if (!unresolved) globals.db = file.string();
  }
  if (globals.broker == "embedded" || is_amqp(globals.broker)) return;
  throw BadConfiguration(
      fmt::format("expected embedded, amqp://... or amqps://... for --broker,"
                  " found '{}'",
                  globals.broker));
}

void start_log(const Globals& globals) {
  auto log = spdlog::stderr_logger_mt("reglament");
  log->set_level(globals.verbose ? spdlog::level::debug : spdlog::level::off);
  spdlog::set_default_logger(std::move(log));
  spdlog::debug("database {}, broker {}", place_of(globals), broker_place(globals.broker));
}

void add_commands(CLI::App& app, Globals& globals, Exit& exit) {
  add_init(app, globals, exit);
  add_migrate(app, globals, exit);
  add_file(app, globals, exit);
  add_desk(app, globals, exit);
  add_inbox(app, globals, exit);
  add_case(app, globals, exit);
  add_clock(app, globals, exit);
  add_calendar(app, globals, exit);
  add_regulation(app, globals, exit);
  add_office(app, globals, exit);
  add_deploy(app, globals, exit);
  add_sla(app, globals, exit);
  add_history(app, globals, exit);
  add_check(app, globals, exit);
  add_serve(app, globals, exit);
  add_dead_letters(app, globals, exit);
  add_demo(app, globals, exit);
  add_department(app, globals, exit);
  add_bench(app, globals, exit);
}

// Help and version end by an exception too.
Exit end_parse(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() != 0) {
    const auto unknown = app.remaining(true);
    print_trouble(
        unknown.empty()
            ? fmt::format("{} (see reglament --help)", error.what())
            : fmt::format("expected a command or option, found '{}' (see reglament --help)",
                          unknown.front()));
    return Exit::usage;
  }
  std::ostringstream text;
  static_cast<void>(app.exit(error, text, text));
  std::string help = text.str();
  while (help.ends_with('\n')) help.pop_back();
  print_line(help);
  flush_output();
  return Exit::done;
}

Exit run(int argc, char** argv) {
  CLI::App app("Runs regulations: who does what, in which order, within how many working days.",
               "reglament");
  app.footer(
      "Example: reglament --db permits.db init --virtual-clock 2015-07-14T09:00:00+06:00 &&\n"
      "         reglament --db permits.db serve");
  app.set_version_flag("--version", "reglament 1.0.0");
  app.require_subcommand(1);
  app.fallthrough();
  Globals globals;
  Exit exit = Exit::done;
  const GlobalOptions options = add_globals(app, globals);
  app.parse_complete_callback([&] {
    read_file_into(globals, options);
    settle_places(globals);
    start_log(globals);
  });
  add_commands(app, globals, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return end_parse(app, error);
  }
  flush_output();
  return exit;
}

Exit run_guarded(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const OutputClosed&) {
    return Exit::unavailable;
  } catch (...) {
    const Trouble trouble = trouble_of(std::current_exception());
    static_cast<void>(std::fflush(stdout));  // what was done comes before what went wrong
    print_trouble(trouble.text);
    return trouble.kind;
  }
}

}  // namespace
}  // namespace reglament::program

int main(int argc, char** argv) {
  // A closed output is an error of the write, not the end of the process in the middle of a commit.
  std::signal(SIGPIPE, SIG_IGN);
  return static_cast<int>(reglament::program::run_guarded(argc, argv));
}
