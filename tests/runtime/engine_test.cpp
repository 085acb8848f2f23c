#include "engine/runtime/engine.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <thread>

#include "tests/support/hosted_engine.hpp"

namespace reglament {
namespace {

using testing::answer_of;
using testing::complete_filing;
using testing::EngineUnderTest;
using testing::instant;
using testing::kDirectorate;
using testing::kKnb;
using testing::kLocalUnit;
using testing::MemoryStore;

class EngineOnMemory : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kPartitions = 2;
  const Instant start_ = instant("2015-07-14T10:15:00+06:00");
  MemoryStore store_{{kPartitions, true, start_, ""}};

  Case stored_case(CaseNumber number) { return decode_case(*store_.reader()->case_state(number)); }
  std::vector<Entry> entries_of(CaseNumber number) {
    std::vector<Entry> entries;
    for (const auto& [place, stored] : store_.tables().entries) {
      if (stored.case_number == number) entries.push_back(decode_entry(stored.bytes));
    }
    return entries;
  }
};

TEST_F(EngineOnMemory, WorksACaseFromFilingToPermit) {
  EngineUnderTest engine(store_, start_);
  const FilingReply reply = engine.file(complete_filing("r-1"));
  ASSERT_FALSE(reply.refused);
  const CaseNumber number = reply.case_number;
  EXPECT_FALSE(engine.answer(answer_of(number, 1, kLocalUnit, "accepted")));
  EXPECT_FALSE(engine.answer(answer_of(number, 2, kLocalUnit, "forwarded")));
  EXPECT_FALSE(engine.answer(answer_of(number, 3, kDirectorate, "forwarded")));
  EXPECT_FALSE(engine.answer(answer_of(number, 4, kKnb, "agreed")));
  EXPECT_FALSE(engine.answer(answer_of(number, 5, kLocalUnit, "issued")));
  const Case state = stored_case(number);
  EXPECT_EQ(state.result.view(), "granted");
  const auto tasks = engine.broker().taken_tasks();
  ASSERT_EQ(tasks.size(), 5U);
  EXPECT_EQ(tasks[0].needs,
            (std::vector<OutcomeNeeds>{{Symbol("incomplete"), {Symbol("missing")}, false}}));
  EXPECT_TRUE(tasks[1].needs.empty());
  EXPECT_EQ(tasks[4].needs,
            (std::vector<OutcomeNeeds>{{Symbol("issued"), {Symbol("signed_by")}, false},
                                       {Symbol("refused"), {}, true}}));
  EXPECT_EQ(engine.engine().counters().decisions, 6U);
}

TEST_F(EngineOnMemory, NothingIsSaidBeforeItIsStored) {
  EngineUnderTest engine(store_, start_);
  store_.before_commit = [&](const Batch& batch) {
    for (const OutboxMessage& message : batch.outbox) {
      for (const OutboxMessage& published : engine.broker().published()) {
        EXPECT_NE(published.id, message.id);
      }
    }
  };
  bool stored_at_reply = false;
  std::promise<void> replied;
  engine.engine().file(complete_filing("r-1"), [&](std::exception_ptr, const FilingReply& reply) {
    stored_at_reply = store_.reader()->case_state(reply.case_number).has_value();
    replied.set_value();
  });
  replied.get_future().get();
  EXPECT_TRUE(stored_at_reply);
}

TEST_F(EngineOnMemory, RepeatedFilingIsAnsweredAsTheFirstAcrossRestarts) {
  std::string talon;
  {
    EngineUnderTest engine(store_, start_);
    talon = engine.file(complete_filing("r-1")).talon;
  }
  EngineUnderTest engine(store_, start_);
  const FilingReply again = engine.file(complete_filing("r-1"));
  EXPECT_EQ(again.talon, talon);
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(store_.tables().cases.size(), 1U);
}

TEST_F(EngineOnMemory, AnswerDeliveredAgainAfterARestartIsTakenAndStandsInTheHistoryOnce) {
  CaseNumber number{};
  {
    EngineUnderTest engine(store_, start_);
    number = engine.file(complete_filing("r-1")).case_number;
    EXPECT_FALSE(engine.answer(answer_of(number, 1, kLocalUnit, "accepted")));
    EXPECT_FALSE(engine.answer(answer_of(number, 2, kLocalUnit, "forwarded")));
  }
  EngineUnderTest engine(store_, start_);
  EXPECT_FALSE(engine.answer(answer_of(number, 1, kLocalUnit, "accepted")));
  const Verdict other = engine.answer(answer_of(number, 1, kLocalUnit, "incomplete"));
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->code, rejection_code::duplicate);
  std::vector<std::string> kinds;
  for (const Entry& entry : entries_of(number)) kinds.emplace_back(entry.kind);
  EXPECT_EQ(kinds, (std::vector<std::string>{"filed", "answered", "answered", "rejected"}));
}

