// `demo`: the main job on a database of its own, on the virtual clock, with progress and a summary.
// With RabbitMQ as broker each department is a process of its own (department_command.cpp).
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "deploy/demo/demo.hpp"
#include "deploy/demo/department_desks.hpp"
#include "deploy/demo/department_process.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "deploy/program/scenario_options.hpp"
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

struct Play {
  const Globals& globals;
  const demo::Country& country;
  const demo::Scenario& scenario;
  const demo::ScenarioSettings& settings;
};

void run_on(const Play& play, EnginePort& engine, StoreReader& reader, demo::Staff& staff) {
  const auto progress = make_progress(play.globals, play.settings.cases);
  demo::run(engine, reader, play.country, play.scenario, staff, *progress);
}

void run_here(const Play& play) {
  create_database(play.globals, play.scenario.start, kPartitions);
  const auto engine = connect_engine(play.globals);
  const auto reader = open_reader(play.globals);
  demo::Staff staff(play.country, play.scenario,
                    demo::departments_here(*engine, play.country, play.scenario));
  run_on(play, *engine, *reader, staff);
}

// This program again, as that department. It is not told where the database is, nor the password
// of the engine's user; what is in the environment cannot be read by other users.
ProgramStart start_of(const Play& play, const demo::DepartmentPlan& plan) {
  ProgramStart start{"/proc/self/exe", {}, {}};
  if (!play.globals.config.empty()) start.arguments = {"--config", play.globals.config};
  start.arguments.insert(start.arguments.end(),
                         {"demo-department", "--cases", std::to_string(play.settings.cases),
                          "--seed", std::to_string(play.settings.seed)});
  if (!plan.desk_suffix.empty()) {
    start.arguments.insert(start.arguments.end(), {"--desk-suffix", plan.desk_suffix});
  }
  start.arguments.emplace_back("--office");
  start.arguments.insert(start.arguments.end(), plan.offices.begin(), plan.offices.end());
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("REGLAMENT_")) {
      start.environment.emplace_back(*variable);
    }
  }
  start.environment.push_back("REGLAMENT_BROKER=" + without_user(play.globals.broker));
  return start;
}

std::vector<std::string> offices_of(const demo::Scenario& scenario) {
  std::vector<std::string> offices;
  for (const auto& [office, pace] : scenario.offices) offices.push_back(office);
  return offices;
}

// The database comes last: what is wrong with the broker or the passwords is known before.
void run_in_processes(const Play& play) {
  expect_fitting_places(play.globals);
  expect_no_database(play.globals);
  expect_empty_queues(play.globals, offices_of(play.scenario), kPartitions);
  demo::OfficePost post;
  demo::Staff staff(play.country, play.scenario, [&](const demo::DepartmentPlan& plan) {
    return std::make_unique<demo::DepartmentProcess>(start_of(play, plan), plan, post);
  });
  create_database(play.globals, play.scenario.start, kPartitions);
  const auto engine = connect_engine(play.globals);
  const auto reader = open_reader(play.globals);
  post.follow(*reader);
  run_on(play, *engine, *reader, staff);
}

Exit run_demo(const Globals& globals, const demo::ScenarioSettings& settings) {
  const Framework law = framework(globals.warn_before);
  const demo::Country country{law, world().six_day};
  const demo::Scenario scenario = demo::make_scenario(country, settings);
  const Play play{globals, country, scenario, settings};
  is_amqp(globals.broker) ? run_in_processes(play) : run_here(play);
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

void add_scenario_options(CLI::App& command, demo::ScenarioSettings& settings) {
  command.add_option("--cases", settings.cases, "applications that can be accepted")
      ->check(CLI::Range(demo::least_cases, demo::most_cases))
      ->type_name("N")
      ->capture_default_str();
  command
      .add_option("--seed", settings.seed,
                  "another seed, other people and other offices in trouble")
      ->type_name("S")
      ->capture_default_str();
}

void add_demo(CLI::App& app, Globals& globals, Exit& exit) {
  auto settings = std::make_shared<demo::ScenarioSettings>();
  CLI::App* command = app.add_subcommand(
      "demo", "Two weeks of applications over the whole country, on a database of its own");
  add_scenario_options(*command, *settings);
  command->footer(
      "With --broker amqp://... each department is a process of its own.\n"
      "Example: reglament --db demo.db demo --cases 600");
  command->callback([&globals, &exit, settings] { exit = run_demo(globals, *settings); });
}

}  // namespace reglament::program
