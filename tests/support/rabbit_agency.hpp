// A virtual host of a local RabbitMQ with the users of some offices, as the architecture lays it
// down: the engine may do everything in it, an office reads its own queue and writes outcomes.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/rabbitmq/rabbit_broker.hpp"
#include "adapters/rabbitmq/rabbit_desk.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament::testing {

// Lines that an adapter reported; from any thread.
class Reports {
 public:
  [[nodiscard]] std::function<void(const std::string&)> sink() const;
  // Whether one holds this text.
  [[nodiscard]] bool have(const std::string& part) const;
  [[nodiscard]] std::string all() const;

 private:
  struct Lines {
    std::mutex mutex;
    std::vector<std::string> lines;
  };
  std::shared_ptr<Lines> lines_ = std::make_shared<Lines>();
};

class RabbitAgency {
 public:
  static constexpr std::uint32_t partitions = 4;

  // A new and empty vhost.
  RabbitAgency(const LocalRabbit& server, std::vector<std::string> offices);

  [[nodiscard]] const std::string& vhost() const { return vhost_; }
  [[nodiscard]] rabbitmq::Address engine() const;
  [[nodiscard]] rabbitmq::Address office(const std::string& id) const;

  // Of an engine that reads all partitions, and of a desk. Short pauses, heartbeats of a second.
  [[nodiscard]] rabbitmq::RabbitBrokerSettings broker_settings() const;
  [[nodiscard]] rabbitmq::RabbitDeskSettings desk_settings(const std::string& office) const;
  [[nodiscard]] rabbitmq::LinkSettings link_settings() const;
  // The queues of the offices and partitions, as the engine declares them.
  void declare(std::uint32_t delivery_limit) const;

  [[nodiscard]] const Reports& reports() const { return reports_; }

 private:
  const LocalRabbit& server_;
  const std::vector<std::string> offices_;
  const std::string vhost_;
  Reports reports_;
};

}  // namespace reglament::testing
