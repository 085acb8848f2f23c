#include "engine/runtime/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/support/node_under_test.hpp"

namespace reglament {
namespace {

using testing::answer_of;
using testing::CommitFault;
using testing::complete_filing;
using testing::instant;
using testing::kLocalUnit;
using testing::LeaseBoard;
using testing::MemoryStore;
using testing::NodeUnderTest;
using Logs = std::set<LogId>;

TEST(FairPart, PartsDifferByAtMostOneAndAreTheWhole) {
  for (std::size_t partitions = 1; partitions <= 40; ++partitions) {
    for (std::size_t nodes = 1; nodes <= 50; ++nodes) {
      std::size_t sum = 0;
      for (std::size_t place = 0; place < nodes; ++place) {
        const std::size_t part = fair_part(partitions, nodes, place);
        EXPECT_GE(part, partitions / nodes);
        EXPECT_LE(part, partitions / nodes + 1);
        sum += part;
      }
      EXPECT_EQ(sum, partitions);
    }
  }
}

class NodesOnMemory : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kPartitions = 4;
  const Instant start_ = instant("2015-07-14T10:15:00+06:00");
  MemoryStore store_{{kPartitions, true, start_, ""}};
  const std::shared_ptr<LeaseBoard> board_ = std::make_shared<LeaseBoard>();

  std::unique_ptr<NodeUnderTest> join(std::string id) {
    return std::make_unique<NodeUnderTest>(store_, kPartitions, board_, std::move(id));
  }
  void pass(std::chrono::milliseconds time) {
    const std::lock_guard lock(board_->mutex);
    board_->now += time;
  }
  // Of that partition, and as many as wanted.
  static std::string request(LogId log, int number = 1) {
    for (int i = 0;; ++i) {
      std::string id = "r-" + std::to_string(number) + "-" + std::to_string(i);
      if (partition_of_request(id, kPartitions) == log) return id;
    }
  }
  // The condition comes to hold in the engines' threads, helped by turns and the clock.
  template <class Condition>
  static bool comes_true(Condition condition, const std::function<void()>& help) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      help();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }
};

TEST_F(NodesOnMemory, FirstNodeRunsEveryPartition) {
  const auto first = join("a");
  first->turn();
  EXPECT_EQ(first->running(), (Logs{0, 1, 2, 3}));
  for (LogId log = 0; log < kPartitions; ++log) {
    EXPECT_FALSE(first->line(log)->file(complete_filing(request(log))).refused);
  }
  EXPECT_EQ(store_.tables().cases.size(), 4U);
}

TEST_F(NodesOnMemory, NodeThatJoinsGetsItsPartWithoutAWordElsewhere) {
  const auto first = join("a");
  first->turn();
  first->line(3)->file(complete_filing(request(3)));
  const auto second = join("b");
  second->turn();
  EXPECT_TRUE(second->running().empty()) << "everything is taken";
  first->turn();
  EXPECT_EQ(first->running(), (Logs{0, 1}));
  EXPECT_EQ(first->line(3), nullptr);
  second->turn();
  EXPECT_EQ(second->running(), (Logs{2, 3}));
  EXPECT_TRUE(second->line(3)->file(complete_filing(request(3))).repeated);
  EXPECT_FALSE(second->line(3)->file(complete_filing(request(3, 2))).refused);
}

TEST_F(NodesOnMemory, NodeThatLeavesIsFollowedAtOnce) {
  const auto first = join("a");
  first->turn();
  const auto second = join("b");
  second->turn();
  first->node().leave();
  second->turn();
  EXPECT_EQ(second->running(), (Logs{0, 1, 2, 3}));
}

TEST_F(NodesOnMemory, PartitionsOfADeadNodeMoveWhenItsLeaseHasEnded) {
  auto first = join("a");
  first->turn();
  const auto second = join("b");
  second->turn();
  first.reset();
  pass(NodeUnderTest::lease - std::chrono::milliseconds(1));
  second->turn();
  EXPECT_TRUE(second->running().empty());
  pass(std::chrono::milliseconds(1));
  second->turn();
  EXPECT_EQ(second->running(), (Logs{0, 1, 2, 3}));
}