TEST_F(EngineOnMemory, AnswerDeliveredTwiceWhileTheFirstIsBeingCommittedIsDecidedByIt) {
  EngineUnderTest engine(store_, start_);
  const CaseNumber number = engine.file(complete_filing("r-1")).case_number;
  std::promise<Verdict> first;
  std::promise<Verdict> second;
  const auto send = [&](std::promise<Verdict>& told) {
    engine.engine().answer(answer_of(number, 1, kLocalUnit, "accepted"),
                           [&told](std::exception_ptr fault, const Verdict& verdict) {
                             fault ? told.set_exception(fault) : told.set_value(verdict);
                           });
  };
  bool has_sent = false;
  store_.before_commit = [&](const Batch& batch) {
    if (batch.inbox.empty() || std::exchange(has_sent, true)) return;
    send(second);
  };
  send(first);
  EXPECT_FALSE(first.get_future().get());
  EXPECT_FALSE(second.get_future().get());
  EXPECT_EQ(entries_of(number).size(), 2U);
}

TEST_F(EngineOnMemory, RefusalIsRepeatedWithItsReasons) {
  EngineUnderTest engine(store_, start_);
  Filing incomplete = complete_filing("r-1");
  incomplete.documents.clear();
  const FilingReply first = engine.file(incomplete);
  const FilingReply again = engine.file(incomplete);
  ASSERT_TRUE(first.refused);
  EXPECT_EQ(first.refused, again.refused);
  EXPECT_EQ(store_.tables().entries.size(), 1U);
}

TEST_F(EngineOnMemory, BadFilingChangesNothing) {
  EngineUnderTest engine(store_, start_);
  Filing unknown = complete_filing("r-1");
  unknown.office = "kz.dvd.nowhere";
  EXPECT_THROW(engine.file(unknown), BadInput);
  EXPECT_TRUE(store_.tables().entries.empty());
  EXPECT_FALSE(engine.file(complete_filing("r-1")).refused);
}

TEST_F(EngineOnMemory, OffersOpenTasksAgainToABrokerThatForgets) {
  {
    EngineUnderTest engine(store_, start_);
    engine.file(complete_filing("r-1"));
    const CaseNumber second = engine.file(complete_filing("r-2")).case_number;
    engine.answer(answer_of(second, 1, kLocalUnit, "accepted"));
  }
  EngineUnderTest engine(store_, start_);
  const auto tasks = engine.broker().taken_tasks();
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[0].task + tasks[1].task, 3U);
}

TEST_F(EngineOnMemory, OutboxIsEmptyAfterAnOrderlyStop) {
  {
    EngineUnderTest engine(store_, start_);
    engine.file(complete_filing("r-1"));
  }
  EXPECT_TRUE(store_.tables().outbox.empty());
}

TEST_F(EngineOnMemory, FullDiskIsToldAndTheEngineGoesOnAfterwards) {
  EngineUnderTest engine(store_, start_);
  engine.file(complete_filing("r-1"));
  store_.before_commit = [](const Batch&) { throw Unavailable("the disk is full"); };
  EXPECT_THROW(engine.file(complete_filing("r-2")), Unavailable);
  store_.before_commit = nullptr;
  const FilingReply reply = engine.file(complete_filing("r-2"));
  EXPECT_FALSE(reply.repeated);
  EXPECT_FALSE(engine.answer(answer_of(reply.case_number, 1, kLocalUnit, "accepted")));
  EXPECT_EQ(store_.tables().cases.size(), 2U);
}

