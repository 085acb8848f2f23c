#include <fmt/format.h>

#include <filesystem>

#include "deploy/program/commands.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/times.hpp"

namespace reglament::program {
namespace {

constexpr std::uint32_t kMostPartitions = 256;

struct InitOptions {
  std::string virtual_clock;
  std::uint32_t partitions = 4;
};

void init(const Globals& globals, const InitOptions& options) {
  std::optional<Instant> start;
  if (!options.virtual_clock.empty()) start = instant_of(options.virtual_clock, "--virtual-clock");
  create_database(globals, start, options.partitions);

  const std::string path = is_postgresql(globals.db)
                               ? place_of(globals)
                               : std::filesystem::absolute(globals.db).string();
  if (globals.json) {
    print_json({{"db", path},
                {"partitions", options.partitions},
                {"clock", start ? "virtual" : "system"},
                {"now", start ? Json(format_instant(*start, {})) : Json()}});
    return;
  }
  print_line(
      fmt::format("created {} with {} partitions, on {}", path, options.partitions,
                  start ? "a virtual clock at " + format_instant(*start, {}) : "the system clock"));
}

}  // namespace

void add_init(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* command = app.add_subcommand("init", "Create the database, once");
  command
      ->add_option("--virtual-clock", options->virtual_clock,
                   "a clock that starts here and moves only by command")
      ->type_name("T");
  command->add_option("--partitions", options->partitions, "share the cases out over so many logs")
      ->check(CLI::Range(1U, kMostPartitions))
      ->type_name("N")
      ->capture_default_str();
  command->footer(
      "Example: reglament --db permits.db init --virtual-clock 2015-07-14T09:00:00+06:00");
  command->callback([&globals, options] { init(globals, *options); });
}

}  // namespace reglament::program
