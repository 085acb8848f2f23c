// What every adapter of the port engine/runtime/leases.hpp keeps.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>

#include "engine/runtime/leases.hpp"

namespace reglament::contract {

// Where one test's table stands, and how its time passes.
class LeasesPlace {
 public:
  LeasesPlace() = default;
  LeasesPlace(const LeasesPlace&) = delete;
  LeasesPlace& operator=(const LeasesPlace&) = delete;
  virtual ~LeasesPlace() = default;

  [[nodiscard]] virtual std::unique_ptr<Leases> open() = 0;
  virtual void pass(std::chrono::milliseconds time) = 0;
};

using MakeLeasesPlace = std::unique_ptr<LeasesPlace> (*)();

class LeasesContract : public ::testing::TestWithParam<MakeLeasesPlace> {
 protected:
  static constexpr std::chrono::milliseconds kShort{60};
  static constexpr std::chrono::milliseconds kLong{600'000};

  static NodeRegistration node(const std::string& id) { return {id, "name " + id, "at " + id}; }
  void join(const std::string& id, std::chrono::milliseconds duration = kLong) {
    static_cast<void>(first_->renew(node(id), duration));
  }

  std::unique_ptr<LeasesPlace> place_ = GetParam()();
  std::unique_ptr<Leases> first_ = place_->open();
  std::unique_ptr<Leases> second_ = place_->open();
};

TEST_P(LeasesContract, NobodyIsThereAtFirst) {
  EXPECT_TRUE(first_->membership().nodes.empty());
  EXPECT_TRUE(first_->membership().leases.empty());
  EXPECT_EQ(first_->clock_target(), std::nullopt);
}

TEST_P(LeasesContract, NodesAreSeenInTheOrderInWhichTheyJoined) {
  join("c");
  join("a");
  EXPECT_EQ(second_->renew(node("b"), kLong).nodes,
            (std::vector<NodeRegistration>{node("c"), node("a"), node("b")}));
  join("a");
  EXPECT_EQ(second_->membership().nodes,
            (std::vector<NodeRegistration>{node("c"), node("a"), node("b")}));
}

TEST_P(LeasesContract, PartitionIsOneNodesUntilItLetsGo) {
  join("a");
  join("b");
  EXPECT_TRUE(first_->acquire(2, "a", kLong));
  EXPECT_TRUE(first_->acquire(2, "a", kLong)) << "it is its own already";
  EXPECT_FALSE(second_->acquire(2, "b", kLong));
  EXPECT_TRUE(second_->acquire(0, "b", kLong));
  EXPECT_EQ(first_->membership().leases, (std::vector<Lease>{{0, "b"}, {2, "a"}}));
  second_->release(2, "b");
  EXPECT_FALSE(second_->acquire(2, "b", kLong)) << "it was not its to release";
  first_->release(2, "a");
  EXPECT_TRUE(second_->acquire(2, "b", kLong));
}

TEST_P(LeasesContract, LeaseAndNodeEndByTheTimeOfTheTable) {
  join("a", kShort);
  EXPECT_TRUE(first_->acquire(1, "a", kShort));
  place_->pass(kShort);
  const Membership seen = second_->renew(node("b"), kLong);
  EXPECT_EQ(seen.nodes, std::vector<NodeRegistration>{node("b")});
  EXPECT_TRUE(seen.leases.empty());
  EXPECT_TRUE(second_->acquire(1, "b", kLong));
  EXPECT_FALSE(first_->acquire(1, "a", kLong));
}

TEST_P(LeasesContract, RenewingProlongsTheLeasesOfTheNode) {
  join("a", kShort);
  EXPECT_TRUE(first_->acquire(1, "a", kShort));
  EXPECT_EQ(first_->renew(node("a"), kLong).leases, (std::vector<Lease>{{1, "a"}}));
  place_->pass(kShort);
  EXPECT_EQ(second_->membership().leases, (std::vector<Lease>{{1, "a"}}));
}

TEST_P(LeasesContract, LeaseThatEndedAndThatNobodyTookRunsAgain) {
  join("a", kShort);
  EXPECT_TRUE(first_->acquire(1, "a", kShort));
  EXPECT_TRUE(first_->acquire(2, "a", kShort));
  place_->pass(kShort);
  join("b");
  EXPECT_TRUE(second_->acquire(2, "b", kLong));
  EXPECT_EQ(first_->renew(node("a"), kLong).leases, (std::vector<Lease>{{1, "a"}, {2, "b"}}));
  EXPECT_EQ(first_->membership().nodes, (std::vector<NodeRegistration>{node("b"), node("a")}))
      << "who was away joins as the youngest";
}

TEST_P(LeasesContract, NodeThatLeavesGivesEverythingUp) {
  join("a");
  join("b");
  EXPECT_TRUE(first_->acquire(1, "a", kLong));
  EXPECT_TRUE(second_->acquire(2, "b", kLong));
  first_->leave("a");
  EXPECT_EQ(second_->membership().nodes, std::vector<NodeRegistration>{node("b")});
  EXPECT_EQ(second_->membership().leases, (std::vector<Lease>{{2, "b"}}));
}

TEST_P(LeasesContract, TargetOfTheClockNeverGoesBack) {
  const Instant at(std::chrono::seconds(1'436'847'300));
  first_->set_clock_target(at);
  EXPECT_EQ(second_->clock_target(), at);
  second_->set_clock_target(at - std::chrono::microseconds(1));
  EXPECT_EQ(first_->clock_target(), at);
  second_->set_clock_target(at + std::chrono::microseconds(1));
  EXPECT_EQ(first_->clock_target(), at + std::chrono::microseconds(1));
}

}  // namespace reglament::contract