// While the engine asks about the first filing, the others arrive: they are one batch.
TEST_F(EngineOnMemory, FilingsOfABatchWhoseRequestsCannotBeReadShareOneQuestionAndItsFault) {
  constexpr std::size_t batch = 5;
  unsigned questions = 0;
  std::promise<void> asked_first;
  std::promise<void> all_arrived;
  store_.before_requests = [&] {
    if (++questions > 1) throw Unavailable("the store cannot be read");
    asked_first.set_value();
    all_arrived.get_future().wait_for(std::chrono::seconds(30));
  };
  std::vector<std::promise<FilingReply>> replies(1 + batch);
  EngineUnderTest engine(store_, start_);
  const auto file = [&](std::size_t i) {
    engine.engine().file(complete_filing("r-" + std::to_string(i)),
                         [&told = replies[i]](std::exception_ptr fault, const FilingReply& reply) {
                           fault ? told.set_exception(fault) : told.set_value(reply);
                         });
  };
  file(0);
  ASSERT_EQ(asked_first.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  for (std::size_t i = 1; i <= batch; ++i) file(i);
  all_arrived.set_value();
  EXPECT_FALSE(replies[0].get_future().get().refused);
  for (std::size_t i = 1; i <= batch; ++i) {
    EXPECT_THROW(replies[i].get_future().get(), Unavailable) << i;
  }
  engine.engine().drain();
  EXPECT_EQ(questions, 2U);
  EXPECT_EQ(store_.tables().cases.size(), 1U);

  store_.before_requests = nullptr;
  EXPECT_FALSE(engine.file(complete_filing("r-1")).repeated);
  EXPECT_TRUE(engine.file(complete_filing("r-0")).repeated);
}

// Where it did, a repeat of a filing would be a second case.
TEST_F(EngineOnMemory, RequestThatCouldNotBeReadDoesNotCountAsNew) {
  EngineUnderTest engine(store_, start_);
  const std::string talon = engine.file(complete_filing("r-1")).talon;
  store_.before_requests = [] { throw Unavailable("the store cannot be read"); };
  EXPECT_THROW(engine.file(complete_filing("r-1")), Unavailable);
  store_.before_requests = nullptr;
  EXPECT_EQ(engine.file(complete_filing("r-1")).talon, talon);
  EXPECT_EQ(store_.tables().cases.size(), 1U);
}

TEST_F(EngineOnMemory, CommitWithUnknownOutcomeStopsItForGoodAndARepeatFindsOut) {
  {
    EngineUnderTest engine(store_, start_);
    store_.after_commit = [](const Batch&) { throw CommitUnknown("no answer to the commit"); };
    EXPECT_THROW(engine.file(complete_filing("r-1")), CommitUnknown);
    EXPECT_THROW(engine.file(complete_filing("r-2")), CommitUnknown);
    EXPECT_TRUE(engine.engine().fault());
    store_.after_commit = nullptr;
  }
  EngineUnderTest engine(store_, start_);
  EXPECT_TRUE(engine.file(complete_filing("r-1")).repeated);
  EXPECT_FALSE(engine.file(complete_filing("r-2")).repeated);
}

TEST_F(EngineOnMemory, OwnerThatWasReplacedCanCommitNothing) {
  EngineUnderTest old_owner(store_, start_);
  old_owner.file(complete_filing("r-1"));
  MemoryStore::Tables& tables = store_.tables();
  for (auto& [log, row] : tables.logs) ++row.epoch;  // as a new owner's claim does
  EXPECT_THROW(old_owner.file(complete_filing("r-2")), Fenced);
  EXPECT_EQ(tables.cases.size(), 1U);
}

TEST_F(EngineOnMemory, OwnerThatWasReplacedDuringItsRecoveryCanCommitNothing) {
  EngineUnderTest old_owner(store_, start_);
  store_.before_commit = [](const Batch&) { throw Unavailable("the disk is full"); };
  EXPECT_THROW(old_owner.file(complete_filing("r-1")), Unavailable);
  store_.before_commit = nullptr;
  for (auto& [log, row] : store_.tables().logs) ++row.epoch;
  EXPECT_THROW(old_owner.file(complete_filing("r-1")), Fenced);
  EXPECT_THROW(old_owner.file(complete_filing("r-2")), Fenced);
  EXPECT_TRUE(store_.tables().cases.empty());
}

TEST_F(EngineOnMemory, MoveOfTheClockThatIsNotStoredDidNotHappen) {
  EngineUnderTest engine(store_, start_);
  store_.before_commit = [](const Batch&) { throw Unavailable("the disk is full"); };
  const Instant to = start_ + std::chrono::hours(1);
  EXPECT_THROW(engine.engine().advance_clock(to), Unavailable);
  store_.before_commit = nullptr;
  engine.file(complete_filing("r-1"));
  EXPECT_EQ(engine.engine().now(), start_);
  engine.engine().advance_clock(to);
  EXPECT_EQ(*store_.tables().settings.clock_now, to);
}

TEST_F(EngineOnMemory, WhatFellDueWhileNobodyRanIsFiredAtTheStart) {
  CaseNumber number{};
  {
    EngineUnderTest engine(store_, start_);
    number = engine.file(complete_filing("r-1")).case_number;
  }
  { EngineUnderTest engine(store_, instant("2015-07-16T09:00:00+06:00")); }
  ASSERT_EQ(entries_of(number).size(), 3U);
  EXPECT_EQ(entries_of(number)[2].kind, entry_kind::expired);
  EXPECT_EQ(entries_of(number)[2].at, instant("2015-07-15T18:00:00+06:00"));
}

TEST_F(EngineOnMemory, AnotherApplicationUnderAUsedRequestIdIsRefused) {
  EngineUnderTest engine(store_, start_);
  const std::string talon = engine.file(complete_filing("r-1")).talon;
  Filing other = complete_filing("r-1");
  other.applicant.name = "Somebody Else";
  EXPECT_THROW(engine.file(other), BadInput);
  EXPECT_EQ(engine.file(complete_filing("r-1")).talon, talon);
  EXPECT_EQ(store_.tables().cases.size(), 1U);
}

TEST_F(EngineOnMemory, DamagedCaseWithADueAlarmStopsTheEngineAndNotTheProcess) {
  {
    EngineUnderTest engine(store_, start_);
    engine.file(complete_filing("r-1"));
  }
  for (auto& [number, row] : store_.tables().cases) row.state.resize(row.state.size() / 2);
  store_.tables().settings.clock_now = instant("2015-07-16T09:00:00+06:00");
  testing::RecordingBroker durable(true);
  VirtualClock clock(instant("2015-07-16T09:00:00+06:00"));
  Engine engine(store_, durable, clock, &clock, testing::permit_framework(),
                testing::counting_bytes());
  engine.start();
  std::promise<void> told;
  engine.file(complete_filing("r-2"), [&](const std::exception_ptr& fault, const FilingReply&) {
    fault ? told.set_exception(fault) : told.set_value();
  });
  EXPECT_THROW(told.get_future().get(), Unavailable);
  EXPECT_TRUE(engine.fault());
}

// Confirms nothing until it is told to.
class LateBroker final : public Broker {
 public:
  [[nodiscard]] bool is_durable() const override { return true; }
  void publish(std::span<const OutboxMessage> messages) override {
    for (const OutboxMessage& message : messages) highest_ = std::max(highest_.load(), message.id);
  }
  [[nodiscard]] std::uint64_t confirmed_through() const override {
    if (highest_ > 0) ++asked_;
    return confirms_ ? highest_.load() : 0;
  }
  void set_answer_sink(AnswerSink) override {}
  void set_filing_sink(FilingSink) override {}
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string>) override {
    throw Unavailable("expected a broker with desks, found none");
  }

  void confirm() { confirms_ = true; }
  // How often it was asked since something was published.
  [[nodiscard]] unsigned asked() const { return asked_; }

 private:
  std::atomic<std::uint64_t> highest_ = 0;
  std::atomic<bool> confirms_ = false;
  mutable std::atomic<unsigned> asked_ = 0;
};

