// The embedded broker: the contract of every broker, and what embedded_broker.hpp says beyond it.
#include "adapters/embedded_broker/embedded_broker.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <optional>

#include "adapters/embedded_broker/waiting_line.hpp"
#include "tests/contract/broker_contract.hpp"

namespace reglament::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Callback = std::function<void(const Verdict&)>;

INSTANTIATE_TEST_SUITE_P(Embedded, BrokerContract,
                         ::testing::Values(BrokerUnderTest{
                             "Embedded", [] { return std::make_unique<EmbeddedBroker>(); }}),
                         [](const auto& broker) { return broker.param.name; });

constexpr const char* kA = "kz.test.a";
constexpr const char* kB = "kz.test.b";

void publish(Broker& broker, const std::vector<Message>& messages) {
  std::vector<OutboxMessage> outbox;
  for (const Message& message : messages) outbox.push_back({1, 0, message});
  broker.publish(outbox);
}

std::vector<CaseNumber> cases(const std::vector<TaskDelivery>& deliveries) {
  std::vector<CaseNumber> numbers;
  for (const TaskDelivery& delivery : deliveries) numbers.push_back(delivery.task.case_number);
  return numbers;
}

TaskMessage attempt(CaseNumber number, std::uint32_t attempt) {
  TaskMessage task = task_of(number, kA);
  task.attempt = attempt;
  return task;
}

// Keeps what the desks answered, to give the verdict later.
struct SlowEngine {
  std::vector<Callback> waiting;
  Broker::AnswerSink sink() {
    return [this](const Answer&, Callback on_verdict) { waiting.push_back(std::move(on_verdict)); };
  }
};

TEST(EmbeddedBroker, ConfirmsTheHighestIdAtOnce) {
  EmbeddedBroker broker;
  EXPECT_FALSE(broker.is_durable());
  broker.publish(std::vector<OutboxMessage>{{7, 0, task_of(1, kA)}, {9, 0, task_of(2, kA)}});
  EXPECT_EQ(broker.confirmed_through(), 9U);
  broker.publish(std::vector<OutboxMessage>{{8, 0, task_of(3, kA)}});
  EXPECT_EQ(broker.confirmed_through(), 9U);
}

TEST(EmbeddedBroker, GivesADeskOfManyOfficesTheOldestTaskOfThemAll) {
  EmbeddedBroker broker;
  publish(broker, {task_of(1, kB), task_of(2, kA), task_of(3, kB), task_of(4, "kz.test.c"),
                   task_of(5, kA)});
  auto desk = broker.open_desk({kA, kB});
  EXPECT_THAT(cases(desk->take(3)), ElementsAre(1, 2, 3));
  desk.reset();
  EXPECT_THAT(cases(broker.open_desk({})->take(10)), ElementsAre(1, 2, 3, 4, 5));
}

TEST(EmbeddedBroker, DropsATaskThatIsOfferedAgain) {
  EmbeddedBroker broker;
  publish(broker, {attempt(1, 2), attempt(1, 2), attempt(1, 1)});
  EXPECT_EQ(broker.tasks(), 1U);
  const auto desk = broker.open_desk({kA});
  EXPECT_EQ(desk->take(10).size(), 1U);
  publish(broker, {attempt(1, 2), attempt(1, 1)});
  EXPECT_THAT(desk->take(10), IsEmpty());
  EXPECT_THAT(desk->take_revoked(), IsEmpty());
}

TEST(EmbeddedBroker, LetsAHigherAttemptReplaceAWaitingTaskInItsPlace) {
  EmbeddedBroker broker;
  publish(broker, {attempt(1, 1), attempt(2, 1), attempt(1, 2)});
  const auto taken = broker.open_desk({kA})->take(10);
  EXPECT_THAT(cases(taken), ElementsAre(1, 2));
  EXPECT_EQ(taken.at(0).task, attempt(1, 2));
}

