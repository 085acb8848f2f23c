#include "adapters/rabbitmq/topology.hpp"

#include <fmt/format.h>

#include "adapters/rabbitmq/connection.hpp"

namespace reglament::rabbitmq {

std::string names::desk_queue(std::string_view office) { return fmt::format("desk.{}", office); }

std::string names::partition_queue(LogId partition) {
  return fmt::format("partition.{}", partition);
}

void declare_exchanges(Connection& connection, std::uint16_t channel) {
  connection.declare_exchange(channel, names::tasks, "direct");
  connection.declare_exchange(channel, names::outcomes, "direct");
  connection.declare_exchange(channel, names::dead, "fanout");
  connection.declare_queue(channel, names::dead, {});
  connection.bind(channel, names::dead, names::dead, "");
}

void declare_partition(Connection& connection, std::uint16_t channel, LogId partition,
                       std::uint32_t delivery_limit) {
  const std::string queue = names::partition_queue(partition);
  connection.declare_queue(channel, queue, {delivery_limit, names::dead});
  connection.bind(channel, queue, names::outcomes, fmt::format("{}", partition));
}

void declare_desk(Connection& connection, std::uint16_t channel, std::string_view office,
                  std::uint32_t delivery_limit) {
  const std::string queue = names::desk_queue(office);
  connection.declare_queue(channel, queue, {delivery_limit, names::dead});
  connection.bind(channel, queue, names::tasks, office);
}

}  // namespace reglament::rabbitmq
