// How this program uses RabbitMQ: a virtual host for each agency, under a common prefix; the user
// of --broker for the engine; and for desks the user of each office, whose password comes from the
// address (a desk of one office) or from the file of passwords.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/rabbitmq/address.hpp"
#include "adapters/rabbitmq/filing_channel.hpp"
#include "deploy/program/globals.hpp"
#include "engine/runtime/broker.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::program {

// What only nodes and their desks need, from the configuration file.
struct DistributedSettings {
  std::string vhost_prefix;                 // [rabbitmq] vhost_prefix
  std::string passwords;                    // [rabbitmq] passwords: a file
  std::string node_name;                    // [node] name; empty: the machine's
  std::chrono::milliseconds lease{10'000};  // [node] lease_seconds
};
[[nodiscard]] DistributedSettings distributed_settings(const Globals& globals);

[[nodiscard]] bool is_amqp(const std::string& broker);
// Throws BadConfiguration where the broker of --broker needs a database that several can reach, and
// --db names a file.
void expect_fitting_places(const Globals& globals);
// How people are told of it: without the password. Throws BadConfiguration.
[[nodiscard]] std::string broker_place(const std::string& broker);

// The virtual host of each agency, as the user of --broker. Throws BadConfiguration.
[[nodiscard]] std::vector<rabbitmq::Address> agency_addresses(const Globals& globals);

// The engine's side, for one partition; for none it only finds out whether the broker takes us.
// Throws Unavailable, BadConfiguration.
[[nodiscard]] std::unique_ptr<Broker> open_rabbit_broker(const Globals& globals,
                                                         std::uint32_t partition_count,
                                                         Share share);

[[nodiscard]] std::unique_ptr<rabbitmq::FilingChannel> open_filing_channel(
    const Globals& globals, std::uint32_t partition_count);

struct DeskHabits {
  // So long take() waits where nothing is there: the next task may be on its way.
  std::chrono::milliseconds silence{300};
  std::uint16_t held_at_once = 2'000;  // tasks that it holds and has not answered, of each office
};

// A desk of these offices, each with a connection of its own; empty: all. Throws BadConfiguration
// where an office has no password.
[[nodiscard]] std::unique_ptr<DeskChannel> open_rabbit_desk(const Globals& globals,
                                                            std::vector<std::string> offices,
                                                            DeskHabits habits = {});

// As the user of --broker: the queues of these offices and of all partitions are there afterwards.
// Throws Unavailable where messages wait in one: they are of another database.
void expect_empty_queues(const Globals& globals, const std::vector<std::string>& offices,
                         std::uint32_t partition_count);

// The address without user and password, for a process that comes as offices only.
[[nodiscard]] std::string without_user(const std::string& broker);

}  // namespace reglament::program
