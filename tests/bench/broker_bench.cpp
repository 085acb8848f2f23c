// What RabbitMQ carries by itself, and what the adapter makes of it, in one run on one server:
// persistent messages of the size of a task in quorum queues, published with confirms, consumed
// with acknowledgements.
//
//   broker_bench [amqp://ADMINISTRATOR:PASSWORD@HOST:PORT/VHOST [SECONDS]]
//
// Without an address it starts a server of its own. A round trip is what a transition costs the
// broker: a task to an office, its outcome back, both confirmed and acknowledged.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/rabbitmq/arrivals.hpp"
#include "adapters/rabbitmq/rabbit_broker.hpp"
#include "adapters/rabbitmq/rabbit_desk.hpp"
#include "engine/runtime/partition.hpp"
#include "tests/bench/bare_broker.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament {
namespace {

using namespace bench;  // NOLINT(google-build-using-namespace)

void measure_bare(const Address& address, std::chrono::seconds duration) {
  const std::uint64_t waiting = measure_publishes(address, duration, "bench.one");
  std::vector<std::unique_ptr<Bare>> line;
  line.push_back(std::make_unique<Bare>(address, "bench.one", std::vector<Mail>{}));
  measure("bare broker, consumes with acknowledgement, one connection", std::move(line), duration,
          waiting);
  measure_round_trips(address, duration, {"bench.two"});
}

rabbitmq::RabbitBrokerSettings settings_for(const Address& address) {
  rabbitmq::RabbitBrokerSettings settings;
  settings.address = address;
  settings.vhosts = {address.vhost};
  settings.vhost_of = [vhost = address.vhost](std::string_view) { return vhost; };
  settings.partitions = {0};
  settings.speaks_for = [](const std::string&, const std::string&) { return true; };
  settings.link.report = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
  return settings;
}

// Answers whatever comes.
void work(rabbitmq::RabbitDesk& desk, rabbitmq::Arrivals& arrivals,
          const std::atomic<bool>& stopping) {
  std::vector<std::uint64_t> tags;
  while (!stopping) {
    const std::uint64_t seen = arrivals.count();
    tags.clear();
    for (const TaskDelivery& one : desk.take(kWindow)) {
      tags.push_back(one.tag);
      desk.answer(testing::sample_answer(one.task), {});
    }
    if (tags.empty()) {
      arrivals.wait_beyond(seen, Clock::now() + std::chrono::milliseconds(20));
    } else {
      desk.settle(tags);
    }
  }
}

void measure_adapter(const Address& address, std::chrono::seconds duration) {
  rabbitmq::RabbitBroker broker(settings_for(address));
  std::atomic<std::uint64_t> accepted = 0;
  std::uint64_t published = 0;
  const auto publish = [&](std::size_t count) {
    std::vector<OutboxMessage> messages;
    for (std::size_t i = 0; i < count; ++i) {
      ++published;
      messages.push_back({published, 0, testing::sample_task(published, kOffice)});
    }
    broker.publish(messages);
  };
  broker.set_answer_sink([&](const Answer&, const std::function<void(const Verdict&)>& decided) {
    decided(std::nullopt);
    ++accepted;
  });
  publish(1);
  while (broker.confirmed_through() < 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  rabbitmq::Arrivals arrivals;
  rabbitmq::RabbitDesk desk({address, std::string(kOffice), kWindow, settings_for(address).link,
                             [&arrivals] { arrivals.add(); }});
  std::atomic<bool> stopping = false;
  std::thread office([&] { work(desk, arrivals, stopping); });
  const auto begin = Clock::now();
  while (seconds_since(begin) < std::chrono::duration<double>(duration).count()) {
    if (published < accepted + 4 * kWindow)
      publish(500);
    else
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const std::uint64_t count = accepted;
  const double seconds = seconds_since(begin);
  stopping = true;
  office.join();
  print("adapter, round trips: task, outcome, verdict", count, seconds);
  print("  its confirmed persistent messages", 2 * count, seconds);
}

}  // namespace
}  // namespace reglament

int main(int argc, char** argv) {
  using namespace reglament;
  std::unique_ptr<testing::LocalRabbit> own;
  if (argc < 2) own = std::make_unique<testing::LocalRabbit>();
  const auto address = rabbitmq::parse_address(own ? own->url() : argv[1]);
  const std::chrono::seconds duration(argc > 2 ? std::atoi(argv[2]) : 10);
  measure_bare(address, duration);
  measure_adapter(address, duration);
  return 0;
}
