// The message broker on RabbitMQ, on the engine's side: one connection to each agency's virtual
// host (agency_link.hpp).
//
// What is published is kept in memory until RabbitMQ has it safe, over any number of lost
// connections; `confirmed_through` passes a message only then. A message that no queue wants is
// reported and tried again until one does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/rabbitmq/address.hpp"
#include "adapters/rabbitmq/agency_link.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "engine/runtime/broker.hpp"

namespace reglament::rabbitmq {

struct RabbitBrokerSettings {
  Address address;                  // of the engine's user; its vhost is not used
  std::vector<std::string> vhosts;  // of all agencies
  // The vhost of an office; empty: it has none, and what is for it is reported and dropped.
  std::function<std::string(std::string_view office)> vhost_of;
  std::vector<LogId> partitions;  // whose queues are read
  std::uint32_t partition_count = 1;
  // Whether a user may answer for an office.
  std::function<bool(const std::string& user, const std::string& office)> speaks_for =
      [](const std::string& user, const std::string& office) {
        return user == std::string(names::office_user) + office;
      };
  std::uint32_t delivery_limit = default_delivery_limit;
  std::uint16_t prefetch = 1'000;  // outcomes with the engine, of each partition and agency
  std::size_t window = 1'000;      // unconfirmed messages, of each agency
  LinkSettings link;
};

class RabbitBroker final : public Broker {
 public:
  // Connects to every vhost. Throws Unavailable, BadConfiguration.
  explicit RabbitBroker(RabbitBrokerSettings settings);

  [[nodiscard]] bool is_durable() const override { return true; }
  void publish(std::span<const OutboxMessage> messages) override;
  [[nodiscard]] std::uint64_t confirmed_through() const override {
    return confirmations_.through();
  }
  void set_answer_sink(AnswerSink sink) override;
  void set_filing_sink(FilingSink sink) override;
  // Throws BadConfiguration: a desk comes as its office's own user (rabbit_desk.hpp).
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string> offices) override;

 private:
  const RabbitBrokerSettings settings_;
  Confirmations confirmations_;
  Sinks sinks_;
  std::map<std::string, std::unique_ptr<AgencyLink>, std::less<>> links_;  // by vhost
};

}  // namespace reglament::rabbitmq