TEST(EmbeddedBroker, LetsAHigherAttemptReplaceADelivery) {
  EmbeddedBroker broker;
  Inbox inbox;
  broker.set_answer_sink(inbox.sink());
  publish(broker, {attempt(1, 1), attempt(2, 1)});
  const auto desk = broker.open_desk({kA});
  const auto old = desk->take(1);
  publish(broker, {attempt(1, 2)});
  EXPECT_THAT(desk->take_revoked(), IsEmpty());
  const auto taken = desk->take(10);
  EXPECT_THAT(cases(taken), ElementsAre(1, 2));
  EXPECT_EQ(taken.at(0).task.attempt, 2U);
  EXPECT_EQ(taken.at(0).deliveries, 1U);
  EXPECT_EQ(broker.tasks(), 2U);
  desk->settle(std::vector{old.at(0).tag});  // says nothing of the higher attempt
  EXPECT_EQ(broker.tasks(), 2U);
}

TEST(EmbeddedBroker, CountsTasksThatWaitOrAreUnsettled) {
  EmbeddedBroker broker;
  Inbox inbox;
  broker.set_answer_sink(inbox.sink());
  publish(broker, {task_of(1, kA), task_of(2, kA), task_of(3, kB)});
  EXPECT_EQ(broker.tasks(), 3U);
  const auto desk = broker.open_desk({kA});
  const auto taken = desk->take(2);
  EXPECT_EQ(broker.tasks(), 3U);
  desk->answer(answer_to(taken.at(0).task), {});
  EXPECT_EQ(broker.tasks(), 2U);
  desk->settle(std::vector{taken.at(1).tag});
  EXPECT_EQ(broker.tasks(), 1U);
}

TEST(EmbeddedBroker, KeepsTheHigherAttemptWhenTheLowerIsSettledLate) {
  EmbeddedBroker broker;
  SlowEngine engine;
  broker.set_answer_sink(engine.sink());
  publish(broker, {attempt(1, 1)});
  const auto desk = broker.open_desk({kA});
  const auto old = desk->take(1);
  desk->answer(answer_to(old.at(0).task), {});
  publish(broker, {attempt(1, 2)});
  engine.waiting.at(0)(std::nullopt);
  const auto taken = desk->take(1);
  EXPECT_EQ(taken.at(0).task.attempt, 2U);
}

TEST(EmbeddedBroker, PutsWhatSeveralChannelsHeldBackInOrder) {
  EmbeddedBroker broker;
  publish(broker, {task_of(1, kA), task_of(2, kA), task_of(3, kA), task_of(4, kA), task_of(5, kA)});
  auto first = broker.open_desk({kA});
  auto second = broker.open_desk({kA});
  EXPECT_THAT(cases(first->take(1)), ElementsAre(1));
  EXPECT_THAT(cases(second->take(1)), ElementsAre(2));
  EXPECT_THAT(cases(first->take(1)), ElementsAre(3));
  EXPECT_THAT(cases(second->take(1)), ElementsAre(4));
  first.reset();
  second.reset();
  EXPECT_THAT(cases(broker.open_desk({kA})->take(10)), ElementsAre(1, 2, 3, 4, 5));
}

TEST(EmbeddedBroker, RemovesARevokedTaskThatWaits) {
  EmbeddedBroker broker;
  publish(broker, {task_of(1, kA), task_of(2, kA), Revocation{1, 1, Symbol(kA)}});
  EXPECT_EQ(broker.tasks(), 1U);
  EXPECT_THAT(cases(broker.open_desk({})->take(10)), ElementsAre(2));
}

TEST(EmbeddedBroker, PassesOnAnAnswerThatCrossesItsRevocation) {
  EmbeddedBroker broker;
  Inbox inbox;
  broker.set_answer_sink(inbox.sink());
  publish(broker, {task_of(1, kA)});
  const auto desk = broker.open_desk({kA});
  const auto taken = desk->take(1);
  publish(broker, {Revocation{1, 1, Symbol(kA)}});
  inbox.reject_next(kDuplicate);
  Verdict verdict;
  desk->answer(answer_to(taken.at(0).task), [&](const Verdict& given) { verdict = given; });
  EXPECT_EQ(verdict, kDuplicate);
  EXPECT_THAT(desk->take_revoked(), ElementsAre(Revocation{1, 1, Symbol(kA)}));
}

