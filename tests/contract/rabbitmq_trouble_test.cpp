// RabbitMQ under faults: killed, silent, full, without a queue. Nothing is lost, and what waits
// goes on by itself.
#include "tests/contract/rabbitmq_world.hpp"
#include "tests/support/cutting_proxy.hpp"

namespace reglament::contract {
namespace {

constexpr std::chrono::seconds kPatience{60};

bool within_a_minute(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

// Case numbers that this desk gets; settles each.
void collect(RabbitDesk& desk, std::set<CaseNumber>& seen) {
  for (const TaskDelivery& one : desk.take(1'000)) {
    seen.insert(one.task.case_number);
    desk.settle(std::vector{one.tag});
  }
}

std::vector<Message> tasks(CaseNumber first, CaseNumber last) {
  std::vector<Message> messages;
  for (CaseNumber number = first; number <= last; ++number) {
    messages.emplace_back(task_of(number, kA));
  }
  return messages;
}

TEST_F(OnRabbit, WhatIsPublishedSurvivesTheDeathOfTheServer) {
  open_broker();
  const auto desk = open_desk(kA);
  std::set<CaseNumber> seen;
  constexpr CaseNumber kRounds = 3;
  constexpr CaseNumber kEach = 4'000;
  std::uint64_t unconfirmed_at_death = 0;
  for (CaseNumber round = 0; round < kRounds; ++round) {
    publish(tasks(round * kEach + 1, (round + 1) * kEach));
    // In the middle of the confirms.
    ASSERT_TRUE(within_a_minute(
        [&] { return broker_->confirmed_through() > round * kEach + 100 * round; }));
    server().kill();
    unconfirmed_at_death += (round + 1) * kEach - broker_->confirmed_through();
    server().start();
    ASSERT_TRUE(within_a_minute([&] {
      collect(*desk, seen);
      return all_confirmed() && seen.size() == (round + 1) * kEach;
    })) << seen.size()
        << " " << broker_->confirmed_through() << "\n"
        << agency_.reports().all();
  }
  EXPECT_GT(unconfirmed_at_death, 0U) << "no round killed the server in the middle";
}

TEST_F(OnRabbit, AnAnswerSurvivesTheDeathOfTheServer) {
  open_broker();
  const auto desk = open_desk(kA);
  constexpr CaseNumber kAnswers = 2'000;
  std::atomic<CaseNumber> accepted = 0;
  std::atomic<CaseNumber> rejected = 0;
  for (CaseNumber number = 1; number <= kAnswers; ++number) {
    desk->answer(answer_to(task_of(number, kA)),
                 [&](const Verdict& verdict) { verdict ? ++rejected : ++accepted; });
  }
  ASSERT_TRUE(within_a_minute([&] { return inbox_.accepted_count() > kAnswers / 4; }));
  server().kill();
  server().start();
  EXPECT_TRUE(within_a_minute([&] { return accepted + rejected == kAnswers; }))
      << accepted << " " << rejected << "\n"
      << agency_.reports().all();
  // The same answer again is not a rejection for the desk that had to send it twice.
  EXPECT_EQ(accepted, kAnswers);
  EXPECT_EQ(inbox_.accepted_count(), kAnswers);
  EXPECT_EQ(desk->unanswered(), 0U);
}

TEST_F(OnRabbit, ASilentServerHoldsNobodyUp) {
  open_broker();
  publish(tasks(1, 10));
  ASSERT_TRUE(within_a_minute([&] { return all_confirmed(); }));
  const auto desk = open_desk(kA);
  std::set<CaseNumber> seen;
  server().pause();
  const auto began = std::chrono::steady_clock::now();
  std::vector<Message> large;
  for (CaseNumber number = 11; number <= 2'000; ++number) {
    TaskMessage task = task_of(number, kA);
    task.talon.assign(120, 't');
    task.outcomes.assign(64, Symbol("a-rather-long-code-of-an-outcome-that-fills-the-socket"));
    large.emplace_back(std::move(task));
  }
  publish(large);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(1));
  EXPECT_TRUE(within_a_minute([&] { return !agency_.reports().all().empty(); }));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
  server().resume();
  EXPECT_TRUE(within_a_minute([&] {
    collect(*desk, seen);
    return all_confirmed() && seen.size() == 2'000;
  })) << seen.size()
      << "\n"
      << agency_.reports().all();
}

TEST_F(OnRabbit, WithTheDiskAlarmOnMessagesWait) {
  open_broker();
  const auto desk = open_desk(kA);
  publish(tasks(1, 1));
  ASSERT_TRUE(within_a_minute([&] { return all_confirmed(); }));
  server().control({"set_disk_free_limit", "900000GB"});
  publish(tasks(2, 3'000));
  EXPECT_TRUE(within_a_minute([&] { return agency_.reports().have("takes nothing more"); }));
  EXPECT_FALSE(all_confirmed());
  server().control({"set_disk_free_limit", "1MB"});
  std::set<CaseNumber> seen;
  EXPECT_TRUE(within_a_minute([&] {
    collect(*desk, seen);
    return all_confirmed() && seen.size() == 3'000;
  })) << seen.size();
  EXPECT_TRUE(agency_.reports().have("takes messages again"));
}

TEST_F(OnRabbit, AConnectionThatBreaksBeforeAVerdictBringsTheAnswerAgain) {
  testing::CuttingProxy proxy(server().port());
  auto settings = agency_.broker_settings();
  settings.address.port = proxy.port();
  broker_ = std::make_unique<RabbitBroker>(settings);
  broker_->set_answer_sink(inbox_.sink());
  const auto desk = open_desk(kA);
  // The broker makes an address of it that begins so.
  proxy.cut_next_before(std::string(rabbitmq::direct_reply));
  EXPECT_EQ(answer(*desk, answer_to(task_of(1, kA))), std::optional<Verdict>(Verdict{}));
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(inbox_.accepted_count(), 1U);
}

TEST_F(OnRabbit, AQueueThatComesBackWithoutALeaderIsServedWhenItHasOne) {
  open_broker();
  std::unique_ptr<RabbitDesk> desk = open_desk(kA);
  publish({task_of(1, kB)});
  ASSERT_TRUE(within_a_minute([&] { return all_confirmed(); }));
  server().forget_queue(agency_.vhost(), rabbitmq::names::desk_queue(kA));
  server().kill();
  server().start();
  publish(tasks(2, 4));
  EXPECT_TRUE(within_a_minute([&] {
    return agency_.reports().have("expected what is for " + kA) &&
           agency_.reports().have("expected to read queue " + rabbitmq::names::desk_queue(kA));
  })) << agency_.reports().all();
  EXPECT_FALSE(all_confirmed());
  server().elect_leaders();
  std::set<CaseNumber> seen;
  EXPECT_TRUE(within_a_minute([&] {
    collect(*desk, seen);
    return all_confirmed() && seen.size() == 3;
  })) << seen.size()
      << "\n"
      << agency_.reports().all();
}

TEST_F(OnRabbit, ATaskWithoutAQueueWaitsUntilItHasOne) {
  open_broker();
  publish(tasks(1, 1));
  ASSERT_TRUE(within_a_minute([&] { return all_confirmed(); }));
  server().control({"delete_queue", "--vhost", agency_.vhost(), rabbitmq::names::desk_queue(kA)});
  publish(tasks(2, 3));
  publish({task_of(4, kB)});
  EXPECT_TRUE(within_a_minute([&] { return agency_.reports().have("expected a queue for " + kA); }))
      << agency_.reports().all();
  EXPECT_TRUE(within_a_minute([&] { return all_confirmed(); }));
  const auto desk = open_desk(kA);
  EXPECT_EQ(take(*desk, 2).at(0).task.case_number, 2U);
}

}  // namespace
}  // namespace reglament::contract
