// kill -9 of nodes, desks, RabbitMQ and PostgreSQL, in any combination, again and again while cases
// flow through them; and now and then a node that is stopped for longer than its lease. A round
// strikes when so much has been done since its beginning, not at a time. What the filer and the
// desks were told is what the database is judged by (ledger.hpp).
//
// REGLAMENT_SEED=N repeats a run as far as the machine lets it; REGLAMENT_RUNS=N has more rounds
// than the suite.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

#include "tests/fault/distributed_office.hpp"

namespace reglament::testing {
namespace {

using ::testing::IsEmpty;

constexpr unsigned kRounds = 8;
constexpr std::size_t kNodes = 2;
constexpr std::size_t kStepsOfACase = 5;

enum class Target : std::uint8_t { node, desk, broker, database };
constexpr std::array kTargets = {Target::node, Target::desk, Target::broker, Target::database};

class Campaign {
 public:
  explicit Campaign(unsigned seed) : random_(seed) {
    for (auto& node : nodes_) node = office_.start_node();
    for (const std::string& office : DistributedOffice::offices) {
      desks_[office].push_back(office_.start_desk(office));
    }
  }

  void play(unsigned rounds) {
    // Everything is struck, whatever the dice say: the first rounds each have one for certain.
    std::array certain = kTargets;
    std::ranges::shuffle(certain, random_);
    const unsigned pause = below(std::min<unsigned>(rounds, kRounds));
    for (unsigned round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
      SCOPED_TRACE(fmt::format("round {}", round));
      std::set<Target> targets;
      for (const Target target : kTargets) {
        if (one_in(3)) targets.insert(target);
      }
      if (round < certain.size()) targets.insert(certain.at(round));
      if (targets.empty()) targets.insert(kTargets.at(below(kTargets.size())));
      load();
      if (round == pause || one_in(12)) pause_a_node();
      strike(targets);
    }
  }

  // Everything runs, and has to come to its end.
  void end() {
    ASSERT_TRUE(comes_true([&] { return filer_->answered() == filer_->filed(); }))
        << filer_->answered() << " of " << filer_->filed() << troubles();
    ASSERT_TRUE(comes_true([&] { return office_.open_cases() == 0; }))
        << office_.open_cases() << " cases left open" << troubles();
    ASSERT_TRUE(comes_true([&] { return office_.outbox() == 0; })) << troubles();
    for (auto& [office, lives] : desks_) lives.back()->stop();
    for (auto& node : nodes_) node->stop();
    filer_.reset();
    EXPECT_TRUE(comes_true([&] { return office_.waiting().empty(); }))
        << ::testing::PrintToString(office_.waiting());
    const Ended letters = office_.run({"dead-letters", "list"});
    EXPECT_EQ(letters.exit, 0) << letters.text();
    EXPECT_EQ(letters.out, "");
  }

  void judge_all() {
    EXPECT_THAT(judge(office_.archive(), ledger_), IsEmpty());
    const Record record = read_record(office_.archive());
    EXPECT_EQ(record.steps.size(), kStepsOfACase * ledger_.cases().size());
    EXPECT_EQ(record.answers.size(), kStepsOfACase * ledger_.cases().size());
    for (const auto& [office, lives] : desks_) {
      for (const auto& desk : lives) expect_in_record(record, *desk);
    }
  }

  void print() const {
    std::printf(
        "cases %zu, repeated filings %u, filers lost %u; killed: nodes %u, desks %u, "
        "broker %u, database %u; nodes stopped %u\n",
        ledger_.cases().size(), repeated_, filers_lost_, kills(Target::node), kills(Target::desk),
        kills(Target::broker), kills(Target::database), pauses_);
  }
  [[nodiscard]] unsigned kills(Target target) const {
    const auto found = kills_.find(target);
    return found == kills_.end() ? 0 : found->second;
  }
  [[nodiscard]] unsigned pauses() const { return pauses_; }

 private:
  unsigned below(std::size_t count) {
    return static_cast<unsigned>(std::uniform_int_distribution<std::size_t>(0, count - 1)(random_));
  }
  bool one_in(std::size_t count) { return below(count) == 0; }

  void load() {
    filer_->file(10 + below(20));
    repeated_ += 2;
    filer_->repeat(2, [this](std::size_t count) { return below(count); });
    if (!one_in(4)) return;
    ++filers_lost_;
    filer_->begin_anew();
  }