TEST(EmbeddedBroker, KeepsTheNewestRevocationsForAnOfficeThatSettledItsTasks) {
  EmbeddedBroker broker({.notices_kept = 2});
  for (CaseNumber number = 1; number <= 3; ++number) {
    publish(broker, {Revocation{number, 1, Symbol(kA)}});
  }
  EXPECT_THAT(broker.open_desk({kB})->take_revoked(), IsEmpty());
  const auto all = broker.open_desk({});
  EXPECT_THAT(all->take_revoked(),
              ElementsAre(Revocation{2, 1, Symbol(kA)}, Revocation{3, 1, Symbol(kA)}));
  EXPECT_THAT(all->take_revoked(), IsEmpty());
}

TEST(EmbeddedBroker, EndsATaskThatWaitsAgainWhenItsOldDeskHasAnsweredIt) {
  EmbeddedBroker broker;
  Inbox inbox;
  broker.set_answer_sink(inbox.sink());
  publish(broker, {task_of(1, kA)});
  const auto taken = broker.open_desk({kA})->take(1);
  EXPECT_EQ(broker.tasks(), 1U);
  const auto desk = broker.open_desk({kA});
  desk->answer(answer_to(taken.at(0).task), {});
  EXPECT_EQ(broker.tasks(), 0U);
  EXPECT_THAT(desk->take(1), IsEmpty());
}

TEST(EmbeddedBroker, LetsTheEngineJudgeASecondAnswerWhileOneIsUnderWay) {
  EmbeddedBroker broker;
  SlowEngine engine;
  broker.set_answer_sink(engine.sink());
  publish(broker, {task_of(1, kA)});
  auto desk = broker.open_desk({kA});
  const auto taken = desk->take(1);
  const Answer answer = answer_to(taken.at(0).task);
  desk->answer(answer, {});
  desk->answer(answer, {});
  desk.reset();
  engine.waiting.at(0)(kDuplicate);
  EXPECT_THAT(broker.open_desk({kA})->take(1), IsEmpty());  // the other one may be accepted
  engine.waiting.at(1)(std::nullopt);
  EXPECT_EQ(broker.tasks(), 0U);
}

TEST(EmbeddedBroker, WithoutAnEngineTakesNoAnswer) {
  EmbeddedBroker broker;
  publish(broker, {task_of(1, kA)});
  const auto desk = broker.open_desk({kA});
  const auto taken = desk->take(1);
  EXPECT_THROW(desk->answer(answer_to(taken.at(0).task), {}), Unavailable);
  desk->give_back(taken.at(0).tag);
  EXPECT_EQ(desk->take(1).size(), 1U);
}

TEST(EmbeddedBroker, LeavesTheDeliveryWhereTheEngineThrows) {
  EmbeddedBroker broker;
  bool down = true;
  broker.set_answer_sink([&](const Answer&, const Callback& on_verdict) {
    if (down) throw Unavailable("the store is full");
    on_verdict(std::nullopt);
  });
  publish(broker, {task_of(1, kA)});
  const auto desk = broker.open_desk({kA});
  const auto taken = desk->take(1);
  const Answer answer = answer_to(taken.at(0).task);
  EXPECT_THROW(desk->answer(answer, {}), Unavailable);
  EXPECT_THAT(desk->take_revoked(), IsEmpty());
  down = false;
  desk->answer(answer, {});
  EXPECT_EQ(broker.tasks(), 0U);
}