TEST_F(EngineOnMemory, WhatIsConfirmedLateLeavesTheOutboxOfAnIdleEngine) {
  LateBroker broker;
  VirtualClock clock(start_);
  Engine engine(store_, broker, clock, &clock, testing::permit_framework(),
                testing::counting_bytes());
  engine.start();
  engine.file(complete_filing("r-1"), [](const std::exception_ptr&, const FilingReply&) {});
  const auto comes_true = [](const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition() && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    return condition();
  };
  // It has looked when it had become idle, and there was nothing.
  ASSERT_TRUE(comes_true([&] { return broker.asked() > 0; }));
  broker.confirm();
  EXPECT_TRUE(comes_true([&] {
    std::size_t waiting = 0;
    store_.reader()->for_each_message(std::nullopt,
                                      [&](const OutboxMessage&) { return ++waiting, true; });
    return waiting == 0;
  }));
  engine.stop();
}

TEST_F(EngineOnMemory, DeadlinesExpireInOrderOnTheWayOfTheClock) {
  EngineUnderTest engine(store_, start_);
  const CaseNumber number = engine.file(complete_filing("r-1")).case_number;
  engine.engine().advance_clock(instant("2015-07-27T09:00:00+06:00"));
  std::vector<std::string> told;
  Instant before = Instant::min();
  for (const Entry& entry : entries_of(number)) {
    told.push_back(std::string(entry.kind) + " " + std::string(entry.outcome));
    EXPECT_GE(entry.at, before);
    EXPECT_EQ(entry.at, entry.noticed_at);
    before = entry.at;
  }
  EXPECT_EQ(told, (std::vector<std::string>{
                      "filed ", "warned step", "expired step", "escalated step", "escalated step",
                      "warned service", "escalated step", "expired service", "escalated service"}));
  EXPECT_EQ(engine.engine().now(), instant("2015-07-27T09:00:00+06:00"));
  EXPECT_EQ(*store_.tables().settings.clock_now, instant("2015-07-27T09:00:00+06:00"));
}