  // Filings with a reply, and steps whose answer a desk knows to be taken.
  std::size_t progress() const {
    std::size_t done = filer_->answered();
    for (const auto& [office, lives] : desks_) {
      for (const auto& desk : lives) done += desk->lines().size() - 1;
    }
    return done;
  }

  void await_progress(std::size_t amount) {
    const std::size_t goal = progress() + amount;
    ASSERT_TRUE(comes_true([&] { return progress() >= goal; }))
        << progress() << " of " << goal << troubles();
  }

  void pause_a_node() {
    const std::size_t stopped = below(kNodes);
    await_progress(1);
    nodes_.at(stopped)->pause();
    ++pauses_;
    Member& other = *nodes_.at(1 - stopped);
    EXPECT_TRUE(comes_true([&] {
      return other.partitions().size() == DistributedOffice::partitions;
    })) << troubles();
    nodes_.at(stopped)->resume();
  }

  void strike(const std::set<Target>& targets) {
    // Each case is six pieces of progress: those of this round always suffice.
    await_progress(below(50));
    std::vector<Target> order(targets.begin(), targets.end());
    std::ranges::shuffle(order, random_);
    std::vector<std::size_t> nodes;
    std::set<std::string> desks;
    for (const Target target : order) {
      ++kills_[target];
      switch (target) {
        case Target::broker:
          office_.rabbit().kill();
          break;
        case Target::database:
          office_.postgres().kill();
          break;
        case Target::node:
          nodes = {below(kNodes)};
          if (one_in(3)) nodes = {0, 1};
          for (const std::size_t node : nodes) nodes_.at(node)->kill();
          break;
        case Target::desk:
          for (const std::string& office : DistributedOffice::offices) {
            if (one_in(2)) desks.insert(office);
          }
          if (desks.empty()) desks.insert(DistributedOffice::offices.at(below(3)));
          for (const std::string& office : desks) desks_.at(office).back()->kill();
          break;
      }
    }
    if (targets.contains(Target::broker)) office_.rabbit().start();
    if (targets.contains(Target::database)) office_.postgres().start();
    for (const std::string& office : desks) {
      desks_.at(office).push_back(office_.start_desk(office));
    }
    for (const std::size_t node : nodes) nodes_.at(node) = office_.start_node();
  }

  // What a desk was told of its answers is in the history.
  void expect_in_record(const Record& record, const Member& desk) const {
    for (const Json& line : desk.lines()) {
      if (line.contains("ready")) continue;
      EXPECT_FALSE(line.contains("rejected")) << line;
      const CaseNumber number = ledger_.cases().at(line.at("talon").get<std::string>());
      EXPECT_TRUE(record.steps.contains({number, line.at("step").get<std::string>()})) << line;
    }
  }

  // For messages.
  std::string troubles() const {
    std::string all;
    for (const auto& node : nodes_) all += "\nnode: " + node->complaints();
    for (const auto& [office, lives] : desks_) {
      all += "\n" + office + ": " + lives.back()->complaints();
    }
    return all;
  }

  std::mt19937 random_;
  DistributedOffice office_;
  Ledger ledger_;
  std::unique_ptr<Filer> filer_ =
      std::make_unique<Filer>(office_.office_address(DistributedOffice::offices.front()), ledger_);
  std::array<std::unique_ptr<Member>, kNodes> nodes_;
  std::map<std::string, std::vector<std::unique_ptr<Member>>> desks_;  // all lives of each
  std::map<Target, unsigned> kills_;
  unsigned pauses_ = 0;
  unsigned repeated_ = 0;
  unsigned filers_lost_ = 0;
};

TEST(KilledParts, LoseNothingAndRepeatNothingInAnyCombination) {
  const unsigned seed = number_from_environment("REGLAMENT_SEED", std::random_device{}());
  const unsigned rounds = number_from_environment("REGLAMENT_RUNS", kRounds);
  std::printf("REGLAMENT_SEED=%u\n", seed);
  Campaign campaign(seed);
  campaign.play(rounds);
  ASSERT_FALSE(HasFailure());
  campaign.end();
  ASSERT_FALSE(HasFailure());
  campaign.judge_all();
  campaign.print();
  // A run that did nothing proves nothing (I13).
  for (const Target target : kTargets) EXPECT_GE(campaign.kills(target), 1U);
  EXPECT_GE(campaign.pauses(), 1U);
}

}  // namespace
}  // namespace reglament::testing
