#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>

#include "adapters/rabbitmq/topology.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/password_file.hpp"
#include "deploy/program/rabbitmq_definitions.hpp"
#include "deploy/program/world.hpp"

namespace reglament::program {
namespace {

constexpr std::uint32_t kMostPartitions = 256;
constexpr std::uint32_t kMostDeliveries = 1'000'000;

struct Options {
  std::string output;
  std::string passwords = "rabbitmq-passwords.txt";
  std::string vhost_prefix;
  std::uint32_t partitions = 4;
  std::uint32_t delivery_limit = rabbitmq::default_delivery_limit;
};

void deploy_rabbitmq(const Options& options) {
  const Directory& directory = world().directory;
  const Passwords passwords = keep_passwords(options.passwords, rabbitmq_users(directory));
  const Json definitions = rabbitmq_definitions(
      directory, passwords, {options.vhost_prefix, options.partitions, options.delivery_limit});
  const std::string text = definitions.dump(2);
  if (options.output.empty()) return print_line(text);
  write_private_file(options.output, text + '\n');
  print_line(fmt::format("{}: {} users, {} virtual hosts, {} queues; the passwords: {}",
                         options.output, definitions["users"].size(), definitions["vhosts"].size(),
                         definitions["queues"].size(), options.passwords));
}

}  // namespace

void add_deploy(CLI::App& app, Globals& /*globals*/, Exit& /*exit*/) {
  CLI::App* command = app.add_subcommand("deploy", "What the servers around us have to know");
  command->require_subcommand(1);
  command->footer("Example: reglament deploy rabbitmq --output definitions.json");
  auto options = std::make_shared<Options>();

  CLI::App* rabbitmq = command->add_subcommand(
      "rabbitmq", "Definitions for RabbitMQ: virtual hosts, users, permissions, queues");
  rabbitmq->add_option("--output", options->output, "file to write (default: standard output)")
      ->type_name("FILE");
  rabbitmq
      ->add_option("--passwords", options->passwords,
                   "file of 'user password' lines; who is not in it gets a new one there")
      ->type_name("FILE")
      ->capture_default_str();
  rabbitmq->add_option("--vhost-prefix", options->vhost_prefix, "before the name of each agency")
      ->type_name("P");
  rabbitmq->add_option("--partitions", options->partitions, "of the database")
      ->check(CLI::Range(1U, kMostPartitions))
      ->type_name("N")
      ->capture_default_str();
  rabbitmq
      ->add_option("--delivery-limit", options->delivery_limit,
                   "deliveries of one message before it is a dead letter")
      ->check(CLI::Range(1U, kMostDeliveries))
      ->type_name("N")
      ->capture_default_str();
  rabbitmq->footer(
      "Example: reglament deploy rabbitmq --passwords passwords.txt --output definitions.json &&\n"
      "         rabbitmqctl import_definitions definitions.json");
  rabbitmq->callback([options] { deploy_rabbitmq(*options); });
}

}  // namespace reglament::program
