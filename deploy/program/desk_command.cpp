#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <filesystem>
#include <functional>

#include "adapters/http/server.hpp"
#include "adapters/sqlite/inbox_store.hpp"
#include "deploy/desk/desk_api.hpp"
#include "deploy/desk/inbox_desk.hpp"
#include "deploy/program/automatic_desk.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "deploy/program/signals.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

// How often a desk with nothing to do looks again.
constexpr std::chrono::milliseconds kLook{50};
// A broker cannot tell that it has nothing more: it is taken for idle after so long a silence.
constexpr std::chrono::milliseconds kSilence{2'000};
struct DeskOptions {
  std::vector<std::string> offices;
  bool all = false;
  std::string answers;
  bool favourable = false;
  std::string command;
  bool manual = false;
  bool until_idle = false;
  std::string inbox;
  bool has_inbox = false;  // it was named
  std::string time = "engine";
  double command_timeout = 60;  // seconds
  std::size_t command_at_once = 4;
};

struct Printed {
  const TaskMessage& task;
  const std::string& outcome;
  Instant at;
  const Verdict& verdict;
};

void print_answer(const Globals& globals, const Printed& given) {
  const std::string office(given.task.office.view());
  const std::string at = local_time(given.at, office);
  if (globals.json) {
    Json json;
    json["talon"] = given.task.talon;
    json["office"] = office;
    json["step"] = given.task.step.view();
    json["outcome"] = given.outcome;
    json["at"] = at;
    if (given.verdict) {
      json["rejected"] = true;
      put_rejection(json, *given.verdict);
    }
    return print_json(json);
  }
  std::string line = fmt::format("{}  {}  {}  {}  {}", at, given.task.talon, office,
                                 given.task.step.view(), given.outcome);
  if (given.verdict) {
    line += fmt::format("  rejected, {}: expected {}, found {}", given.verdict->paragraph,
                        given.verdict->expected, given.verdict->actual);
  }
  print_line(line);
}

DeskRules rules_of(const DeskOptions& options) {
  const Catalogue& catalogue = world().catalogue;
  return options.favourable ? DeskRules::favourable(catalogue)
                            : DeskRules::read(options.answers, catalogue);
}

// By rules, on the engine of the database, without an inbox.
Exit work_by_rules(const Globals& globals, const DeskOptions& options) {
  DeskRules rules = rules_of(options);
  note_stop_signals();
  const auto engine = connect_engine(globals);
  AutomaticDesk desk(*engine, options.offices, std::move(rules), [&](const GivenAnswer& given) {
    print_answer(globals, {given.task, given.answer.outcome, given.at, given.verdict});
  });
  while (!stop_requested()) {
    if (desk.work()) continue;
    if (options.until_idle && !desk.next_answer()) break;
    flush_output();
    wait_for_stop(kLook);
  }
  return desk.rejected() > 0 ? Exit::findings : Exit::done;
}

std::unique_ptr<Answering> answering_of(const DeskOptions& options) {
  if (options.manual) return answer_by_people();
  if (options.command.empty()) return answer_by_rules(rules_of(options));
  CommandSettings settings;
  settings.limits.time =
      std::chrono::milliseconds(static_cast<std::int64_t>(options.command_timeout * 1000));
  settings.at_once = options.command_at_once;
  return answer_by_command(ExternalCommand(options.command), settings,
                           [](const std::string& trouble) { print_trouble(trouble); });
}

void print_ready(const Globals& globals, const DeskOptions& options) {
  if (globals.json) {
    print_json({{"ready", true},
                {"inbox", options.inbox},
                {"socket", desk_socket_of(options.inbox).string()},
                {"offices", options.offices}});
  } else {
    print_line(fmt::format(
        "ready: inbox {} of {}", options.inbox,
        options.all ? "every office" : fmt::format("{}", fmt::join(options.offices, ", "))));
  }
  flush_output();
}

InboxDeskEvents events_of(const Globals& globals) {
  InboxDeskEvents events;
  events.on_verdict = [&globals](const JudgedAnswer& judged) {
    print_answer(globals, {judged.task, judged.answer.outcome, judged.at, judged.verdict});
  };
  events.on_notice = [](const Notice& notice) {
    spdlog::info("notice {} of {} ({})", notice.kind.view(), notice.talon, notice.paragraph.view());
  };
  events.on_refused = [](const std::string& line) { print_trouble(line); };
  return events;
}

std::unique_ptr<OfficeInbox> open_office_inbox(const DeskOptions& options, DeskClock& clock) {
  if (!std::filesystem::exists(options.inbox)) create_inbox(options.inbox);
  return std::make_unique<OfficeInbox>(std::make_unique<OwnerLock>(options.inbox), options.inbox,
                                       options.offices, clock);
}

struct Rounds {
  bool until_idle;
  std::chrono::milliseconds silence;  // after which the desk is taken for idle
  std::function<void()> before_each;
  std::function<void()> rest;  // after one in which there was nothing to do
};

void run_rounds(InboxDesk& desk, const Rounds& rounds) {
  auto last_work = InboxDesk::Moment::clock::now();
  while (!stop_requested()) {
    rounds.before_each();
    const auto now = InboxDesk::Moment::clock::now();
    if (desk.work(now)) {
      last_work = now;
      continue;
    }
    if (rounds.until_idle && desk.is_idle() && now - last_work >= rounds.silence) return;
    flush_output();
    rounds.rest();
  }
}

// Clerks are served, and the desk works, until it is told to stop or is idle.
Exit work_at(const Globals& globals, const DeskOptions& options, OfficeInbox& inbox,
             InboxDesk& desk, const Rounds& rounds) {
  DeskApi api(inbox);
  http::Server server(desk_socket_of(options.inbox),
                      [&api](const http::Request& request) { return api.handle(request); });
  print_ready(globals, options);
  run_rounds(desk, rounds);
  server.stop();
  return desk.rejected() > 0 ? Exit::findings : Exit::done;
}

// On the engine of the database, or with nothing but a broker.
Exit work_with_inbox(const Globals& globals, const DeskOptions& options) {
  note_stop_signals();
  const auto answering = answering_of(options);
  DeskClock clock(nullptr);
  const auto inbox = open_office_inbox(options, clock);
  const auto engine = connect_engine(globals);
  const bool asks_time = options.time == "engine";
  const auto ask_time = [&] {
    if (asks_time) clock.told(engine->now());
  };
  ask_time();
  const auto channel = engine->open_desk(options.offices);
  InboxDesk desk(*channel, *inbox, *answering, clock, events_of(globals));
  // A channel of RabbitMQ waits for the next task by itself.
  const bool over_broker = is_amqp(globals.broker);
  return work_at(globals, options, *inbox, desk,
                 {options.until_idle, over_broker ? kSilence : std::chrono::milliseconds(0),
                  ask_time, [over_broker] {
                    if (!over_broker) wait_for_stop(kLook);
                  }});
}

Exit work(const Globals& globals, const DeskOptions& options) {
  for (const std::string& office : options.offices) expect_office(office, "--office");
  // A desk that reaches nothing but the broker keeps what it takes.
  const bool shares_database = !is_amqp(globals.broker) || is_postgresql(globals.db);
  const bool by_rules = options.favourable || !options.answers.empty();
  if (by_rules && shares_database && !options.has_inbox) return work_by_rules(globals, options);
  return work_with_inbox(globals, options);
}

void add_answers(CLI::App& command, DeskOptions& options) {
  CLI::Option_group* answers = command.add_option_group("answers");
  answers
      ->add_option("--answers", options.answers,
                   R"(rules, a JSON object a line: {"step":"..","outcome":"..","after":"PT2H"})")
      ->type_name("FILE");
  answers->add_flag("--favourable", options.favourable, "answer the way that leads to a grant");
  answers
      ->add_option("--command", options.command,
                   "a program that reads a task from standard input and writes its outcome: "
                   R"({"outcome":"..","reason":"..","fields":{..}})")
      ->type_name("PROGRAM");
  answers->add_flag("--manual", options.manual, "people answer, through `reglament inbox`");
  answers->require_option(1);
}

}  // namespace