TEST(EmbeddedBroker, TakesADeliveryBackWhoseAnswerTheEngineDropped) {
  EmbeddedBroker broker;
  SlowEngine engine;
  broker.set_answer_sink(engine.sink());
  publish(broker, {task_of(1, kA), task_of(2, kA)});
  const auto desk = broker.open_desk({kA});
  const auto taken = desk->take(1);
  bool called = false;
  desk->answer(answer_to(taken.at(0).task), [&](const Verdict&) { called = true; });
  engine.waiting.clear();
  EXPECT_FALSE(called);
  EXPECT_THAT(desk->take_revoked(), IsEmpty());
  desk->settle(std::vector{taken.at(0).tag});  // passed over: it is in its queue again
  const auto again = desk->take(10);
  EXPECT_THAT(cases(again), ElementsAre(1, 2));
  EXPECT_EQ(again.at(0).deliveries, 2U);
}

TEST(EmbeddedBroker, WaitsForTheVerdictWhenTheChannelIsGone) {
  for (const Verdict& verdict : {Verdict{}, Verdict{kDuplicate}}) {
    EmbeddedBroker broker;
    SlowEngine engine;
    broker.set_answer_sink(engine.sink());
    publish(broker, {task_of(1, kA)});
    auto desk = broker.open_desk({kA});
    const auto taken = desk->take(1);
    int calls = 0;
    desk->answer(answer_to(taken.at(0).task), [&](const Verdict&) { ++calls; });
    desk.reset();
    const auto other = broker.open_desk({kA});
    EXPECT_THAT(other->take(1), IsEmpty());
    EXPECT_EQ(broker.tasks(), 1U);
    engine.waiting.at(0)(verdict);
    engine.waiting.at(0)(verdict);  // a verdict counts once
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(broker.tasks(), verdict ? 1U : 0U);
    EXPECT_EQ(other->take(1).size(), verdict ? 1U : 0U);
  }
}

TEST(EmbeddedBroker, HoldsNoLockWhileTheEngineOrTheDeskIsCalled) {
  EmbeddedBroker broker;
  broker.set_answer_sink([&](const Answer&, const Callback& on_verdict) {
    publish(broker, {task_of(2, kA)});
    on_verdict(std::nullopt);
  });
  publish(broker, {task_of(1, kA)});
  const auto desk = broker.open_desk({kA});
  const auto taken = desk->take(1);
  std::vector<CaseNumber> next;
  desk->answer(answer_to(taken.at(0).task), [&](const Verdict&) { next = cases(desk->take(10)); });
  EXPECT_THAT(next, ElementsAre(2));
}

TEST(EmbeddedBroker, LetsAChannelOutliveIt) {
  auto broker = std::make_unique<EmbeddedBroker>();
  publish(*broker, {task_of(1, kA)});
  const auto desk = broker->open_desk({kA});
  broker.reset();
  EXPECT_EQ(desk->take(1).size(), 1U);
}

TEST(EmbeddedBroker, SetsATaskAsideThatKeepsLosingItsDesk) {
  EmbeddedBroker broker({.delivery_limit = 2});
  publish(broker, {task_of(1, kA), task_of(2, kA)});
  EXPECT_EQ(broker.open_desk({kA})->take(1).size(), 1U);
  EXPECT_THAT(broker.dead_letters(), IsEmpty());
  EXPECT_THAT(cases(broker.open_desk({kA})->take(1)), ElementsAre(1));
  EXPECT_THAT(broker.dead_letters(), ElementsAre(task_of(1, kA)));
  EXPECT_EQ(broker.tasks(), 1U);
  publish(broker, {task_of(1, kA)});
  EXPECT_EQ(broker.tasks(), 1U);

  EXPECT_FALSE(broker.put_back(2, 1));
  EXPECT_FALSE(broker.put_back(3, 1));
  EXPECT_TRUE(broker.put_back(1, 1));
  EXPECT_FALSE(broker.put_back(1, 1));
  EXPECT_THAT(broker.dead_letters(), IsEmpty());
  EXPECT_THAT(cases(broker.open_desk({kA})->take(10)), ElementsAre(1, 2));
  EXPECT_EQ(broker.tasks(), 2U);
}

