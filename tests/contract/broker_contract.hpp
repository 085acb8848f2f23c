// What every broker has to hold, whatever it is made of. An adapter's test includes this file and
// instantiates the suite with a way to make its broker:
//
//   INSTANTIATE_TEST_SUITE_P(Embedded, BrokerContract, ::testing::Values(BrokerUnderTest{...}));
//
// Nothing here relies on a message being there when publish returns: what must come is waited for,
// and that nothing comes is shown by a later task of the same office coming first.
#pragma once

#include "tests/contract/broker_parts.hpp"

namespace reglament::contract {

class BrokerContract : public ::testing::TestWithParam<BrokerUnderTest> {
 protected:
  BrokerContract() : broker_(GetParam().make()) { broker_->set_answer_sink(inbox_.sink()); }

  Broker& broker() { return *broker_; }
  Inbox& inbox() { return inbox_; }

  void publish(std::vector<Message> messages) {
    std::vector<OutboxMessage> outbox;
    for (Message& message : messages) outbox.push_back({++last_id_, 3, std::move(message)});
    broker_->publish(outbox);
    ASSERT_TRUE(eventually([&] { return broker_->confirmed_through() == last_id_; }));
  }

  static std::vector<TaskDelivery> take(DeskChannel& desk, std::size_t count) {
    std::vector<TaskDelivery> taken;
    EXPECT_TRUE(eventually([&] {
      for (TaskDelivery& one : desk.take(count - taken.size())) taken.push_back(std::move(one));
      return taken.size() >= count;
    })) << "expected "
        << count << " deliveries, found " << taken.size();
    return taken;
  }

  static std::vector<CaseNumber> cases(const std::vector<TaskDelivery>& deliveries) {
    std::vector<CaseNumber> numbers;
    for (const TaskDelivery& delivery : deliveries) numbers.push_back(delivery.task.case_number);
    return numbers;
  }

  static Verdict answer(DeskChannel& desk, const Answer& answer) {
    const auto promise = std::make_shared<std::promise<Verdict>>();
    std::future<Verdict> verdict = promise->get_future();
    desk.answer(answer, [promise](const Verdict& given) { promise->set_value(given); });
    if (verdict.wait_for(std::chrono::seconds(10)) != std::future_status::ready) {
      ADD_FAILURE() << "expected a verdict within ten seconds, found none";
      return std::nullopt;
    }
    return verdict.get();
  }

  // Nothing of this office is left: what is published now comes first, and alone.
  void expect_nothing_else(DeskChannel& desk, const std::string& office) {
    const CaseNumber marker = 1'000'000 + ++markers_;
    publish({task_of(marker, office)});
    const auto taken = take(desk, 1);
    EXPECT_THAT(cases(taken), ::testing::ElementsAre(marker));
    for (const TaskDelivery& one : taken) {
      EXPECT_EQ(answer(desk, answer_to(one.task)), std::nullopt);
    }
  }

  const std::string a_ = kOffices[0];
  const std::string b_ = kOffices[1];
  const std::string c_ = kOffices[2];

 private:
  Inbox inbox_;
  std::unique_ptr<Broker> broker_;  // goes first: its threads may call the inbox
  std::uint64_t last_id_ = 0;
  std::uint64_t markers_ = 0;
};

TEST_P(BrokerContract, NothingIsConfirmedBeforeTheFirstMessage) {
  EXPECT_EQ(broker().confirmed_through(), 0U);
  broker().publish({});
  EXPECT_EQ(broker().confirmed_through(), 0U);
}

TEST_P(BrokerContract, ATaskArrivesWhole) {
  TaskMessage without_term = task_of(2, a_);
  without_term.due_at.reset();
  without_term.outcomes.clear();
  without_term.grounds.clear();
  publish({task_of(1, a_), without_term});
  const auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 2);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].task, task_of(1, a_));
  EXPECT_EQ(taken[1].task, without_term);
  EXPECT_EQ(taken[0].deliveries, 1U);
  EXPECT_NE(taken[0].tag, taken[1].tag);
}

