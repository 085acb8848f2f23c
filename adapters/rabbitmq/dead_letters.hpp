// The messages that nobody could use, in queue reglament.dead of a virtual host: looked at, put
// back where they came from when what was wrong with them, or with us, is mended, or dropped.
//
// Both come as the engine's user, whose note of an outcome's user the engine believes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/rabbitmq/connection.hpp"

namespace reglament::rabbitmq {

struct DeadLetter {
  std::string id;      // of its content: two copies of one message have the same
  std::string reason;  // one line, or RabbitMQ's word: "delivery_limit", "rejected"
  std::string queue;   // it was in
  std::string type;
  std::string correlation_id;  // talon or case number
  std::string user;            // who had sent it, where the broker had checked that
  std::uint64_t bytes{};
};

// The oldest first. Throws as Connection says.
[[nodiscard]] std::vector<DeadLetter> list_dead_letters(const Address& address);

// Sends those with this id to where they came from, and removes them when they have arrived; how
// many. Throws as Connection says, and Unavailable where no queue wants them.
std::size_t put_back_dead_letters(const Address& address, const std::string& id);

// Removes those with this id for good; how many. Throws as Connection says.
std::size_t drop_dead_letters(const Address& address, const std::string& id);

}  // namespace reglament::rabbitmq