TEST_F(EngineOnMemory, ClockDoesNotGoBack) {
  EngineUnderTest engine(store_, start_);
  EXPECT_THROW(engine.engine().advance_clock(instant("2015-07-14T10:14:59+06:00")), BadInput);
}

TEST_F(EngineOnMemory, ManyThreadsFileAtOnceAndEveryCaseHasItsOwnNumber) {
  EngineUnderTest engine(store_, start_, EngineSettings{16, 8});  // small batches, small cache
  std::vector<std::thread> clients;
  std::atomic<int> accepted = 0;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 200; ++i) {
        const std::string id = std::to_string(client) + "." + std::to_string(i);
        const FilingReply reply = engine.file(complete_filing(id));
        const Verdict verdict =
            engine.answer(answer_of(reply.case_number, 1, kLocalUnit, "accepted"));
        if (!reply.refused && !verdict) ++accepted;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(accepted, 800);
  EXPECT_EQ(store_.tables().cases.size(), 800U);
  EXPECT_EQ(store_.tables().inbox.size(), 800U);
}

// ---- An engine for each partition

std::string request_of_partition(LogId log, std::uint32_t partitions, int number = 1) {
  for (int i = 0;; ++i) {
    std::string id = "r-" + std::to_string(number) + "-" + std::to_string(i);
    if (partition_of_request(id, partitions) == log) return id;
  }
}

EngineSettings settings_for(LogId log) {
  EngineSettings settings;
  settings.share = log;
  return settings;
}