TEST_P(BrokerContract, TasksOfAnOfficeComeTheOldestFirst) {
  std::vector<Message> messages;
  std::vector<CaseNumber> expected;
  for (CaseNumber number = 1; number <= 200; ++number) {
    messages.emplace_back(task_of(number, a_));
    expected.push_back(number);
  }
  publish(messages);
  const auto desk = broker().open_desk({a_});
  EXPECT_EQ(cases(take(*desk, 200)), expected);
}

TEST_P(BrokerContract, TakeGivesNoMoreThanAskedFor) {
  publish({task_of(1, a_), task_of(2, a_), task_of(3, a_)});
  const auto desk = broker().open_desk({a_});
  std::vector<CaseNumber> numbers;
  ASSERT_TRUE(eventually([&] {
    const auto taken = desk->take(1);
    EXPECT_LE(taken.size(), 1U);
    for (const CaseNumber number : cases(taken)) numbers.push_back(number);
    return numbers.size() == 3;
  }));
  EXPECT_THAT(numbers, ::testing::ElementsAre(1, 2, 3));
  EXPECT_TRUE(desk->take(0).empty());
}

TEST_P(BrokerContract, ADeskSeesItsOfficesOnly) {
  publish({task_of(1, a_), task_of(2, b_), task_of(3, c_)});
  const auto desk = broker().open_desk({a_, c_});
  EXPECT_THAT(cases(take(*desk, 2)), ::testing::UnorderedElementsAre(1, 3));
  expect_nothing_else(*desk, a_);
  expect_nothing_else(*desk, c_);
}

TEST_P(BrokerContract, ADeskForAllOfficesSeesEveryTask) {
  publish({task_of(1, a_), task_of(2, b_), task_of(3, c_), task_of(4, a_)});
  const auto desk = broker().open_desk({});
  EXPECT_THAT(cases(take(*desk, 4)), ::testing::UnorderedElementsAre(1, 2, 3, 4));
}

TEST_P(BrokerContract, ADeskMayOpenBeforeItsFirstTask) {
  const auto desk = broker().open_desk({a_});
  EXPECT_TRUE(desk->take(10).empty());
  publish({task_of(1, a_)});
  EXPECT_THAT(cases(take(*desk, 1)), ::testing::ElementsAre(1));
}

TEST_P(BrokerContract, AnAcceptedAnswerEndsItsTask) {
  publish({task_of(1, a_)});
  auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 1);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(answer(*desk, answer_to(taken[0].task)), std::nullopt);
  EXPECT_THAT(inbox().accepted(), ::testing::ElementsAre(answer_to(task_of(1, a_))));
  desk = broker().open_desk({a_});
  expect_nothing_else(*desk, a_);
}

TEST_P(BrokerContract, AnAnswerInTheNameOfAnotherOfficeIsNobodys) {
  publish({task_of(1, a_)});
  const auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 1);
  ASSERT_EQ(taken.size(), 1U);
  Answer lie = answer_to(taken[0].task);
  lie.office = b_;
  EXPECT_EQ(answer(*desk, lie), std::nullopt);
  ASSERT_EQ(inbox().accepted().size(), 1U);
  for (const std::string& office : kOffices) EXPECT_NE(inbox().accepted()[0].office, office);
  EXPECT_THAT(inbox().accepted()[0].office, ::testing::HasSubstr(a_));
}

TEST_P(BrokerContract, ADeskOfSeveralOfficesAnswersForEach) {
  publish({task_of(1, a_), task_of(2, b_)});
  const auto desk = broker().open_desk({a_, b_});
  for (const TaskDelivery& one : take(*desk, 2)) {
    EXPECT_EQ(answer(*desk, answer_to(one.task)), std::nullopt);
  }
  EXPECT_THAT(inbox().accepted(), ::testing::UnorderedElementsAre(answer_to(task_of(1, a_)),
                                                                  answer_to(task_of(2, b_))));
}

