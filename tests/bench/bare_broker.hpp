// What RabbitMQ carries by itself: persistent messages as a task and its outcome are, in quorum
// queues, published with confirms, consumed with acknowledgements.
#pragma once

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "adapters/rabbitmq/acknowledgements.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "adapters/wire/messages.hpp"
#include "tests/support/sample_task.hpp"

namespace reglament::bench {

using rabbitmq::Address;
using rabbitmq::Connection;
using rabbitmq::Mail;
using Clock = std::chrono::steady_clock;

inline constexpr rabbitmq::Channel kPublishing = 1;
inline constexpr rabbitmq::Channel kReading = 2;
inline constexpr std::string_view kOffice = "kz.bench";
inline constexpr std::size_t kWindow = 1'000;
inline constexpr std::size_t kInCirculation = 4'000;
inline constexpr std::size_t kFew = 50;
inline constexpr std::chrono::milliseconds kGathering{5};

inline double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// The messages of a transition, as the engine and a desk send them: the same exchanges, properties
// and bodies. Here the name of an office is also the routing key and the queue of its tasks.
inline Mail task_letter(const std::string& office) {
  const TaskMessage task = testing::sample_task(123'456, office);
  Mail mail;
  mail.exchange = rabbitmq::names::tasks;
  mail.routing_key = office;
  mail.type = rabbitmq::message_type::task;
  mail.message_id = fmt::format("task/{}/{}/{}", task.case_number, task.task, task.attempt);
  mail.correlation_id = task.talon;
  mail.content_type = rabbitmq::content_type;
  mail.body = wire::encode(Message(task));
  return mail;
}

inline Mail outcome_letter(const std::string& office, const std::string& queue,
                           const std::string& user) {
  const Answer answer = testing::sample_answer(testing::sample_task(123'456, office));
  Mail mail;
  mail.exchange = rabbitmq::names::outcomes;
  mail.routing_key = queue;
  mail.type = rabbitmq::message_type::outcome;
  mail.message_id = answer.message_id;
  mail.correlation_id = fmt::format("{}", answer.case_number);
  mail.user_id = user;
  // Nobody replies here; of a desk's own address it has the length.
  mail.reply_to = fmt::format("{}.{:0>72}", rabbitmq::direct_reply, 0);
  mail.headers.emplace(rabbitmq::bundles_header, "yes");
  mail.content_type = rabbitmq::content_type;
  mail.body = wire::encode(answer);
  return mail;
}

// Publishes, consumes, or hands on from one queue to another, as fast as one connection goes.
class Bare {
 public:
  // Either may be empty: `from` is a queue, `mails` what goes to others, in turn.
  Bare(const Address& address, std::string from, std::vector<Mail> mails)
      : connection_(address, {}), from_(std::move(from)), mails_(std::move(mails)) {
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
      connection_.hold_sending();
      while (!mails_.empty() && waiting_ > 0 && under_way_.size() < kWindow) {
        connection_.publish(kPublishing, mails_[turn_++ % mails_.size()], true);
        --waiting_;
        under_way_.insert(under_way_.end(), ++published_);
      }
      acknowledgements_.send(connection_, kReading);
      connection_.let_go();
      std::size_t seen = 0;
      while (const auto event = connection_.next()) {
        take(*event, count);
        if (++seen == 500) break;
      }
      connection_.release_memory();
      // Few at a time cost the broker most: they are left to gather, as a desk's commits let them.
      if (seen < kFew) std::this_thread::sleep_for(kGathering);
    }
  }

 private:
  void take(const rabbitmq::Event& event, std::atomic<std::uint64_t>& count) {
    if (const auto* delivered = std::get_if<rabbitmq::Delivered>(&event)) {
      acknowledgements_.delivered(delivered->tag);
      acknowledgements_.done(delivered->tag);
      ++waiting_;
      if (mails_.empty()) ++count;
    } else if (const auto* confirmed = std::get_if<rabbitmq::Confirmed>(&event)) {
      const std::size_t before = under_way_.size();
      const auto end = under_way_.upper_bound(confirmed->tag);
      under_way_.erase(confirmed->multiple ? under_way_.begin() : under_way_.find(confirmed->tag),
                       end);
      count += before - under_way_.size();
    }
  }

  Connection connection_;
  const std::string from_;
  const std::vector<Mail> mails_;
  std::size_t turn_ = 0;
  rabbitmq::Acknowledgements acknowledgements_;
  std::size_t waiting_ = 0;
  std::uint64_t published_ = 0;
  std::set<std::uint64_t> under_way_;  // tags that are not confirmed
};

inline void declare(const Address& address, const std::vector<std::string>& queues) {
  Connection connection(address, {});
  connection.open_channel(kPublishing);
  rabbitmq::declare_exchanges(connection, kPublishing);
  for (const std::string& queue : queues) {
    connection.declare_queue(kPublishing, queue,
                             {rabbitmq::default_delivery_limit, rabbitmq::names::dead});
    connection.bind(kPublishing, queue, rabbitmq::names::tasks, queue);
    connection.bind(kPublishing, queue, rabbitmq::names::outcomes, queue);
  }
}

inline void print(std::string_view what, std::uint64_t count, double seconds) {
  fmt::print("{:<58} {:>9.0f} /s\n", what, static_cast<double>(count) / seconds);
  std::fflush(stdout);
}

// Runs these, each on a thread of its own, until the time is over or the last of them has counted
// so many; how many it has.
inline std::uint64_t measure(std::string_view what, std::vector<std::unique_ptr<Bare>> all,
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

// Messages that went into the queue, each confirmed, over one connection.
inline std::uint64_t measure_publishes(const Address& address, std::chrono::seconds duration,
                                       const std::string& queue) {
  declare(address, {queue});
  std::vector<std::unique_ptr<Bare>> one;
  one.push_back(std::make_unique<Bare>(address, "", std::vector{task_letter(queue)}));
  return measure("bare broker, confirmed publishes, one connection", std::move(one), duration);
}

// Transitions a second: messages go round between an engine and its offices, a task one way and an
// outcome the other, and nothing else is done with them. `turns` are the offices in the order in
// which they get tasks; each has a queue and a connection of its own. What is in circulation at the
// end stays in the queues: their names are not for another measurement.
inline double measure_round_trips(const Address& address, std::chrono::seconds duration,
                                  const std::vector<std::string>& turns) {
  const std::string outcomes = turns.front() + ".outcomes";
  const std::set<std::string> offices(turns.begin(), turns.end());
  std::vector<std::string> queues(offices.begin(), offices.end());
  queues.push_back(outcomes);
  declare(address, queues);
  std::vector<Mail> tasks;
  for (const std::string& office : turns) tasks.push_back(task_letter(office));

  std::vector<std::unique_ptr<Bare>> all;
  all.push_back(std::make_unique<Bare>(address, "", tasks));
  measure("  (put into circulation)", std::move(all), duration, kInCirculation);
  all.clear();
  for (const std::string& office : offices) {
    all.push_back(std::make_unique<Bare>(
        address, office, std::vector{outcome_letter(office, outcomes, address.user)}));
  }
  all.push_back(std::make_unique<Bare>(address, outcomes, tasks));
  const auto begin = Clock::now();
  const std::uint64_t count = measure(
      fmt::format("bare broker, round trips of task and outcome, {} offices", offices.size()),
      std::move(all), duration);
  return static_cast<double>(count) / seconds_since(begin);
}

}  // namespace reglament::bench
