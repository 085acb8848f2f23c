#include <fmt/format.h>

#include "deploy/desk/desk_api.hpp"
#include "deploy/program/api_json.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/output.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

struct InboxOptions {
  std::string inbox;
  bool all = false;
  std::string id;
  std::string person;
  std::string to;
  std::string outcome;
  std::string reason;
  std::vector<std::string> fields;  // "name=value"
};

std::string text_of(const Json& value) {
  return value.is_null() ? "-" : value.is_string() ? value.get<std::string>() : value.dump();
}

std::string joined(const Json& list) {
  std::string text;
  for (const Json& one : list) text += (text.empty() ? "" : ", ") + one.get<std::string>();
  return text.empty() ? "none" : text;
}

void list(const Globals& globals, const InboxOptions& options) {
  const std::string body =
      ask_desk(options.inbox, {"GET", options.all ? "/v1/items/all" : "/v1/items", {}});
  TextTable table({"id", "stage", "holder", "step", "office", "due"});
  std::size_t begin = 0;
  for (std::size_t end; (end = body.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const Json item = parse_api_json(std::string_view(body).substr(begin, end - begin), "an item");
    if (globals.json) {
      print_json(item);
      continue;
    }
    std::vector<std::string> row;
    for (const char* key : {"id", "stage", "holder", "step", "office", "due_at"}) {
      row.push_back(text_of(item.at(key)));
    }
    table.add(std::move(row));
  }
  if (globals.json) return;
  print_line(body.empty() ? "nothing in the inbox" : table.text());
}

void print_answer(const Json& item) {
  const Json& answer = item.at("answer");
  if (!answer.is_null()) {
    std::string line = fmt::format("answer    {} by {}", text_of(answer.at("outcome")),
                                   text_of(answer.at("actor")));
    if (!answer.at("reason").is_null()) line += ", ground " + text_of(answer.at("reason"));
    print_line(line);
  }
  const Json& rejected = item.at("rejected");
  if (!rejected.is_null()) {
    print_line(fmt::format("rejected  {}: expected {}, found {}", text_of(rejected.at("paragraph")),
                           text_of(rejected.at("expected")), text_of(rejected.at("actual"))));
  }
}

std::string needs_of(const Json& item) {
  std::string text;
  for (const Json& one : item.at("needs")) {
    Json what = one.at("fields");
    if (one.at("ground").get<bool>()) what.push_back("a ground");
    text +=
        fmt::format("{}{}: {}", text.empty() ? "" : "; ", text_of(one.at("outcome")), joined(what));
  }
  return text;
}

void print_item(const Globals& globals, const std::string& body) {
  const Json item = parse_api_json(body, "an item");
  if (globals.json) return print_json(item);
  print_line(fmt::format("{}  {}, attempt {}", text_of(item.at("id")), text_of(item.at("stage")),
                         text_of(item.at("attempt"))));
  print_line(fmt::format("step      {} of {} (edition {})", text_of(item.at("step")),
                         text_of(item.at("regulation")), text_of(item.at("edition"))));
  print_line(fmt::format("office    {}", text_of(item.at("office"))));
  print_line(fmt::format("holder    {}", text_of(item.at("holder"))));
  print_line(fmt::format("offered   {}, due {}", text_of(item.at("offered_at")),
                         text_of(item.at("due_at"))));
  print_line(fmt::format("outcomes  {}", joined(item.at("outcomes"))));
  print_line(fmt::format("grounds   {}", joined(item.at("grounds"))));
  if (!item.at("needs").empty()) print_line(fmt::format("needs     {}", needs_of(item)));
  print_answer(item);
  const Json& journal = item.at("journal");
  if (journal.empty()) return;
  TextTable table({"at", "act", "person", "detail"});
  for (const Json& line : journal) {
    table.add({text_of(line.at("at")), text_of(line.at("act")), text_of(line.at("person")),
               text_of(line.at("detail"))});
  }
  print_line("\n" + table.text());
}

Json reply_of(const InboxOptions& options) {
  Json reply = {{"outcome", options.outcome}, {"fields", Json::object()}};
  if (!options.reason.empty()) reply["reason"] = options.reason;
  for (const std::string& field : options.fields) {
    const std::size_t sign = field.find('=');
    if (sign == std::string::npos || sign == 0) {
      throw BadInput(fmt::format("expected NAME=VALUE, found '{}', --field", field));
    }
    const auto [place, is_new] =
        reply["fields"].emplace(field.substr(0, sign), field.substr(sign + 1));
    if (!is_new) {
      throw BadInput(
          fmt::format("expected each name once, found '{}' twice, --field", field.substr(0, sign)));
    }
  }
  return reply;
}

void act(const Globals& globals, const InboxOptions& options, const std::string& name) {
  Json request = {{"id", options.id}, {"act", name}};
  if (!options.person.empty()) request["person"] = options.person;
  if (name == "hand-over") request["to"] = options.to;
  if (name == "answer") request["reply"] = reply_of(options);
  // Text that is no UTF-8 cannot be in JSON: the other side refuses what replaces it.
  std::string body = request.dump(-1, ' ', false, Json::error_handler_t::replace);
  print_item(globals, ask_desk(options.inbox, {"POST", "/v1/items/act", std::move(body)}));
}

using Options = std::shared_ptr<InboxOptions>;

CLI::App* add_act(CLI::App& inbox, Globals& globals, const Options& options,
                  const std::string& name, const std::string& description) {
  CLI::App* command = inbox.add_subcommand(name, description);
  command->add_option("id", options->id, "talon, or talon and number of the task: TALON/3")
      ->type_name("ID")
      ->required();
  auto* person = command->add_option(
      "--person", options->person,
      name == "claim" ? "who claims it" : "who acts; default: whoever holds it");
  if (name == "claim") person->required();
  command->callback([&globals, options, name] { act(globals, *options, name); });
  return command;
}

void add_looks(CLI::App& inbox, Globals& globals, const Options& options) {
  CLI::App* listing = inbox.add_subcommand("list", "What is open, in the order of arrival");
  listing->add_flag("--all", options->all, "what is closed, too");
  listing->callback([&globals, options] { list(globals, *options); });
  CLI::App* showing = inbox.add_subcommand("show", "One task, and who did what with it");
  showing->add_option("id", options->id, "talon, or talon and number of the task: TALON/3")
      ->type_name("ID")
      ->required();
  showing->callback([&globals, options] {
    const Json request = {{"id", options->id}};
    print_item(globals, ask_desk(options->inbox,
                                 {"POST", "/v1/items/show",
                                  request.dump(-1, ' ', false, Json::error_handler_t::replace)}));
  });
}

}  // namespace

void add_inbox(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  auto options = std::make_shared<InboxOptions>();
  CLI::App* command =
      app.add_subcommand("inbox", "The tasks of a desk: see, claim, hand over, answer");
  add_inbox_option(*command, options->inbox);
  command->require_subcommand(1);
  add_looks(*command, globals, options);
  add_act(*command, globals, options, "claim", "Take a task that nobody has claimed");
  add_act(*command, globals, options, "release", "Give a claimed task back");
  add_act(*command, globals, options, "hand-over", "Pass a claimed task to another person")
      ->add_option("--to", options->to, "who gets it")
      ->type_name("PERSON")
      ->required();
  CLI::App* answer = add_act(*command, globals, options, "answer", "Answer a claimed task");
  answer->add_option("--outcome", options->outcome, "one that the task lists")->required();
  answer->add_option("--reason", options->reason, "id of a ground of refusal");
  answer->add_option("--field", options->fields, "what the answer fills in")
      ->type_name("NAME=VALUE");
  command->footer(
      "Example: reglament inbox --inbox knb.db claim BZP-AKMOLA-2015-000042-K --person aigul");
}

}  // namespace reglament::program