TEST(EmbeddedBroker, DoesNotCountWhatADeskGivesBackAsALoss) {
  EmbeddedBroker broker({.delivery_limit = 1});
  publish(broker, {task_of(1, kA)});
  const auto desk = broker.open_desk({kA});
  for (int i = 0; i < 5; ++i) desk->give_back(desk->take(1).at(0).tag);
  EXPECT_THAT(broker.dead_letters(), IsEmpty());
  EXPECT_EQ(desk->take(1).at(0).deliveries, 6U);
}

TEST(EmbeddedBroker, LetsARevocationOrAHigherAttemptEndADeadLetter) {
  EmbeddedBroker broker({.delivery_limit = 1});
  publish(broker, {attempt(1, 1), attempt(2, 1)});
  EXPECT_EQ(broker.open_desk({kA})->take(10).size(), 2U);
  EXPECT_EQ(broker.dead_letters().size(), 2U);
  publish(broker, {Revocation{1, 1, Symbol(kA)}, attempt(2, 2)});
  EXPECT_THAT(broker.dead_letters(), IsEmpty());
  EXPECT_THAT(cases(broker.open_desk({kA})->take(10)), ElementsAre(2));
}

TEST(EmbeddedBroker, KeepsTheNewestNoticesOfAnOffice) {
  EmbeddedBroker broker({.notices_kept = 3});
  for (CaseNumber number = 1; number <= 5; ++number) {
    Notice notice;
    notice.case_number = number;
    notice.recipient = Symbol(kA);
    publish(broker, {notice});
  }
  const auto numbers = [](const std::vector<Notice>& notices) {
    std::vector<CaseNumber> result;
    for (const Notice& notice : notices) result.push_back(notice.case_number);
    return result;
  };
  EXPECT_THAT(broker.open_desk({kB})->take_notices(), IsEmpty());
  const auto all = broker.open_desk({});
  EXPECT_THAT(numbers(all->take_notices()), ElementsAre(3, 4, 5));
  EXPECT_THAT(all->take_notices(), IsEmpty());
  Notice notice;
  notice.case_number = 6;
  notice.recipient = Symbol(kA);
  publish(broker, {notice});
  EXPECT_THAT(numbers(all->take_notices()), ElementsAre(6));
}

// The line against a map: whatever comes, goes and comes back, the oldest is always first.
RC_GTEST_PROP(WaitingLine, GivesTheLowestPositionFirst, ()) {
  struct Thing {
    std::uint64_t position;
  };
  WaitingLine<Thing> line;
  std::map<std::uint64_t, Thing> things;
  std::map<std::uint64_t, Thing*> model;
  std::uint64_t last = 0;
  const auto moves = *rc::gen::container<std::vector<std::pair<int, std::uint32_t>>>(
      *rc::gen::inRange(0, 400),
      rc::gen::pair(rc::gen::inRange(0, 8), rc::gen::arbitrary<std::uint32_t>()));
  for (const auto& [move, choice] : moves) {
    if (move < 3) {  // a new one
      Thing& thing = things[++last] = Thing{last};
      line.insert(last, thing);
      model[last] = &thing;
    } else if (move < 5 && !model.empty()) {  // the oldest goes
      RC_ASSERT(line.front_position() == model.begin()->first);
      RC_ASSERT(&line.take_front() == model.begin()->second);
      model.erase(model.begin());
    } else if (move < 7 && !model.empty()) {  // one goes out of turn
      const auto gone = std::next(model.begin(), choice % static_cast<long>(model.size()));
      line.remove(gone->first);
      model.erase(gone);
    } else if (last > 0) {  // one comes back
      const std::uint64_t position = choice % last + 1;
      if (model.contains(position)) continue;
      line.insert(position, things.at(position));
      model[position] = &things.at(position);
    }
    RC_ASSERT(line.size() == model.size());
    RC_ASSERT(line.is_empty() == model.empty());
  }
  for (const auto& [position, thing] : model) RC_ASSERT(&line.take_front() == thing);
  RC_ASSERT(line.is_empty());
}

}  // namespace
}  // namespace reglament::contract
