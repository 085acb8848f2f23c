#include <fmt/format.h>

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

void put_back(const Globals& globals, const std::string& id) {
  std::size_t count = 0;
  for (const rabbitmq::Address& address : addresses(globals)) {
    count += rabbitmq::put_back_dead_letters(address, id);
  }
  if (count == 0) throw BadInput(fmt::format("expected the id of a dead letter, found '{}'", id));
  if (globals.json) return print_json({{"put_back", count}});
  print_line(fmt::format("{} put back", count));
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
  CLI::App* back = command->add_subcommand("put-back", "sends one to where it came from");
  auto id = std::make_shared<std::string>();
  back->add_option("id", *id, "as the list has it")->required();
  back->callback([&globals, id] { put_back(globals, *id); });
}

}  // namespace reglament::program
