#include "deploy/program/rabbit_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "adapters/rabbitmq/arrivals.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/rabbit_broker.hpp"
#include "adapters/rabbitmq/rabbit_desk.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "deploy/program/configuration.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/password_file.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

using rabbitmq::Address;

std::string vhost_of(const std::string& prefix, std::string_view office) {
  const Directory& directory = world().directory;
  const auto found = directory.find(office);
  return found ? prefix + directory[*found].agency : std::string();
}

std::vector<std::string> vhosts(const std::string& prefix) {
  std::set<std::string> names;
  for (const Office& office : world().directory.offices()) names.insert(prefix + office.agency);
  return {names.begin(), names.end()};
}

// A node that is stopped keeps what its queues have handed to it until its heartbeats are missed:
// not longer than its lease runs.
rabbitmq::LinkSettings link_settings(const DistributedSettings& own, const std::string& name) {
  rabbitmq::LinkSettings settings;
  settings.connection.name = name;
  settings.connection.heartbeat =
      std::clamp(std::chrono::duration_cast<std::chrono::seconds>(own.lease) / 2,
                 std::chrono::seconds(1), settings.connection.heartbeat);
  settings.report = [](const std::string& line) { print_trouble(line); };
  return settings;
}

// As whom a desk of these offices comes to the broker.
class OfficeUsers {
 public:
  explicit OfficeUsers(const Globals& globals)
      : settings_(distributed_settings(globals)),
        address_(rabbitmq::parse_address(globals.broker)) {
    if (!settings_.passwords.empty()) passwords_ = read_passwords(settings_.passwords);
  }

  [[nodiscard]] Address of(const std::string& office) const {
    const std::string user = std::string(rabbitmq::names::office_user) + office;
    // The address of one office may say all.
    if (address_.user == user && address_.vhost != "/") return address_;
    Address address = address_.in(vhost_of(settings_.vhost_prefix, office));
    if (address.user == user) return address;
    const auto found = passwords_.find(user);
    if (found == passwords_.end()) {
      throw BadConfiguration(fmt::format(
          "expected the user {} in --broker, or its password in the file that [rabbitmq]"
          " passwords names, found neither",
          user));
    }
    address.user = user;
    address.password = found->second;
    return address;
  }

 private:
  const DistributedSettings settings_;
  const Address address_;
  Passwords passwords_;
};

class RabbitOfficesDesk final : public DeskChannel {
 public:
  RabbitOfficesDesk(const Globals& globals, const std::vector<std::string>& offices,
                    DeskHabits habits)
      : habits_(habits) {
    const OfficeUsers users(globals);
    const DistributedSettings own = distributed_settings(globals);
    for (const std::string& office : offices) {
      places_[office] = desks_.size();
      desks_.push_back(std::make_unique<rabbitmq::RabbitDesk>(rabbitmq::RabbitDeskSettings{
          users.of(office), office, habits_.held_at_once,
          link_settings(own, "reglament desk " + office), [this] { arrivals_.add(); }}));
    }
  }

  [[nodiscard]] std::vector<TaskDelivery> take(std::size_t limit) override {
    std::vector<TaskDelivery> taken;
    const auto give_up = std::chrono::steady_clock::now() + habits_.silence;
    for (;;) {
      const std::uint64_t seen = arrivals_.count();
      for (std::size_t place = 0; place < desks_.size() && taken.size() < limit; ++place) {
        for (TaskDelivery& one : desks_[place]->take(limit - taken.size())) {
          one.tag = one.tag * desks_.size() + place;
          taken.push_back(std::move(one));
        }
      }
      if (!taken.empty() || limit == 0) return taken;
      if (!arrivals_.wait_beyond(seen, give_up)) return taken;
    }
  }

  void settle(std::span<const std::uint64_t> tags) override {
    std::map<std::size_t, std::vector<std::uint64_t>> by_desk;
    for (const std::uint64_t tag : tags)
      by_desk[tag % desks_.size()].push_back(tag / desks_.size());
    for (const auto& [place, own] : by_desk) desks_[place]->settle(own);
  }
  void give_back(std::uint64_t tag) override {
    desks_[tag % desks_.size()]->give_back(tag / desks_.size());
  }

  void answer(Answer answer, std::function<void(const Verdict&)> on_verdict) override {
    const auto found = places_.find(answer.office);
    // The engine rejects on the record what speaks for another office than its user's.
    rabbitmq::RabbitDesk& desk = *desks_[found == places_.end() ? 0 : found->second];
    desk.answer(std::move(answer), std::move(on_verdict));
  }

  [[nodiscard]] std::vector<Revocation> take_revoked() override {
    return collect<Revocation>([](rabbitmq::RabbitDesk& desk) { return desk.take_revoked(); });
  }
  [[nodiscard]] std::vector<Notice> take_notices() override {
    return collect<Notice>([](rabbitmq::RabbitDesk& desk) { return desk.take_notices(); });
  }

 private:
  template <class News, class Take>
  std::vector<News> collect(Take take) {
    std::vector<News> all;
    for (const auto& desk : desks_) {
      for (News& one : take(*desk)) all.push_back(std::move(one));
    }
    return all;
  }

