#include "tests/support/rabbit_agency.hpp"

#include <fmt/format.h>

#include <atomic>
#include <utility>

#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"

namespace reglament::testing {
namespace {

constexpr const char* kPassword = "secret";

std::string new_vhost() {
  static std::atomic<unsigned> count = 0;
  return fmt::format("agency-{}", ++count);
}

std::string definitions(const LocalRabbit& server, const std::string& vhost,
                        const std::vector<std::string>& offices) {
  std::string users;
  std::string permissions =
      fmt::format(R"({{"user":"{}","vhost":"{}","configure":".*","write":".*","read":".*"}})",
                  server.user(), vhost);
  for (const std::string& office : offices) {
    users += fmt::format(R"({}{{"name":"office.{}","password":"{}","tags":""}})",
                         users.empty() ? "" : ",", office, kPassword);
    permissions += fmt::format(
        R"(,{{"user":"office.{0}","vhost":"{1}","configure":"^$","write":"^reglament\\.outcomes$",)"
        R"("read":"^desk\\.{0}$"}})",
        office, vhost);
  }
  return fmt::format(R"({{"vhosts":[{{"name":"{}"}}],"users":[{}],"permissions":[{}]}})", vhost,
                     users, permissions);
}

}  // namespace

std::function<void(const std::string&)> Reports::sink() const {
  return [lines = lines_](const std::string& line) {
    const std::lock_guard lock(lines->mutex);
    lines->lines.push_back(line);
  };
}

std::string Reports::all() const {
  const std::lock_guard lock(lines_->mutex);
  std::string all;
  for (const std::string& line : lines_->lines) all += line + "\n";
  return all;
}

bool Reports::have(const std::string& part) const { return all().find(part) != std::string::npos; }

RabbitAgency::RabbitAgency(const LocalRabbit& server, std::vector<std::string> offices)
    : server_(server), offices_(std::move(offices)), vhost_(new_vhost()) {
  server_.import_definitions(definitions(server_, vhost_, offices_));
}

rabbitmq::Address RabbitAgency::engine() const {
  return rabbitmq::parse_address(server_.url(vhost_));
}

rabbitmq::Address RabbitAgency::office(const std::string& id) const {
  return rabbitmq::parse_address(server_.url("office." + id, kPassword, vhost_));
}

rabbitmq::LinkSettings RabbitAgency::link_settings() const {
  rabbitmq::LinkSettings settings;
  settings.connection.heartbeat = std::chrono::seconds(1);
  settings.connection.answer_limit = std::chrono::seconds(5);
  settings.first_pause = std::chrono::milliseconds(20);
  settings.longest_pause = std::chrono::milliseconds(500);
  settings.report = reports_.sink();
  return settings;
}

rabbitmq::RabbitBrokerSettings RabbitAgency::broker_settings() const {
  rabbitmq::RabbitBrokerSettings settings;
  settings.address = engine();
  settings.vhosts = {vhost_};
  settings.vhost_of = [vhost = vhost_](std::string_view) { return vhost; };
  for (LogId partition = 0; partition < partitions; ++partition) {
    settings.partitions.push_back(partition);
  }
  settings.partition_count = partitions;
  settings.link = link_settings();
  return settings;
}

rabbitmq::RabbitDeskSettings RabbitAgency::desk_settings(const std::string& id) const {
  return {office(id), id, 100, link_settings()};
}

void RabbitAgency::declare(std::uint32_t delivery_limit) const {
  rabbitmq::Connection connection(engine(), {});
  connection.open_channel(1);
  rabbitmq::declare_exchanges(connection, 1);
  for (LogId partition = 0; partition < partitions; ++partition) {
    rabbitmq::declare_partition(connection, 1, partition, delivery_limit);
  }
  for (const std::string& id : offices_) {
    rabbitmq::declare_desk(connection, 1, id, delivery_limit);
  }
}

}  // namespace reglament::testing
