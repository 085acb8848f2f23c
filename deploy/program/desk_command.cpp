#include <fmt/format.h>

#include "deploy/program/automatic_desk.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/signals.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

// How often a desk with nothing to do looks again.
constexpr std::chrono::milliseconds kLook{50};

struct DeskOptions {
  std::vector<std::string> offices;
  bool all = false;
  std::string answers;
  bool favourable = false;
  bool until_idle = false;
};

void print_answer(const Globals& globals, const GivenAnswer& given) {
  const std::string office(given.task.office.view());
  const std::string at = local_time(given.at, office);
  if (globals.json) {
    Json json;
    json["talon"] = given.task.talon;
    json["office"] = office;
    json["step"] = given.task.step.view();
    json["outcome"] = given.answer.outcome;
    json["at"] = at;
    if (given.verdict) {
      json["rejected"] = true;
      put_rejection(json, *given.verdict);
    }
    return print_json(json);
  }
  std::string line = fmt::format("{}  {}  {}  {}  {}", at, given.task.talon, office,
                                 given.task.step.view(), given.answer.outcome);
  if (given.verdict) {
    line += fmt::format("  rejected, {}: expected {}, found {}", given.verdict->paragraph,
                        given.verdict->expected, given.verdict->actual);
  }
  print_line(line);
}

Exit work(const Globals& globals, const DeskOptions& options) {
  for (const std::string& office : options.offices) expect_office(office, "--office");
  const Catalogue& catalogue = world().catalogue;
  DeskRules rules = options.favourable ? DeskRules::favourable(catalogue)
                                       : DeskRules::read(options.answers, catalogue);
  note_stop_signals();
  const auto engine = connect_engine(globals);
  AutomaticDesk desk(*engine, options.offices, std::move(rules),
                     [&](const GivenAnswer& given) { print_answer(globals, given); });
  while (!stop_requested()) {
    if (desk.work()) continue;
    if (options.until_idle && !desk.next_answer()) break;
    flush_output();
    wait_for_stop(kLook);
  }
  return desk.rejected() > 0 ? Exit::findings : Exit::done;
}

}  // namespace

void add_desk(CLI::App& app, Globals& globals, Exit& exit) {
  auto options = std::make_shared<DeskOptions>();
  CLI::App* command = app.add_subcommand("desk", "Work as these offices, by rules");
  CLI::Option_group* offices = command->add_option_group("offices");
  offices->add_option("--office", options->offices, "the offices to work for")->type_name("ID");
  offices->add_flag("--all", options->all, "work for every office");
  offices->require_option(1);
  CLI::Option_group* answers = command->add_option_group("answers");
  answers
      ->add_option("--answers", options->answers,
                   R"(rules, a JSON object a line: {"step":"..","outcome":"..","after":"PT2H"})")
      ->type_name("FILE");
  answers->add_flag("--favourable", options->favourable, "answer the way that leads to a grant");
  answers->require_option(1);
  command->add_flag("--until-idle", options->until_idle,
                    "end when nothing is waiting or planned for these offices");
  command->footer(
      "Example: reglament desk --office kz.dvd.akmola.mp kz.knb.akmola --favourable --until-idle");
  command->callback([&globals, &exit, options] { exit = work(globals, *options); });
}

}  // namespace reglament::program
