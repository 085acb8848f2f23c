// `demo`: the main job on a database of its own, on the virtual clock, with progress and a summary.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "deploy/demo/demo.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/world.hpp"

namespace reglament::program {
namespace {

constexpr std::uint32_t kPartitions = 4;

std::unique_ptr<demo::Progress> make_progress(const Globals& globals, std::size_t cases) {
  const demo::Progress::Sink write = [](std::string_view text) {
    static_cast<void>(std::fwrite(text.data(), 1, text.size(), stdout));
    flush_output();
  };
  if (globals.json) return demo::progress_json(write);
  if (::isatty(STDOUT_FILENO) == 1) return demo::progress_bar(write, cases);
  return demo::progress_lines(write);
}

Exit run_demo(const Globals& globals, const demo::ScenarioSettings& settings) {
  const Framework law = framework(globals.warn_before);
  const demo::Country country{law, world().six_day};
  const demo::Scenario scenario = demo::make_scenario(country, settings);
  create_database(globals, scenario.start, kPartitions);
  {
    const auto engine = connect_engine(globals);
    const auto reader = open_reader(globals);
    const auto progress = make_progress(globals, settings.cases);
    demo::run(*engine, *reader, country, scenario, *progress);
  }
  // By nobody but the database: the engine has gone.
  const auto reader = open_reader(globals);
  const demo::Summary summary = demo::summarize(*reader, country, settings.seed);
  if (globals.json) {
    print_json(demo::json_of(summary));
  } else {
    print_line(demo::text_of(summary, country));
  }
  return summary.evidence.holds() ? Exit::done : Exit::findings;
}

}  // namespace

void add_demo(CLI::App& app, Globals& globals, Exit& exit) {
  auto settings = std::make_shared<demo::ScenarioSettings>();
  CLI::App* command = app.add_subcommand(
      "demo", "Two weeks of applications over the whole country, on a database of its own");
  command->add_option("--cases", settings->cases, "applications that can be accepted")
      ->check(CLI::Range(demo::least_cases, demo::most_cases))
      ->type_name("N")
      ->capture_default_str();
  command
      ->add_option("--seed", settings->seed,
                   "another seed, other people and other offices in trouble")
      ->type_name("S")
      ->capture_default_str();
  command->footer("Example: reglament --db demo.db demo --cases 600");
  command->callback([&globals, &exit, settings] { exit = run_demo(globals, *settings); });
}

}  // namespace reglament::program