  const DeskHabits habits_;
  rabbitmq::Arrivals arrivals_;  // before the desks, whose threads add to it
  std::vector<std::unique_ptr<rabbitmq::RabbitDesk>> desks_;
  std::map<std::string, std::size_t, std::less<>> places_;  // of the office among desks_
};

}  // namespace

DistributedSettings distributed_settings(const Globals& globals) {
  DistributedSettings settings;
  if (globals.config.empty()) return settings;
  const Configuration file = read_configuration(globals.config);
  settings.vhost_prefix = file.vhost_prefix.value_or(settings.vhost_prefix);
  settings.passwords = file.passwords.value_or(settings.passwords);
  settings.node_name = file.node_name.value_or(settings.node_name);
  settings.lease = file.lease.value_or(settings.lease);
  return settings;
}

void expect_fitting_places(const Globals& globals) {
  if (!is_amqp(globals.broker) || is_postgresql(globals.db)) return;
  throw BadConfiguration(fmt::format(
      "expected a postgresql:// address for --db beside an AMQP broker, found '{}'", globals.db));
}

bool is_amqp(const std::string& broker) {
  return broker.starts_with("amqp://") || broker.starts_with("amqps://");
}

std::string broker_place(const std::string& broker) {
  return is_amqp(broker) ? rabbitmq::parse_address(broker).text() : broker;
}

std::vector<Address> agency_addresses(const Globals& globals) {
  const Address base = rabbitmq::parse_address(globals.broker);
  std::vector<Address> addresses;
  for (const std::string& vhost : vhosts(distributed_settings(globals).vhost_prefix)) {
    addresses.push_back(base.in(vhost));
  }
  return addresses;
}

std::unique_ptr<Broker> open_rabbit_broker(const Globals& globals, std::uint32_t partition_count,
                                           Share share) {
  const DistributedSettings own = distributed_settings(globals);
  rabbitmq::RabbitBrokerSettings settings;
  settings.address = rabbitmq::parse_address(globals.broker);
  settings.vhosts = vhosts(own.vhost_prefix);
  settings.vhost_of = [prefix = own.vhost_prefix](std::string_view office) {
    return vhost_of(prefix, office);
  };
  if (share) settings.partitions = {*share};
  settings.partition_count = partition_count;
  settings.link = link_settings(
      own, share ? fmt::format("reglament partition {}", *share) : std::string("reglament"));
  return std::make_unique<rabbitmq::RabbitBroker>(std::move(settings));
}

// Every agency's virtual host leads to every partition: the first will do.
std::unique_ptr<rabbitmq::FilingChannel> open_filing_channel(const Globals& globals,
                                                             std::uint32_t partition_count) {
  const DistributedSettings own = distributed_settings(globals);
  return std::make_unique<rabbitmq::FilingChannel>(
      rabbitmq::parse_address(globals.broker).in(vhosts(own.vhost_prefix).front()), partition_count,
      link_settings(own, "reglament filing"));
}

std::unique_ptr<DeskChannel> open_rabbit_desk(const Globals& globals,
                                              std::vector<std::string> offices, DeskHabits habits) {
  if (offices.empty()) {
    for (const Office& office : world().directory.offices()) offices.push_back(office.id);
  }
  return std::make_unique<RabbitOfficesDesk>(globals, offices, habits);
}

void expect_empty_queues(const Globals& globals, const std::vector<std::string>& offices,
                         std::uint32_t partition_count) {
  const std::string prefix = distributed_settings(globals).vhost_prefix;
  constexpr rabbitmq::Channel channel = 1;
  for (const std::string& vhost : vhosts(prefix)) {
    rabbitmq::Connection connection(rabbitmq::parse_address(globals.broker).in(vhost), {});
    connection.open_channel(channel);
    rabbitmq::declare_exchanges(connection, channel);
    std::vector<std::string> queues;
    for (LogId partition = 0; partition < partition_count; ++partition) {
      rabbitmq::declare_partition(connection, channel, partition, rabbitmq::default_delivery_limit);
      queues.push_back(rabbitmq::names::partition_queue(partition));
    }
    for (const std::string& office : offices) {
      if (vhost_of(prefix, office) != vhost) continue;
      rabbitmq::declare_desk(connection, channel, office, rabbitmq::default_delivery_limit);
      queues.push_back(rabbitmq::names::desk_queue(office));
    }
    for (const std::string& queue : queues) {
      const std::uint32_t waiting = connection.count_waiting(channel, queue);
      if (waiting == 0) continue;
      throw Unavailable(fmt::format("expected empty queues, found {} messages in {} of {}", waiting,
                                    queue, connection.address().text()));
    }
  }
}

std::string without_user(const std::string& broker) {
  const std::size_t begin = broker.find("://") + 3;
  const std::size_t end = broker.find('@', begin);
  if (end == std::string::npos || broker.find_first_of("/?", begin) < end) return broker;
  return broker.substr(0, begin) + broker.substr(end + 1);
}

}  // namespace reglament::program