TEST_P(BrokerContract, ASettledTaskIsAnsweredInAnotherLifeOfTheDesk) {
  publish({task_of(1, a_), task_of(2, a_)});
  auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 2);
  ASSERT_EQ(taken.size(), 2U);
  const std::vector<std::uint64_t> tags = {taken[0].tag, taken[1].tag};
  desk->settle(tags);
  desk->settle(tags);
  desk = broker().open_desk({a_});
  expect_nothing_else(*desk, a_);
  EXPECT_EQ(answer(*desk, answer_to(taken[0].task)), std::nullopt);
  EXPECT_EQ(answer(*desk, answer_to(taken[0].task)), std::nullopt) << "the same again";
  Answer another = answer_to(taken[0].task);
  another.message_id = "another";
  EXPECT_EQ(answer(*desk, another), kDuplicate);
  EXPECT_EQ(answer(*desk, answer_to(taken[1].task)), std::nullopt);
}

TEST_P(BrokerContract, ARejectedAnswerLeavesTheDeliveryToBeAnsweredOtherwise) {
  publish({task_of(1, a_)});
  const auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 1);
  ASSERT_EQ(taken.size(), 1U);
  const Rejection no{"unknown-outcome", "003 §11", "agreed or objected", "granted"};
  inbox().reject_next(no);
  EXPECT_EQ(answer(*desk, answer_to(taken[0].task)), no);
  EXPECT_EQ(answer(*desk, answer_to(taken[0].task)), std::nullopt);
  EXPECT_EQ(inbox().accepted().size(), 1U);
}

TEST_P(BrokerContract, ARejectedAnswerLeavesTheDeliveryToBeGivenBack) {
  publish({task_of(1, a_)});
  const auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 1);
  ASSERT_EQ(taken.size(), 1U);
  inbox().reject_next(kDuplicate);
  EXPECT_EQ(answer(*desk, answer_to(taken[0].task)), kDuplicate);
  desk->give_back(taken[0].tag);
  EXPECT_THAT(cases(take(*desk, 1)), ::testing::ElementsAre(1));
}

TEST_P(BrokerContract, AnUnknownTagIsRefusedAndASettledOnePassedOver) {
  publish({task_of(1, a_)});
  const auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 1);
  ASSERT_EQ(taken.size(), 1U);
  const std::uint64_t tag = taken[0].tag;
  EXPECT_THROW(desk->settle(std::vector{tag, tag + 1}), BadInput);
  EXPECT_THROW(desk->settle(std::vector<std::uint64_t>{0}), BadInput);
  EXPECT_THROW(desk->give_back(tag + 1), BadInput);
  EXPECT_EQ(answer(*desk, answer_to(taken[0].task)), std::nullopt);
  desk->settle(std::vector{tag});
  desk->give_back(tag);
  expect_nothing_else(*desk, a_);
}

TEST_P(BrokerContract, WhatIsGivenBackReturnsToItsOldPlace) {
  publish({task_of(1, a_), task_of(2, a_), task_of(3, a_)});
  const auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 2);
  ASSERT_EQ(taken.size(), 2U);
  desk->give_back(taken[0].tag);
  auto again = take(*desk, 2);
  if (!GetParam().keeps_places) {
    std::ranges::sort(again, {}, [](const auto& one) { return one.task.case_number; });
  }
  EXPECT_THAT(cases(again), ::testing::ElementsAre(1, 3));
  EXPECT_EQ(again.at(0).deliveries, 2U);
  EXPECT_EQ(again.at(1).deliveries, 1U);
}

TEST_P(BrokerContract, AChannelThatGoesAwayGivesBackWhatItHeld) {
  publish({task_of(1, a_), task_of(2, a_), task_of(3, a_), task_of(4, b_)});
  auto first = broker().open_desk({a_, b_});
  const auto taken = take(*first, 4);
  ASSERT_EQ(taken.size(), 4U);
  for (const TaskDelivery& one : taken) {
    if (one.task.case_number == 2) {
      EXPECT_EQ(answer(*first, answer_to(one.task)), std::nullopt);
    }
  }
  first.reset();
  const auto second = broker().open_desk({a_});
  const auto again = take(*second, 2);
  EXPECT_THAT(cases(again), ::testing::ElementsAre(1, 3));
  for (const TaskDelivery& one : again) EXPECT_EQ(one.deliveries, 2U);
  expect_nothing_else(*second, a_);
}

