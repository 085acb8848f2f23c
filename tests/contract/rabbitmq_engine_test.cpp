// The engine on RabbitMQ: a case goes from its filing to the permit over the broker alone, and what
// an office sends that it may not is rejected on the record.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "adapters/rabbitmq/filing_channel.hpp"
#include "tests/contract/broker_parts.hpp"
#include "tests/support/hosted_engine.hpp"
#include "tests/support/rabbit_agency.hpp"

namespace reglament::contract {
namespace {

using rabbitmq::FilingChannel;
using rabbitmq::RabbitBroker;
using rabbitmq::RabbitDesk;
using testing::answer_of;
using testing::kDirectorate;
using testing::kKnb;
using testing::kLocalUnit;
using testing::LocalRabbit;
using testing::MemoryStore;
using testing::RabbitAgency;

LocalRabbit& server() {
  static LocalRabbit server;
  return server;
}

class EngineOnRabbit : public ::testing::Test {
 protected:
  EngineOnRabbit() {
    agency_.declare(rabbitmq::default_delivery_limit);
    broker_ = std::make_unique<RabbitBroker>(agency_.broker_settings());
    engine_ = std::make_unique<Engine>(store_, *broker_, clock_, &clock_,
                                       testing::permit_framework(), testing::counting_bytes());
    engine_->start();
    for (const std::string_view office : {kLocalUnit, kDirectorate, kKnb}) {
      desks_.emplace(office, agency_.desk_settings(std::string(office)));
    }
  }
  ~EngineOnRabbit() override { engine_->stop(); }

  CaseNumber file(const std::string& request_id) {
    FilingChannel channel(agency_.office(std::string(kLocalUnit)), RabbitAgency::partitions,
                          agency_.link_settings());
    const auto promise = std::make_shared<std::promise<FilingReply>>();
    auto reply = promise->get_future();
    channel.file(testing::complete_filing(request_id),
                 [promise](std::exception_ptr fault, const FilingReply& given) {
                   fault ? promise->set_exception(fault) : promise->set_value(given);
                 });
    EXPECT_EQ(reply.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    return reply.get().case_number;
  }
  TaskMessage task_at(std::string_view office) {
    RabbitDesk& desk = desks_.at(office);
    std::vector<TaskDelivery> taken;
    EXPECT_TRUE(eventually([&] { return !(taken = desk.take(1)).empty(); })) << office;
    desk.settle(std::vector{taken.at(0).tag});
    return taken.at(0).task;
  }
  // The code of the rejection; empty where it was accepted.
  std::string send(std::string_view office, Answer answer) {
    answer.reply_to = partition_of(answer.case_number, RabbitAgency::partitions);
    answer.message_id = "m-" + std::to_string(++messages_);
    return repeat(office, answer);
  }
  std::string repeat(std::string_view office, const Answer& answer) {
    const auto promise = std::make_shared<std::promise<Verdict>>();
    auto verdict = promise->get_future();
    desks_.at(office).answer(answer,
                             [promise](const Verdict& given) { promise->set_value(given); });
    EXPECT_EQ(verdict.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    const Verdict given = verdict.get();
    return given ? given->code : std::string();
  }

  const Instant start_ = testing::instant("2015-07-14T10:15:00+06:00");
  MemoryStore store_{{RabbitAgency::partitions, true, start_, ""}};
  RabbitAgency agency_{server(),
                       {std::string(kLocalUnit), std::string(kDirectorate), std::string(kKnb)}};
  VirtualClock clock_{start_};
  std::unique_ptr<RabbitBroker> broker_;
  std::unique_ptr<Engine> engine_;
  std::map<std::string_view, RabbitDesk> desks_;
  unsigned messages_ = 0;
};

TEST_F(EngineOnRabbit, ACaseGoesFromItsFilingToThePermit) {
  const CaseNumber number = file("r-1");
  EXPECT_EQ(file("r-1"), number);
  const std::vector<std::pair<std::string_view, std::string>> way = {{kLocalUnit, "accepted"},
                                                                     {kLocalUnit, "forwarded"},
                                                                     {kDirectorate, "forwarded"},
                                                                     {kKnb, "agreed"},
                                                                     {kLocalUnit, "issued"}};
  for (const auto& [office, outcome] : way) {
    const TaskMessage task = task_at(office);
    EXPECT_EQ(task.case_number, number);
    EXPECT_EQ(send(office, answer_of(number, task.task, office, outcome)), "");
  }
  EXPECT_EQ(decode_case(*store_.reader()->case_state(number)).result.view(), "granted");
  // What RabbitMQ has confirmed has left the outbox.
  EXPECT_TRUE(eventually([&] {
    std::size_t waiting = 0;
    store_.reader()->for_each_message(std::nullopt, [&](const OutboxMessage&) {
      ++waiting;
      return true;
    });
    return waiting == 0;
  }));
}

TEST_F(EngineOnRabbit, WhatAnOfficeMayNotSendIsRejectedOnTheRecord) {
  const CaseNumber number = file("r-2");
  const TaskMessage task = task_at(kLocalUnit);
  const Answer good = answer_of(number, task.task, kLocalUnit, "accepted");
  Answer other = good;
  other.case_number = 4'242;
  EXPECT_NE(send(kLocalUnit, other), "") << "of a case that does not exist";
  other = good;
  other.task = 99;
  EXPECT_EQ(send(kLocalUnit, other), "unknown-task");
  other = good;
  other.task = 2;
  EXPECT_EQ(send(kLocalUnit, other), "unknown-task") << "before its turn";
  other = good;
  other.attempt = 7;
  EXPECT_EQ(send(kLocalUnit, other), "late");
  EXPECT_EQ(send(kKnb, good), "wrong-office") << "in the name of another";
  other = good;
  other.outcome = "issued";
  EXPECT_EQ(send(kLocalUnit, other), "wrong-step");

  Answer sent = good;
  sent.reply_to = task.reply_to;
  sent.message_id = "the-one";
  EXPECT_EQ(repeat(kLocalUnit, sent), "");
  EXPECT_EQ(repeat(kLocalUnit, sent), "") << "the same again, and no entry";
  sent.outcome = "incomplete";
  EXPECT_EQ(repeat(kLocalUnit, sent), "duplicate") << "another under its id";
  EXPECT_EQ(repeat(kLocalUnit, sent), "duplicate") << "the same again, and no entry";
  EXPECT_EQ(send(kLocalUnit, good), "late");
  engine_->stop();
  std::size_t rejections = 0;
  for (const auto& [place, stored] : store_.tables().entries) {
    if (decode_entry(stored.bytes).kind == entry_kind::rejected) ++rejections;
  }
  EXPECT_EQ(rejections, 8U);
}

}  // namespace
}  // namespace reglament::contract