TEST_F(NodesOnMemory, NodeThatWasStoppedLongerThanItsLeaseCanCommitNothingAndLearnsSo) {
  const auto first = join("a");
  first->turn();
  const FilingReply reply = first->line(0)->file(complete_filing(request(0)));
  pass(NodeUnderTest::lease);
  const auto second = join("b");
  second->turn();
  ASSERT_EQ(second->running(), (Logs{0, 1, 2, 3}));
  const std::size_t entries = store_.tables().entries.size();
  EXPECT_THROW(first->line(0)->file(complete_filing(request(0, 2))), Fenced);
  EXPECT_EQ(first->line(0)->answer(answer_of(reply.case_number, 1, kLocalUnit, "accepted")),
            std::nullopt);
  EXPECT_THROW(first->line(1)->file(complete_filing(request(1))), Fenced);
  EXPECT_EQ(store_.tables().entries.size(), entries);
  first->turn();
  EXPECT_TRUE(first->running().empty());
  EXPECT_EQ(first->line(0), nullptr);
  EXPECT_EQ(second->line(0)->answer(answer_of(reply.case_number, 1, kLocalUnit, "accepted")),
            std::optional<Verdict>(std::in_place));
  // It is a member as any other now.
  second->turn();
  first->turn();
  EXPECT_EQ(first->running().size(), 2U);
  EXPECT_EQ(second->running().size(), 2U);
}

TEST_F(NodesOnMemory, EngineWithACommitOfUnknownOutcomeStartsAnewAndFindsOut) {
  const auto only = join("a");
  only->turn();
  only->break_next_commit(CommitFault::unknown);
  EXPECT_THROW(only->line(0)->file(complete_filing(request(0))), CommitUnknown);
  EXPECT_FALSE(only->line(1)->file(complete_filing(request(1))).refused) << "the others go on";
  only->turn();
  EXPECT_EQ(only->running(), (Logs{0, 1, 2, 3}));
  EXPECT_TRUE(only->line(0)->file(complete_filing(request(0))).repeated);
  EXPECT_EQ(store_.tables().logs.at(0).epoch, 2U);
  EXPECT_EQ(store_.tables().logs.at(1).epoch, 1U);
}

TEST_F(NodesOnMemory, PartitionThatCannotStartIsTriedAgainAndTheOthersRun) {
  const auto only = join("a");
  only->without_broker = {1};
  only->turn();
  EXPECT_EQ(only->running(), (Logs{0, 2, 3}));
  EXPECT_THAT(*only->node().status().partitions[1].trouble, ::testing::HasSubstr("broker"));
  only->without_broker.clear();
  only->turn();
  EXPECT_EQ(only->running(), (Logs{0, 1, 2, 3}));
}

TEST_F(NodesOnMemory, NodeWithoutTheLeaseTableRunsUntilItsLeaseHasEnded) {
  const auto only = join("a");
  only->turn();
  only->leases().before_call = [] { throw Unavailable("no route to the database"); };
  pass(NodeUnderTest::lease - std::chrono::milliseconds(1));
  only->turn();
  EXPECT_TRUE(only->node().status().trouble);
  EXPECT_FALSE(only->line(0)->file(complete_filing(request(0))).refused);
  pass(std::chrono::milliseconds(1));
  only->turn();
  EXPECT_EQ(only->line(0), nullptr);
  only->leases().before_call = nullptr;
  only->turn();
  EXPECT_FALSE(only->node().status().trouble);
  EXPECT_TRUE(only->line(0)->file(complete_filing(request(0))).repeated);
}

TEST_F(NodesOnMemory, NodeThatReturnsToASmallerPartKeepsNoLeaseBeyondIt) {
  const auto first = join("a");
  first->turn();
  pass(NodeUnderTest::lease / 2);
  const auto second = join("b");
  const auto third = join("c");
  second->turn();
  third->turn();
  first->leases().before_call = [] { throw Unavailable("no route to the database"); };
  pass(NodeUnderTest::lease / 2);
  first->turn();
  EXPECT_EQ(first->line(0), nullptr) << "its leases have ended";
  first->leases().before_call = nullptr;
  first->turn();  // before anybody else has looked
  second->turn();
  third->turn();
  Logs all = first->running();
  all.merge(second->running());
  all.merge(third->running());
  EXPECT_EQ(all, (Logs{0, 1, 2, 3}));
}

TEST_F(NodesOnMemory, EveryEngineMovesToTheTargetOfTheVirtualClock) {
  const auto first = join("a");
  const auto second = join("b");
  first->turn();
  second->turn();
  first->turn();
  second->turn();
  const Instant to = start_ + std::chrono::hours(24 * 30);
  first->line(0)->file(complete_filing(request(0)));
  second->line(3)->file(complete_filing(request(3)));
  first->leases().set_clock_target(to);
  first->leases().set_clock_target(start_);  // never back
  const auto reader = store_.reader();
  EXPECT_TRUE(comes_true(
      [&] {
        return std::ranges::all_of(reader->logs(),
                                   [&](const StoredLog& log) { return log.clock_now == to; });
      },
      [&] {
        first->node().follow_clock();
        second->node().follow_clock();
      }));
  for (const CaseNumber number : {CaseNumber{1}, CaseNumber{4}}) {
    const Case state = decode_case(*reader->case_state(number));
    EXPECT_EQ(state.seq, 11U)
        << "filed; a warning, an expiry and three rungs of the step and of the service";
  }
}

}  // namespace
}  // namespace reglament
