#include <fmt/format.h>

#include "deploy/program/case_days.hpp"
#include "deploy/program/case_view.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/times.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "engine/casework/talon.hpp"
#include "engine/ledger/explanation.hpp"

namespace reglament::program {
namespace {

struct ShowOptions {
  std::string talon;
  std::string at;
};

struct WithdrawOptions {
  std::string talon;
  std::string reason;
};

struct ListOptions {
  bool open = false;
  bool overdue = false;
  std::string office;
  std::string regulation;
};

std::string or_dash(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string("-");
}

std::string title_of_term(std::string_view code) {
  const auto term = parse_term_code(code);
  return term ? describe(*term) : std::string(code);
}

std::string title_of_deadline(const Json& deadline) {
  return deadline["scope"] == deadline_scope::step ? or_dash(deadline["step"]) : "the service";
}

void print_head(const Json& shown) {
  print_line(fmt::format("{}  {} (edition {})", or_dash(shown["talon"]),
                         or_dash(shown["regulation"]), or_dash(shown["edition"])));
  const std::string closed =
      shown["closed_at"].is_null() ? "" : " at " + or_dash(shown["closed_at"]);
  const std::string result = shown["result"].is_null() ? "" : ": " + or_dash(shown["result"]);
  print_line(fmt::format("{}{}{}, step {}, at {}", or_dash(shown["state"]), closed, result,
                         or_dash(shown["step"]), or_dash(shown["office"])));
  print_line(fmt::format("filed {}, due {}", or_dash(shown["filed_at"]), or_dash(shown["due_at"])));
}

void print_deadlines(const Json& shown) {
  TextTable deadlines({"deadline", "term", "due", "status", "office"});
  for (const Json& deadline : shown["deadlines"]) {
    deadlines.add({title_of_deadline(deadline), title_of_term(or_dash(deadline["term"])),
                   or_dash(deadline["due_at"]), or_dash(deadline["status"]),
                   or_dash(deadline["office"])});
  }
  print_line(deadlines.text());
  print_line("");
  print_line("why these dates");
  for (const Json& deadline : shown["deadlines"]) {
    print_line(
        fmt::format("{}: {}", title_of_deadline(deadline), or_dash(deadline["explanation"])));
  }
}

void print_history(const Json& shown) {
  TextTable history({"seq", "at", "what", "step", "outcome", "who", "paragraph"});
  for (const Json& entry : shown["history"]) {
    history.add({entry["seq"].dump(), or_dash(entry["at"]), or_dash(entry["kind"]),
                 or_dash(entry["step"]), outcome_text(entry), or_dash(entry["actor"]),
                 or_dash(entry["paragraph"])});
  }
  print_line(history.text());
}

void print_shown(const Json& shown) {
  print_head(shown);
  for (const auto print : {print_deadlines, print_days, print_history}) {
    print_line("");
    print(shown);
  }
}

void show(const Globals& globals, const ShowOptions& options) {
  std::optional<Instant> at;
  if (!options.at.empty()) at = instant_of(options.at, "--at");
  const auto reader = open_reader(globals);
  const Framework law = framework(globals.warn_before, *reader);
  Case state = find_case(*reader, options.talon, law);
  if (at) state = case_at(*reader, state, *at);
  const Instant moment = at ? *at : time_of(*reader);

  Json shown = case_head(state, law);
  shown["filing_office"] = state.office.view();
  shown["deadlines"] = Json::array();
  for (const Deadline& deadline : state.deadlines) {
    shown["deadlines"].push_back(deadline_json(deadline, moment));
  }
  shown["history"] = Json::array();
  HoldingHistory holdings(governing_edition(state, law));
  DeadlineStories stories;
  for_each_entry_of(*reader, state, [&](const Entry& entry, const StoredEntry& /*stored*/) {
    shown["history"].push_back(entry_json(entry, state.office.view()));
    holdings.add(entry);
    stories.add(entry);
    return true;
  });
  for (std::size_t i = 0; i < state.deadlines.size(); ++i) {
    shown["deadlines"][i]["explanation"] = explain(
        state.deadlines[i], stories.of(i), state.regulation.view(), law.calendars, law.directory);
  }
  put_days(shown, state, holdings, moment, law);
  if (globals.json) return print_json(shown);
  print_shown(shown);
}

// ---- withdraw ----------------------------------------------------------------------------------

constexpr std::size_t kLongestReason = 4000;

LegalAct withdrawal_of(const Case& state, const WithdrawOptions& options) {
  if (options.reason.size() > kLongestReason) {
    throw BadInput(fmt::format("expected a reason of at most {} bytes, found {}, --reason",
                               kLongestReason, options.reason.size()));
  }
  LegalAct act;
  // One application is withdrawn once: who sends it again finds out whether it was done.
  act.message_id = fmt::format("withdrawal/{}", in_capitals(options.talon));
  act.case_number = state.number;
  act.act = "withdrawal";
  act.actor = "applicant";
  act.reason = options.reason;
  return act;
}

void withdraw(const Globals& globals, const WithdrawOptions& options, Exit& exit) {
  const Framework law = framework(globals.warn_before);
  const auto engine = connect_engine(globals);
  const auto reader = open_reader(globals);
  const Case before = find_case(*reader, options.talon, law);
  const Verdict verdict = engine->act(withdrawal_of(before, options));
  if (verdict) {
    exit = Exit::findings;
    Json json = {{"rejected", true}, {"talon", talon_of(before, law)}};
    put_rejection(json, *verdict);
    if (globals.json) return print_json(json);
    return print_line(fmt::format("refused   {}: expected {}, found {}", verdict->paragraph,
                                  verdict->expected, verdict->actual));
  }
  const Json head = case_head(find_case(*reader, options.talon, law), law);
  if (globals.json) return print_json(head);
  print_line(fmt::format("{}  {}  {} at {}", or_dash(head["talon"]), or_dash(head["state"]),
                         or_dash(head["result"]), or_dash(head["closed_at"])));
}

// ---- list --------------------------------------------------------------------------------------

bool wanted(const Case& state, const ListOptions& options, Instant now) {
  if (options.open && !state.is_open()) return false;
  if (options.overdue && !is_overdue(state, now)) return false;
  if (!options.office.empty() && !(state.office == options.office) &&
      !(state.is_open() && state.holder() == options.office)) {
    return false;
  }
  return options.regulation.empty() || state.regulation == options.regulation;
}

void expect_known(const ListOptions& options) {
  if (!options.office.empty()) expect_office(options.office, "--office");
  if (!options.regulation.empty() && !world().catalogue.knows(options.regulation)) {
    throw BadInput(
        fmt::format("expected a known regulation, found '{}', --regulation", options.regulation));
  }
}

void list(const Globals& globals, const ListOptions& options) {
  expect_known(options);
  const auto reader = open_reader(globals);
  const Framework law = framework(globals.warn_before, *reader);
  const Instant now = time_of(*reader);
  // For people the lines wait until the widths are known, so many at a time that memory stays
  // small.
  constexpr std::size_t page = 1000;
  const std::vector<std::string> header{"talon", "state", "step", "office", "due", "result"};
  TextTable table(header);
  std::size_t rows = 0;
  reader->for_each_case(std::nullopt, options.open || options.overdue, [&](const StoredCase& row) {
    const Case state = decode_case(row.state);
    if (!wanted(state, options, now)) return true;
    const Json head = case_head(state, law);
    if (globals.json) {
      print_json(head);
      return true;
    }
    table.add({or_dash(head["talon"]), or_dash(head["state"]), or_dash(head["step"]),
               or_dash(head["office"]), or_dash(head["due_at"]), or_dash(head["result"])});
    if (++rows % page == 0) {
      print_line(table.text());
      table = TextTable(header);
    }
    return true;
  });
  if (globals.json) return;
  if (rows % page != 0) print_line(table.text());
  print_line(fmt::format("{} case{}", rows, rows == 1 ? "" : "s"));
}

}  // namespace

void add_case(CLI::App& app, Globals& globals, Exit& exit) {
  CLI::App* command = app.add_subcommand("case", "What became of applications");
  command->require_subcommand(1);
  command->footer("Example: reglament case show BZP-AKMOLA-2015-000042-K");

  auto show_options = std::make_shared<ShowOptions>();
  CLI::App* shown = command->add_subcommand("show", "One case, now or as it stood at a time");
  shown->add_option("TALON", show_options->talon, "the number the applicant holds")->required();
  shown->add_option("--at", show_options->at, "as it stood then")->type_name("T");
  shown->footer(
      "Example: reglament case show BZP-AKMOLA-2015-000042-K --at 2015-07-16T12:00:00+06:00");
  shown->callback([&globals, show_options] { show(globals, *show_options); });

  auto withdraw_options = std::make_shared<WithdrawOptions>();
  CLI::App* withdrawn =
      command->add_subcommand("withdraw", "The applicant withdraws the application");
  withdrawn->add_option("TALON", withdraw_options->talon, "the number the applicant holds")
      ->required();
  withdrawn->add_option("--reason", withdraw_options->reason, "as the applicant gives it")
      ->type_name("TEXT");
  withdrawn->footer(
      "Example: reglament case withdraw BEN-AKMOLA-2013-000007-K --reason \"found the original\"");
  withdrawn->callback(
      [&globals, &exit, withdraw_options] { withdraw(globals, *withdraw_options, exit); });

  auto list_options = std::make_shared<ListOptions>();
  CLI::App* listed = command->add_subcommand("list", "Many cases");
  listed->add_flag("--open", list_options->open, "only those that are not closed");
  listed->add_flag("--overdue", list_options->overdue,
                   "only open ones whose step or service is past its due time");
  listed->add_option("--office", list_options->office, "only those this office holds or took in")
      ->type_name("ID");
  listed->add_option("--regulation", list_options->regulation, "only those of this regulation")
      ->type_name("ID");
  listed->footer("Example: reglament case list --overdue --office kz.dvd.akmola.mp");
  listed->callback([&globals, list_options] { list(globals, *list_options); });
}

}  // namespace reglament::program
