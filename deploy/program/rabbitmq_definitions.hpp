// What a RabbitMQ server has to know before the first desk comes: the definitions that it imports
// (`rabbitmqctl import_definitions`, or `load_definitions` in its configuration file).
//
//   - A virtual host for each agency: in RabbitMQ 3.10 any user of one sees the names and depths of
//     all its queues, so that offices of two agencies must not share one.
//   - In each: the exchanges, a quorum queue for each office of the agency, one for each partition,
//     and one for dead letters.
//   - A user for each office: it reads its own queue, writes to the exchange of outcomes, and can
//     do nothing else. The engine's user may do everything in these virtual hosts, and only there.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "deploy/program/output.hpp"
#include "engine/casework/directory.hpp"

namespace reglament::program {

using Passwords = std::map<std::string, std::string, std::less<>>;  // by user

struct RabbitmqDefinitions {
  std::string vhost_prefix;  // before the name of each agency
  std::uint32_t partitions{};
  std::uint32_t delivery_limit{};
};

// All who need a password: "engine", and "office.ID" for each office.
[[nodiscard]] std::vector<std::string> rabbitmq_users(const Directory& directory);

// The same text for the same input. Every one of rabbitmq_users has a password.
[[nodiscard]] Json rabbitmq_definitions(const Directory& directory, const Passwords& passwords,
                                        const RabbitmqDefinitions& settings);

// Salted SHA-256, as RabbitMQ stores a password. The salt comes from user and password: two users
// with one password have two hashes, and the same input the same one.
[[nodiscard]] std::string rabbitmq_password_hash(std::string_view user, std::string_view password);

}  // namespace reglament::program
