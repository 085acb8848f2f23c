// What the tests of the RabbitMQ adapter share beside the contract.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "adapters/wire/messages.hpp"
#include "tests/contract/broker_parts.hpp"
#include "tests/support/rabbit_agency.hpp"

namespace reglament::contract {

using rabbitmq::Mail;
using rabbitmq::RabbitBroker;
using rabbitmq::RabbitDesk;
using testing::LocalRabbit;
using testing::RabbitAgency;

inline const std::string kA = kOffices[0];
inline const std::string kB = kOffices[1];

// One server for the program.
inline LocalRabbit& server() {
  static LocalRabbit server;
  return server;
}

// The line of the fault of that kind that `fails` throws; a failure where it throws another.
template <class Fault, class Fails>
std::string line_of(Fails fails) {
  try {
    fails();
  } catch (const Fault& fault) {
    const std::string line = fault.what();
    EXPECT_THAT(line, ::testing::HasSubstr("expected "));
    EXPECT_THAT(line, ::testing::HasSubstr("found"));
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
    return line;
  } catch (const std::exception& other) {
    ADD_FAILURE() << "expected another kind of fault, found: " << other.what();
    return {};
  }
  ADD_FAILURE() << "expected a fault, found none";
  return {};
}

// An engine's side and its agency, with the queues of two offices.
class OnRabbit : public ::testing::Test {
 protected:
  OnRabbit() : agency_(server(), {kA, kB}) { agency_.declare(rabbitmq::default_delivery_limit); }

  void open_broker() {
    broker_ = std::make_unique<RabbitBroker>(agency_.broker_settings());
    broker_->set_answer_sink(inbox_.sink());
  }
  void publish(const std::vector<Message>& messages) {
    std::vector<OutboxMessage> outbox;
    for (const Message& message : messages) outbox.push_back({++last_id_, 0, message});
    broker_->publish(outbox);
  }
  [[nodiscard]] bool all_confirmed() const { return broker_->confirmed_through() == last_id_; }

  [[nodiscard]] std::unique_ptr<RabbitDesk> open_desk(const std::string& office) const {
    return std::make_unique<RabbitDesk>(agency_.desk_settings(office));
  }
  static std::vector<TaskDelivery> take(RabbitDesk& desk, std::size_t count) {
    std::vector<TaskDelivery> taken;
    EXPECT_TRUE(eventually([&] {
      for (TaskDelivery& one : desk.take(count - taken.size())) taken.push_back(std::move(one));
      return taken.size() >= count;
    })) << "expected "
        << count << " deliveries, found " << taken.size();
    return taken;
  }
  // The verdict, where it comes within the time of `eventually`.
  static std::optional<Verdict> answer(RabbitDesk& desk, const Answer& answer) {
    const auto promise = std::make_shared<std::promise<Verdict>>();
    std::future<Verdict> verdict = promise->get_future();
    desk.answer(answer, [promise](const Verdict& given) { promise->set_value(given); });
    if (verdict.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
      return std::nullopt;
    }
    return verdict.get();
  }
  // Sent as the office's user, as a stranger's program would.
  void send(const std::string& office, const Mail& mail) const {
    rabbitmq::Connection connection(agency_.office(office), {});
    connection.open_channel(1);
    connection.confirm_publishes(1);
    connection.publish(1, mail, true);
    ASSERT_TRUE(eventually([&] { return connection.next().has_value(); }));
  }
  [[nodiscard]] Mail outcome(const Answer& answer) const {
    Mail mail;
    mail.exchange = rabbitmq::names::outcomes;
    mail.routing_key = std::to_string(partition_of(answer.case_number, RabbitAgency::partitions));
    mail.type = rabbitmq::message_type::outcome;
    mail.message_id = answer.message_id;
    mail.user_id = "office." + kA;
    mail.body = wire::encode(answer);
    return mail;
  }

  RabbitAgency agency_;
  Inbox inbox_;
  std::unique_ptr<RabbitBroker> broker_;
  std::uint64_t last_id_ = 0;
};

}  // namespace reglament::contract