void add_inbox_option(CLI::App& command, std::string& inbox) {
  inbox = "inbox.db";
  command.add_option("--inbox", inbox, "file of the desk's inbox (default inbox.db)")
      ->envname("REGLAMENT_INBOX")
      ->type_name("FILE");
}

void add_desk(CLI::App& app, Globals& globals, Exit& exit) {
  auto options = std::make_shared<DeskOptions>();
  CLI::App* command =
      app.add_subcommand("desk", "Work as these offices: by rules, by a program, by people");
  CLI::Option_group* offices = command->add_option_group("offices");
  offices->add_option("--office", options->offices, "the offices to work for")->type_name("ID");
  offices->add_flag("--all", options->all, "work for every office");
  offices->require_option(1);
  add_answers(*command, *options);
  add_inbox_option(*command, options->inbox);
  command
      ->add_option("--command-timeout", options->command_timeout,
                   "seconds after which the program is killed (default 60)")
      ->check(CLI::Range(0.1, 86'400.0));
  command
      ->add_option("--command-at-once", options->command_at_once,
                   "so many programs run at the same time at most (default 4)")
      ->check(CLI::Range(1, 64));
  command
      ->add_option("--time", options->time,
                   "the present: of the engine, over a broker of this machine (default); or the "
                   "latest that a task has told, for an engine on a virtual clock")
      ->check(CLI::IsMember({"engine", "tasks"}))
      ->type_name("engine|tasks");
  command->add_flag("--until-idle", options->until_idle,
                    "end when nothing is waiting or planned for these offices");
  command->footer(
      "Example: reglament desk --office kz.dvd.akmola.mp kz.knb.akmola --favourable --until-idle");
  command->callback([&globals, &exit, options, command] {
    options->has_inbox = command->count("--inbox") > 0;
    exit = work(globals, *options);
  });
}

}  // namespace reglament::program
