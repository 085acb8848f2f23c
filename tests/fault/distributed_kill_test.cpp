// kill -9 of nodes, desks, RabbitMQ and PostgreSQL, in any combination, again and again while cases
// flow through them; and now and then a node that is stopped for longer than its lease. A round
// strikes when so much has been done since its beginning, not at a time. What the filer and the
// desks were told is what the database is judged by (ledger.hpp).
//
// REGLAMENT_SEED=N repeats a run as far as the machine lets it; REGLAMENT_RUNS=N has more rounds
// than the suite.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "tests/fault/distributed_office.hpp"

namespace reglament::testing {
namespace {

constexpr unsigned kRounds = 8;

enum class Target : std::uint8_t { node, desk, broker, database };
constexpr std::array kTargets = {Target::node, Target::desk, Target::broker, Target::database};

class Campaign {
 public:
  void play(unsigned rounds) {
    // Everything is struck, whatever the dice say: the first rounds each have one for certain.
    std::array certain = kTargets;
    dice_.shuffle(certain);
    const unsigned pause = dice_.below(std::min(rounds, kRounds));
    for (unsigned round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
      SCOPED_TRACE(fmt::format("round {}", round));
      std::set<Target> targets;
      for (const Target target : kTargets) {
        if (dice_.one_in(3)) targets.insert(target);
      }
      if (round < certain.size()) targets.insert(certain.at(round));
      if (targets.empty()) targets.insert(kTargets.at(dice_.below(kTargets.size())));
      if (round == pause || dice_.one_in(12)) pause_a_node();
      strike(targets);
    }
  }
  void end() {
    working_.end();
    if (!::testing::Test::HasFailure()) working_.judge_all();
  }

  void print() {
    std::printf(
        "cases %zu, repeated filings %u, filers lost %u; killed: nodes %u, desks %u (%u times "
        "the one by rules), broker %u, database %u; nodes stopped %u\n",
        working_.ledger().cases().size(), repeated_, filers_lost_, kills(Target::node),
        kills(Target::desk), kills_of_desk_by_rules_, kills(Target::broker),
        kills(Target::database), pauses_);
  }
  [[nodiscard]] unsigned kills(Target target) const {
    const auto found = kills_.find(target);
    return found == kills_.end() ? 0 : found->second;
  }
  [[nodiscard]] unsigned kills_of_desk_by_rules() const { return kills_of_desk_by_rules_; }
  [[nodiscard]] unsigned pauses() const { return pauses_; }

 private:
  // Waits until a part of it is done, smaller than the least that it is.
  void load(std::size_t part) {
    const std::size_t before = working_.progress();
    working_.filer().file(10 + dice_.below(20));
    working_.filer().repeat(2, [this](std::size_t count) { return dice_.below(count); });
    repeated_ += 2;
    if (dice_.one_in(4)) {
      ++filers_lost_;
      working_.filer().begin_anew();
    }
    working_.await_progress(before + part);
  }

  void pause_a_node() {
    const std::size_t stopped = dice_.below(WorkingOffice::nodes);
    load(1);
    working_.node(stopped).pause();
    ++pauses_;
    const Member& other = working_.node(1 - stopped);
    EXPECT_TRUE(comes_true([&] {
      return other.partitions().size() == DistributedOffice::partitions;
    })) << working_.complaints();
    working_.node(stopped).resume();
  }

  void strike(const std::set<Target>& targets) {
    load(dice_.below(50));
    std::vector<Target> order(targets.begin(), targets.end());
    dice_.shuffle(order);
    std::set<std::size_t> nodes;
    std::set<std::string> desks;
    for (const Target target : order) {
      ++kills_[target];
      if (target == Target::broker) office_.rabbit().kill();
      if (target == Target::database) office_.postgres().kill();
      if (target == Target::node) nodes = kill_nodes();
      if (target == Target::desk) desks = kill_desks();
    }
    if (targets.contains(Target::broker)) office_.rabbit().start();
    if (targets.contains(Target::database)) office_.postgres().start();
    for (const std::string& office : desks) working_.start_desk(office);
    for (const std::size_t node : nodes) working_.start_node(node);
  }

  std::set<std::size_t> kill_nodes() {
    std::set<std::size_t> nodes = {dice_.below(WorkingOffice::nodes)};
    if (dice_.one_in(3)) nodes = {0, 1};
    for (const std::size_t node : nodes) working_.node(node).kill();
    return nodes;
  }

  std::set<std::string> kill_desks() {
    const auto& offices = DistributedOffice::offices;
    std::set<std::string> desks = {offices.at(dice_.below(offices.size()))};
    for (const std::string& office : offices) {
      if (dice_.one_in(3)) desks.insert(office);
    }
    if (kills(Target::desk) == 1) desks.insert(DistributedOffice::by_rules);  // for certain
    if (desks.contains(DistributedOffice::by_rules)) ++kills_of_desk_by_rules_;
    for (const std::string& office : desks) working_.desk(office).kill();
    return desks;
  }

  Dice dice_;
  DistributedOffice office_;
  WorkingOffice working_{office_};
  std::map<Target, unsigned> kills_;
  unsigned kills_of_desk_by_rules_ = 0;
  unsigned pauses_ = 0;
  unsigned repeated_ = 0;
  unsigned filers_lost_ = 0;
};

TEST(KilledParts, LoseNothingAndRepeatNothingInAnyCombination) {
  Campaign campaign;
  campaign.play(number_from_environment("REGLAMENT_RUNS", kRounds));
  ASSERT_FALSE(HasFailure());
  campaign.end();
  campaign.print();
  // A run that did nothing proves nothing (I13).
  for (const Target target : kTargets) EXPECT_GE(campaign.kills(target), 1U);
  EXPECT_GE(campaign.kills_of_desk_by_rules(), 1U);
  EXPECT_GE(campaign.pauses(), 1U);
}

}  // namespace
}  // namespace reglament::testing