TEST_P(BrokerContract, DesksThatShareAnOfficeShareItsTasks) {
  std::vector<Message> messages;
  for (CaseNumber number = 1; number <= 10; ++number) messages.emplace_back(task_of(number, a_));
  publish(messages);
  const auto first = broker().open_desk({a_});
  const auto second = broker().open_desk({a_});
  std::vector<CaseNumber> numbers;
  ASSERT_TRUE(eventually([&] {
    for (const auto& desk : {first.get(), second.get()}) {
      for (const CaseNumber number : cases(desk->take(1))) numbers.push_back(number);
    }
    return numbers.size() == 10;
  }));
  EXPECT_EQ(std::set<CaseNumber>(numbers.begin(), numbers.end()).size(), 10U);
}

TEST_P(BrokerContract, ARevokedTaskStaysWithNoDesk) {
  publish({task_of(1, a_), task_of(2, a_)});
  publish({Revocation{1, 1, Symbol(a_)}, Revocation{99, 1, Symbol(a_)}});
  const auto desk = broker().open_desk({a_});
  // It may come and be taken away again, where the broker cannot reach into a queue.
  std::set<CaseNumber> held;
  ASSERT_TRUE(eventually([&] {
    for (const TaskDelivery& one : desk->take(10)) held.insert(one.task.case_number);
    for (const Revocation& one : desk->take_revoked()) held.erase(one.case_number);
    return held == std::set<CaseNumber>{2};
  }));
}

TEST_P(BrokerContract, ADeskHearsOfARevocationOnce) {
  publish({task_of(1, a_), task_of(2, a_), task_of(3, a_)});
  const auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 3);
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_TRUE(desk->take_revoked().empty());
  desk->settle(std::vector{taken[2].tag});
  const std::vector<Revocation> revocations = {{1, 1, Symbol(a_)}, {3, 1, Symbol(a_)}};
  publish({revocations[0], revocations[1]});
  std::vector<Revocation> revoked;
  ASSERT_TRUE(eventually([&] {
    for (const Revocation& one : desk->take_revoked()) revoked.push_back(one);
    return revoked.size() >= 2;
  }));
  EXPECT_THAT(revoked, ::testing::UnorderedElementsAreArray(revocations));
  EXPECT_TRUE(desk->take_revoked().empty());
  desk->settle(std::vector{taken[0].tag});
  desk->give_back(taken[0].tag);
  EXPECT_EQ(answer(*desk, answer_to(taken[1].task)), std::nullopt);
  expect_nothing_else(*desk, a_);
}

TEST_P(BrokerContract, ARevocationWaitsForTheDesk) {
  publish({task_of(1, a_)});
  auto desk = broker().open_desk({a_});
  const auto taken = take(*desk, 1);
  ASSERT_EQ(taken.size(), 1U);
  desk->settle(std::vector{taken[0].tag});
  desk.reset();
  publish({Revocation{1, 1, Symbol(a_)}});
  desk = broker().open_desk({a_});
  std::vector<Revocation> revoked;
  ASSERT_TRUE(eventually([&] {
    revoked = desk->take_revoked();
    return !revoked.empty();
  }));
  EXPECT_THAT(revoked, ::testing::ElementsAre(Revocation{1, 1, Symbol(a_)}));
}

