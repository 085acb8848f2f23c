#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "adapters/rabbitmq/dead_letters.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

std::vector<rabbitmq::Address> addresses(const Globals& globals) {
  if (!is_amqp(globals.broker)) {
    throw BadConfiguration(fmt::format(
        "expected --broker amqp[s]://..., which has dead letters, found '{}'", globals.broker));
  }
  return agency_addresses(globals);
}

Json json_of(const rabbitmq::Address& address, const rabbitmq::DeadLetter& letter) {
  return {{"id", letter.id},       {"vhost", address.vhost},        {"queue", letter.queue},
          {"type", letter.type},   {"case", letter.correlation_id}, {"user", letter.user},
          {"bytes", letter.bytes}, {"reason", letter.reason}};
}

void list(const Globals& globals) {
  TextTable table({"id", "vhost", "queue", "type", "case", "user", "bytes", "reason"});
  bool is_empty = true;
  for (const rabbitmq::Address& address : addresses(globals)) {
    for (const rabbitmq::DeadLetter& letter : rabbitmq::list_dead_letters(address)) {
      is_empty = false;
      if (globals.json) {
        print_json(json_of(address, letter));
      } else {
        table.add({letter.id, address.vhost, letter.queue, letter.type, letter.correlation_id,
                   letter.user, std::to_string(letter.bytes), letter.reason});
      }
    }
  }
  if (globals.json) return;
  print_line(is_empty ? "no dead letters" : table.text());
}

using Act = std::size_t (*)(const rabbitmq::Address& address, const std::string& id);

// On all letters with that id; says how many there were, and what was done: "put_back".
void act_on(const Globals& globals, const std::string& id, Act act, std::string done) {
  std::size_t count = 0;
  for (const rabbitmq::Address& address : addresses(globals)) count += act(address, id);
  if (count == 0) throw BadInput(fmt::format("expected the id of a dead letter, found '{}'", id));
  if (globals.json) return print_json({{done, count}});
  std::ranges::replace(done, '_', ' ');
  print_line(fmt::format("{} {}", count, done));
}

}  // namespace

void add_dead_letters(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  CLI::App* command =
      app.add_subcommand("dead-letters", "Messages that nobody could use, and their way back");
  command->require_subcommand(1);
  command->footer("Example: reglament --broker amqp://engine:...@broker/ dead-letters list");
  command->add_subcommand("list", "all of them, with the reason")->callback([&globals] {
    list(globals);
  });
  const auto id = std::make_shared<std::string>();
  const auto add = [&](const char* name, const char* help, Act act, const char* done) {
    CLI::App* one = command->add_subcommand(name, help);
    one->add_option("id", *id, "as the list has it")->required();
    one->callback([&globals, id, act, done] { act_on(globals, *id, act, done); });
  };
  add("put-back", "sends one to where it came from", rabbitmq::put_back_dead_letters, "put_back");
  add("drop", "removes one for good", rabbitmq::drop_dead_letters, "dropped");
}

}  // namespace reglament::program
