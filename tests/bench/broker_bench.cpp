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

#include "adapters/rabbitmq/acknowledgements.hpp"
#include "adapters/rabbitmq/rabbit_broker.hpp"
#include "adapters/rabbitmq/rabbit_desk.hpp"
#include "engine/runtime/partition.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament {
namespace {

using rabbitmq::Address;
using rabbitmq::Connection;
using rabbitmq::Mail;
using Clock = std::chrono::steady_clock;

constexpr rabbitmq::Channel kPublishing = 1;
constexpr rabbitmq::Channel kReading = 2;
constexpr std::string_view kOffice = "kz.bench";
constexpr std::size_t kWindow = 1'000;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Mail letter(const std::string& queue) {
  Mail mail;
  mail.routing_key = queue;
  mail.body.assign(180, 'x');
  return mail;
}

// Publishes, consumes, or hands on from one queue to another, as fast as one connection goes.
class Bare {
 public:
  Bare(const Address& address, std::string from, std::string to)
      : connection_(address, {}), from_(std::move(from)), mail_(letter(to)), to_(std::move(to)) {
    connection_.open_channel(kPublishing);
    connection_.confirm_publishes(kPublishing);
    connection_.open_channel(kReading);
    connection_.limit_unacknowledged(kReading, kWindow);
    if (!from_.empty()) connection_.consume(kReading, from_, true);
    waiting_ = from_.empty() ? SIZE_MAX : 0;
  }

  // Until told to stop; counts what was confirmed (or only consumed).
  void run(const std::atomic<bool>& stopping, std::atomic<std::uint64_t>& count) {
    while (!stopping) {
      while (!to_.empty() && waiting_ > 0 && under_way_ < kWindow) {
        connection_.publish(kPublishing, mail_, false);
        --waiting_;
        ++under_way_;
      }
      std::size_t seen = 0;
      while (const auto event = connection_.next()) {
        take(*event, count);
        if (++seen == 500) break;
      }
      acknowledgements_.send(connection_, kReading);
      connection_.release_memory();
      if (seen == 0) connection_.wait(-1, std::chrono::milliseconds(5));
    }
  }

 private:
  void take(const rabbitmq::Event& event, std::atomic<std::uint64_t>& count) {
    if (const auto* delivered = std::get_if<rabbitmq::Delivered>(&event)) {
      acknowledgements_.delivered(delivered->tag);
      acknowledgements_.done(delivered->tag);
      ++waiting_;
      if (to_.empty()) ++count;
    } else if (const auto* confirmed = std::get_if<rabbitmq::Confirmed>(&event)) {
      const std::uint64_t fresh = confirmed->multiple ? confirmed->tag - confirmed_ : 1;
      confirmed_ = std::max(confirmed_, confirmed->tag);
      under_way_ -= std::min<std::size_t>(under_way_, fresh);
      count += fresh;
    }
  }

  Connection connection_;
  const std::string from_;
  const Mail mail_;
  const std::string to_;
  rabbitmq::Acknowledgements acknowledgements_;
  std::size_t waiting_ = 0;
  std::size_t under_way_ = 0;
  std::uint64_t confirmed_ = 0;
};

void declare(const Address& address, const std::vector<std::string>& queues) {
  Connection connection(address, {});
  connection.open_channel(kPublishing);
  for (const std::string& queue : queues) connection.declare_queue(kPublishing, queue, {});
}

void print(std::string_view what, std::uint64_t count, double seconds) {
  fmt::print("{:<58} {:>9.0f} /s\n", what, static_cast<double>(count) / seconds);
  std::fflush(stdout);
}

// Runs these, each on a thread of its own, until the time is over or the last of them has counted
// so many; how many it has.
std::uint64_t measure(std::string_view what, std::vector<std::unique_ptr<Bare>> all,
                      std::chrono::seconds duration, std::uint64_t most = UINT64_MAX) {
  std::atomic<bool> stopping = false;
  std::atomic<std::uint64_t> others = 0;
  std::atomic<std::uint64_t> last = 0;
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  for (const auto& one : all) {
    auto& count = one == all.back() ? last : others;
    threads.emplace_back([&, bare = one.get()] { bare->run(stopping, count); });
  }
  while (seconds_since(begin) < static_cast<double>(duration.count()) && last < most) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const std::uint64_t count = last;
  const double seconds = seconds_since(begin);
  stopping = true;
  for (std::thread& thread : threads) thread.join();
  print(what, count, seconds);
  return count;
}

void measure_bare(const Address& address, std::chrono::seconds duration) {
  declare(address, {"bench.one", "bench.two", "bench.three"});
  const auto bare = [&](const std::string& from, const std::string& to) {
    return std::make_unique<Bare>(address, from, to);
  };
  std::vector<std::unique_ptr<Bare>> line;
  line.push_back(bare("", "bench.one"));
  const std::uint64_t waiting =
      measure("bare broker, confirmed publishes, one connection", std::move(line), duration);
  line.clear();
  line.push_back(bare("bench.one", ""));
  measure("bare broker, consumes with acknowledgement, one connection", std::move(line), duration,
          waiting);
  line.clear();
  line.push_back(bare("", "bench.two"));
  line.push_back(bare("bench.two", "bench.three"));
  line.push_back(bare("bench.three", ""));
  measure("bare broker, round trips of two messages", std::move(line), duration);
}

TaskMessage task_of(CaseNumber number) {
  TaskMessage task;
  task.case_number = number;
  task.talon = fmt::format("BZP-AKMOLA-2015-{:06}-K", number);
  task.task = 1;
  task.attempt = 1;
  task.regulation = Symbol("border-zone-permit");
  task.edition = Symbol("2015-07-13");
  task.step = Symbol("knb-review");
  task.office = Symbol(kOffice);
  task.offered_at = Instant(std::chrono::microseconds(1'436'847'300'000'000));
  task.due_at = task.offered_at + std::chrono::hours(48);
  task.outcomes = {Symbol("agreed"), Symbol("objected")};
  task.grounds = {Symbol("BZP-R1")};
  return task;
}

Answer answer_to(const TaskMessage& task) {
  Answer answer;
  answer.message_id = fmt::format("{}/{}/1/1", kOffice, task.case_number);
  answer.case_number = task.case_number;
  answer.task = 1;
  answer.attempt = 1;
  answer.office = kOffice;
  answer.actor = fmt::format("desk:{}", kOffice);
  answer.outcome = "agreed";
  return answer;
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
void work(rabbitmq::RabbitDesk& desk, const std::atomic<bool>& stopping) {
  std::vector<std::uint64_t> tags;
  while (!stopping) {
    if (!desk.wait(std::chrono::milliseconds(20))) continue;
    tags.clear();
    for (const TaskDelivery& one : desk.take(kWindow)) {
      tags.push_back(one.tag);
      desk.answer(answer_to(one.task), {});
    }
    desk.settle(tags);
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
      messages.push_back({published, 0, task_of(published)});
    }
    broker.publish(messages);
  };
  broker.set_answer_sink([&](const Answer&, const std::function<void(const Verdict&)>& decided) {
    decided(std::nullopt);
    ++accepted;
  });
  publish(1);
  while (broker.confirmed_through() < 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  rabbitmq::RabbitDesk desk({address, std::string(kOffice), kWindow, settings_for(address).link});
  std::atomic<bool> stopping = false;
  std::thread office([&] { work(desk, stopping); });
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