TEST_P(BrokerContract, ANoticeReachesItsOfficeAndNoOther) {
  const Instant at{std::chrono::microseconds(1'436'847'300'000'000)};
  const auto notice = [&](CaseNumber number, const std::string& recipient, const std::string& of) {
    return Notice{number,     "BZP-AKMOLA-2015-000001-K", Symbol(recipient),
                  Symbol(of), Symbol("term-warning"),     Symbol("003 §11"),
                  at};
  };
  publish(
      {notice(1, a_, a_), notice(2, b_, a_), notice(3, "applicant", a_), notice(4, "head", a_)});
  const auto of_b = broker().open_desk({b_});
  const auto of_a = broker().open_desk({a_});
  std::vector<Notice> at_a;
  std::vector<Notice> at_b;
  ASSERT_TRUE(eventually([&] {
    for (const Notice& one : of_a->take_notices()) at_a.push_back(one);
    for (const Notice& one : of_b->take_notices()) at_b.push_back(one);
    return at_a.size() >= 2 && !at_b.empty();
  }));
  EXPECT_THAT(at_a, ::testing::ElementsAre(notice(1, a_, a_), notice(4, "head", a_)));
  EXPECT_THAT(at_b, ::testing::ElementsAre(notice(2, b_, a_)));
  EXPECT_TRUE(of_a->take_notices().empty());
}

// What a desk has settled and keeps until the engine has accepted its answer. The verdicts come on
// the broker's threads, also after the life of the desk that asked.
class KeptTasks {
 public:
  void add(const TaskMessage& task) {
    const std::lock_guard lock(mutex_);
    tasks_.emplace(task.case_number, task);
  }
  void remove(CaseNumber number) {
    const std::lock_guard lock(mutex_);
    tasks_.erase(number);
  }
  [[nodiscard]] std::map<CaseNumber, TaskMessage> all() const {
    const std::lock_guard lock(mutex_);
    return tasks_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<CaseNumber, TaskMessage> tasks_;
};

// A desk that works until everything is answered; now and then it dies with what it holds. What it
// has settled it answers in its next lives, until one hears that the answer is accepted.
inline void work_and_die(Broker& broker, std::vector<std::string> offices, std::uint32_t seed,
                         const std::function<bool()>& is_done, std::atomic<std::uint32_t>& deaths) {
  std::mt19937 random(seed);
  const auto kept = std::make_shared<KeptTasks>();
  auto desk = broker.open_desk(offices);
  while (!is_done()) {
    for (const TaskDelivery& one : desk->take(random() % 50 + 1)) {
      const auto fate = random() % 100;
      if (fate < 5) {
        desk->give_back(one.tag);
      } else if (fate < 30) {
        kept->add(one.task);
        desk->settle(std::vector{one.tag});
      } else if (fate > 30) {
        desk->answer(answer_to(one.task), [](const Verdict&) {});
      }  // or it is forgotten, until the desk dies
    }
    if (random() % 20 == 0) {
      desk = broker.open_desk(offices);
      ++deaths;
      for (const auto& [number, task] : kept->all()) {
        desk->answer(answer_to(task), [kept, number](const Verdict& verdict) {
          if (!verdict) kept->remove(number);
        });
      }
    }
    std::this_thread::yield();
  }
}

TEST_P(BrokerContract, EachTaskIsAnsweredOnceWhateverDesksDie) {
  const std::uint32_t load = GetParam().load;
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  std::atomic<std::uint32_t> deaths = 0;
  const auto is_done = [&] {
    return inbox().accepted_count() == load || std::chrono::steady_clock::now() > until;
  };
  std::vector<std::thread> desks;
  const std::vector<std::vector<std::string>> offices = {{a_}, {a_, b_}, {c_}, {}};
  for (std::uint32_t i = 0; i < offices.size(); ++i) {
    desks.emplace_back([&, i] { work_and_die(broker(), offices[i], seed + i, is_done, deaths); });
  }
  std::vector<Message> messages;
  for (CaseNumber number = 1; number <= load; ++number) {
    messages.emplace_back(task_of(number, kOffices[number % kOffices.size()]));
    if (messages.size() == 100 || number == load) publish(std::exchange(messages, {}));
  }
  for (std::thread& desk : desks) desk.join();
  EXPECT_EQ(inbox().accepted_count(), load);
  EXPECT_GT(deaths, 0U);
}

}  // namespace reglament::contract
