// `demo-department`: the process of a department in the demo, started by it and not by people.
#include <poll.h>
#include <unistd.h>

#include <iostream>
#include <string>
#include <thread>

#include "deploy/demo/department_desks.hpp"
#include "deploy/demo/department_talk.hpp"
#include "deploy/demo/department_worker.hpp"
#include "deploy/demo/scenario.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/distributed_engine.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/scenario_options.hpp"
#include "deploy/program/trouble.hpp"
#include "deploy/program/world.hpp"

namespace reglament::program {
namespace {

struct DepartmentOptions {
  demo::ScenarioSettings scenario;
  demo::DepartmentPlan plan;
};

// The demo has ended, in whatever way: nobody waits for what this process is at. What was given to
// it goes back to the queues.
void end_with_the_demo() {
  std::thread([] {
    pollfd orders{STDIN_FILENO, 0, 0};
    while (::poll(&orders, 1, -1) < 0 || (orders.revents & (POLLHUP | POLLERR)) == 0) {
    }
    ::_exit(static_cast<int>(Exit::done));
  }).detach();
}

void say(const std::string& line) {
  print_line(line);
  flush_output();
}

void work(const Globals& globals, const DepartmentOptions& options) {
  const Framework law = framework(globals.warn_before);
  const demo::Country country{law, world().six_day};
  const demo::Scenario scenario = demo::make_scenario(country, options.scenario);
  Globals of_department = globals;
  of_department.db.clear();  // whatever the configuration file names
  DeskHabits habits;
  habits.silence = std::chrono::milliseconds(0);
  habits.held_at_once = demo::most_cases;
  DistributedEngine engine(of_department, habits);
  demo::DepartmentWorker worker(
      std::make_unique<demo::DepartmentDesks>(engine, country, scenario, options.plan));
  say(demo::line_of(worker.report()));
  for (std::string line; !worker.has_closed() && std::getline(std::cin, line);) {
    worker.obey(demo::parse_order(line));
    say(demo::line_of(worker.report()));
  }
}

Exit work_and_tell(const Globals& globals, const DepartmentOptions& options) {
  end_with_the_demo();
  try {
    work(globals, options);
    return Exit::done;
  } catch (const OutputClosed&) {
    throw;
  } catch (...) {
    const Trouble trouble = trouble_of(std::current_exception());
    say(demo::line_of(trouble));  // the demo tells people
    return trouble.kind;
  }
}

}  // namespace

void add_department(CLI::App& app, Globals& globals, Exit& exit) {
  auto options = std::make_shared<DepartmentOptions>();
  CLI::App* command = app.add_subcommand("demo-department", "A department of the demo");
  command->group("");  // not in the help
  add_scenario_options(*command, options->scenario);
  command->add_option("--desk-suffix", options->plan.desk_suffix, "behind the names of its desks");
  command->add_option("--office", options->plan.offices, "its offices")->required();
  command->callback([&globals, &exit, options] { exit = work_and_tell(globals, *options); });
}

}  // namespace reglament::program