TEST_F(EngineOnMemory, OneEngineForEachPartitionDoesTheWorkOfOneForAll) {
  const auto other_store = store_.another();
  EngineUnderTest first(store_, start_, settings_for(0));
  EngineUnderTest second(*other_store, start_, settings_for(1));
  const FilingReply one = first.file(complete_filing(request_of_partition(0, kPartitions)));
  const FilingReply two = second.file(complete_filing(request_of_partition(1, kPartitions)));
  EXPECT_EQ(partition_of(one.case_number, kPartitions), 0U);
  EXPECT_EQ(partition_of(two.case_number, kPartitions), 1U);
  EXPECT_FALSE(first.answer(answer_of(one.case_number, 1, kLocalUnit, "accepted")));
  EXPECT_FALSE(second.answer(answer_of(two.case_number, 1, kLocalUnit, "accepted")));
  EXPECT_EQ(store_.tables().inbox.size(), 2U);
}

TEST_F(EngineOnMemory, WhatBelongsToAnotherPartitionIsRefusedAndChangesNothing) {
  const auto other_store = store_.another();
  EngineUnderTest first(store_, start_, settings_for(0));
  EngineUnderTest second(*other_store, start_, settings_for(1));
  const std::string request = request_of_partition(0, kPartitions);
  EXPECT_THROW(second.file(complete_filing(request)), BadInput);
  EXPECT_TRUE(store_.tables().entries.empty());
  const CaseNumber number = first.file(complete_filing(request)).case_number;
  EXPECT_THROW(second.answer(answer_of(number, 1, kLocalUnit, "accepted")), BadInput);
  EXPECT_EQ(store_.tables().entries.size(), 1U);
  EXPECT_FALSE(first.answer(answer_of(number, 1, kLocalUnit, "accepted")));
}

TEST_F(EngineOnMemory, AnswerToNoCaseIsRecordedInThePartitionWhereItCame) {
  EngineUnderTest second(store_, start_, settings_for(1));
  EXPECT_TRUE(second.answer(answer_of(0, 1, kLocalUnit, "accepted")));
  ASSERT_EQ(store_.tables().entries.size(), 1U);
  EXPECT_EQ(store_.tables().entries.begin()->first.first, 1U);
}

TEST_F(EngineOnMemory, EngineOfOnePartitionSeesOnlyItsAlarmsAndMovesOnlyItsClock) {
  const auto other_store = store_.another();
  CaseNumber one{};
  CaseNumber two{};
  const Instant later = instant("2015-07-16T09:00:00+06:00");
  {
    EngineUnderTest first(store_, start_, settings_for(0));
    EngineUnderTest second(*other_store, start_, settings_for(1));
    one = first.file(complete_filing(request_of_partition(0, kPartitions))).case_number;
    two = second.file(complete_filing(request_of_partition(1, kPartitions))).case_number;
    first.engine().advance_clock(later);
  }
  EXPECT_EQ(entries_of(one).size(), 3U);
  EXPECT_EQ(entries_of(two).size(), 1U);
  EXPECT_EQ(store_.tables().logs[0].clock_now, later);
  EXPECT_EQ(store_.tables().logs[1].clock_now, start_);
  EXPECT_EQ(store_.tables().settings.clock_now, later);
}

TEST_F(EngineOnMemory, EngineOfOnePartitionOffersOnlyItsOpenTasks) {
  {
    EngineUnderTest all(store_, start_);
    all.file(complete_filing(request_of_partition(0, kPartitions)));
    all.file(complete_filing(request_of_partition(1, kPartitions)));
    all.file(complete_filing(request_of_partition(1, kPartitions, 2)));
  }
  EngineUnderTest second(store_, start_, settings_for(1));
  EXPECT_EQ(second.broker().taken_tasks().size(), 2U);
}

TEST_F(EngineOnMemory, EngineOfAnotherPartitionIsNotInTheWayOfATakeOver) {
  const auto other_store = store_.another();
  const auto next_store = store_.another();
  EngineUnderTest first(store_, start_, settings_for(0));
  EngineUnderTest second(*other_store, start_, settings_for(1));
  EngineUnderTest next(*next_store, start_, settings_for(0));
  EXPECT_THROW(first.file(complete_filing(request_of_partition(0, kPartitions))), Fenced);
  EXPECT_FALSE(next.file(complete_filing(request_of_partition(0, kPartitions))).refused);
  EXPECT_FALSE(second.file(complete_filing(request_of_partition(1, kPartitions))).refused);
}

}  // namespace
}  // namespace reglament
