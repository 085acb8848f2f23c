// Nodes under faults, in memory: machines join, leave, die, are stopped and go on; leases end;
// commits fail without effect or with an unknown outcome; the lease table is away; clients file and
// answer wherever a partition has an engine, also at one that does not know yet that it was
// replaced; the virtual clock moves. After each run: every partition has one engine that runs and
// the parts are fair, and the oracle holds: what was acknowledged is there, nothing took effect
// twice, each case's chain is whole, the state is the fold of its entries, each deadline fired
// exactly once (I1-I4, I7, I11, I13 of ARCHITECTURE.md).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <thread>

#include "tests/support/node_under_test.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/seeds.hpp"

namespace reglament {
namespace {

using std::chrono::milliseconds;
using testing::answer_of;
using testing::CommitFault;
using testing::complete_filing;
using testing::instant;
using testing::LeaseBoard;
using testing::MemoryStore;
using testing::NodeUnderTest;

constexpr std::uint32_t kPartitions = 4;
constexpr std::size_t kMostMachines = 4;

struct Machine {
  std::unique_ptr<NodeUnderTest> node;
  int stopped_for = 0;  // moves
};

class ClusterRun {
 public:
  explicit ClusterRun(unsigned seed)
      : random_(seed), store_({kPartitions, true, start_, ""}), target_(start_) {}

  void play(int moves) {
    join();
    join();
    for (int i = 0; i < moves; ++i) {
      pass(milliseconds(50 + pick(350)));
      disturb();
      for (Machine& machine : machines_) {
        if (machine.stopped_for > 0) {
          --machine.stopped_for;
        } else if (!chance(4)) {
          machine.node->turn();
        }
      }
      for (int j = 0; j < 3; ++j) act();
    }
  }

  // The faults stop; then everything has an engine again, and all clocks get to their target.
  void heal() {
    if (machines_.empty()) join();
    for (Machine& machine : machines_) {
      machine.stopped_for = 0;
      machine.node->break_next_commit(CommitFault::none);
      machine.node->leases().before_call = nullptr;
    }
    const auto reader = store_.reader();
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_settled() || !clocks_stand_at_target(*reader)) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "it does not come to rest\n"
                                                           << describe(*reader);
      pass(milliseconds(200));
      for (Machine& machine : machines_) machine.node->turn();
      std::this_thread::sleep_for(milliseconds(1));
    }
    for (Machine& machine : machines_) machine.node->node().leave();
    machines_.clear();
  }

  void judge() {
    const auto judged =
        testing::judge_histories(store_.tables(), [this](LogId) { return target_; });
    ASSERT_EQ(judged.finding, "");
    ASSERT_EQ(told_.judge(store_.tables()), "");
    fired_ = judged.fired;
  }

  struct Reached {
    std::size_t accepted, fenced, unknown, failed, moved, fired;
  };
  [[nodiscard]] Reached reached() {
    std::size_t claims = 0;
    for (const auto& [log, row] : store_.tables().logs) claims += row.epoch;
    return {told_.count(), fenced_, unknown_, failed_, claims, fired_};
  }

 private:
  bool chance(int one_in) { return std::uniform_int_distribution(1, one_in)(random_) == 1; }
  int pick(std::size_t count) {
    return std::uniform_int_distribution(0, static_cast<int>(count) - 1)(random_);
  }
  Machine& any_machine() { return machines_[static_cast<std::size_t>(pick(machines_.size()))]; }

  void pass(milliseconds time) {
    const std::lock_guard lock(board_->mutex);
    board_->now += time;
  }

  void join() {
    machines_.push_back({std::make_unique<NodeUnderTest>(store_, kPartitions, board_,
                                                         "node-" + std::to_string(++joined_))});
  }

  void disturb() {
    if (machines_.size() < kMostMachines && chance(12)) join();
    if (machines_.empty()) return;
    Machine& machine = any_machine();
    switch (pick(24)) {
      case 0:
      case 7:
        machine.stopped_for = 3 + pick(20);
        break;
      case 1:
        machine.node->break_next_commit(CommitFault::nothing_happened);
        break;
      case 2:
      case 3:
        machine.node->break_next_commit(CommitFault::unknown);
        break;
      case 4:
        machine.node->leases().before_call = [left = 2 + pick(12)]() mutable {
          if (left-- > 0) throw Unavailable("no route to the database");
        };
        break;
      case 5:
        if (!machine.node->leases().before_call) machine.node->node().leave();
        [[fallthrough]];
      case 6:  // it dies
        std::erase_if(machines_, [&](const Machine& one) { return &one == &machine; });
        break;
      default:
        break;
    }
  }

  void act() {
    try {
      switch (pick(8)) {
        case 0:
        case 1:
          return file();
        case 2:
          return advance();
        case 3:
          return answer_something_old();
        default:
          return answer_open_task();
      }
    } catch (const Fenced&) {
      ++fenced_;
    } catch (const CommitUnknown&) {
      ++unknown_;
    } catch (const Unavailable&) {
      ++failed_;
    }
  }

  // Somebody who has an engine for it, be it one that was replaced; null where nobody has.
  std::shared_ptr<testing::PartitionLine> any_line(LogId log) {
    std::vector<std::shared_ptr<testing::PartitionLine>> lines;
    for (Machine& machine : machines_) {
      if (auto line = machine.node->line(log)) lines.push_back(std::move(line));
    }
    return lines.empty() ? nullptr : lines[static_cast<std::size_t>(pick(lines.size()))];
  }

  void file() {
    const std::string id = chance(4) && next_request_ > 1
                               ? std::to_string(1 + pick(next_request_ - 1))
                               : std::to_string(next_request_++);
    const auto line = any_line(partition_of_request(id, kPartitions));
    if (!line) return;
    Filing filing = complete_filing(id);
    if (id.ends_with('7')) filing.documents.clear();
    const FilingReply reply = line->file(filing);
    ASSERT_EQ(told_.filed(id, reply.case_number), "");
  }

  void advance() {
    if (machines_.empty() || any_machine().node->leases().before_call) return;
    target_ += std::chrono::hours(1 + pick(40));
    MemoryLeases(board_).set_clock_target(target_);
  }

  void answer_open_task() {
    std::vector<std::pair<CaseNumber, Task>> open;
    store_.reader()->for_each_case(std::nullopt, true, [&](const StoredCase& row) {
      for (const Task& task : decode_case(row.state).tasks) open.emplace_back(row.number, task);
      return true;
    });
    if (open.empty()) return;
    const auto& [number, task] = open[static_cast<std::size_t>(pick(open.size()))];
    const std::string step(task.step.view());
    const std::string outcome = step == "accept"       ? (chance(6) ? "incomplete" : "accepted")
                                : step == "knb-review" ? (chance(3) ? "objected" : "agreed")
                                : step == "issue"      ? (chance(2) ? "refused" : "issued")
                                                       : "forwarded";
    send(answer_of(number, task.ordinal, task.office.view(), outcome,
                   outcome == "refused" ? "BZP-R1" : ""));
  }

  void answer_something_old() {
    if (!sent_.empty()) send(sent_[static_cast<std::size_t>(pick(sent_.size()))]);
  }

  void send(Answer answer) {
    sent_.push_back(answer);
    const auto line = any_line(partition_of(answer.case_number, kPartitions));
    if (!line) return;
    const auto verdict = line->answer(answer);
    if (!verdict || *verdict) return;  // not decided, or rejected
    ASSERT_EQ(told_.accepted(answer), "");
  }

  [[nodiscard]] bool is_settled() const {
    std::set<LogId> running;
    std::size_t count = 0;
    for (const Machine& machine : machines_) {
      const auto logs = machine.node->running();
      const std::size_t part = kPartitions / machines_.size();
      if (logs.size() != part && logs.size() != part + 1) return false;
      running.insert(logs.begin(), logs.end());
      count += logs.size();
    }
    return running.size() == kPartitions && count == kPartitions;
  }

  // What a reader of the log needs to see why nothing moves.
  [[nodiscard]] std::string describe(StoreReader& reader) const {
    std::string text;
    for (const Machine& machine : machines_) {
      const NodeStatus status = machine.node->node().status();
      text += fmt::format("{}: {}\n", status.self.id, status.trouble.value_or("no trouble"));
      for (const PartitionStatus& partition : status.partitions) {
        text += fmt::format("  log {} epoch {}: {}\n", partition.log, partition.epoch,
                            partition.trouble.value_or("runs"));
      }
    }
    for (const StoredLog& log : reader.logs()) {
      text += fmt::format("log {} epoch {} stands at {}\n", log.log, log.epoch,
                          log.clock_now ? format_instant(*log.clock_now, {}) : "no clock");
    }
    return text + fmt::format("the target is {}\n", format_instant(target_, {}));
  }

  [[nodiscard]] bool clocks_stand_at_target(StoreReader& reader) const {
    return std::ranges::all_of(reader.logs(),
                               [&](const StoredLog& log) { return log.clock_now == target_; });
  }

  using MemoryLeases = testing::MemoryLeases;
  const Instant start_ = instant("2015-07-14T09:00:00+06:00");
  std::mt19937 random_;
  MemoryStore store_;
  std::shared_ptr<LeaseBoard> board_ = std::make_shared<LeaseBoard>();
  std::vector<Machine> machines_;
  Instant target_;
  std::size_t next_request_ = 1;
  int joined_ = 0;
  testing::Told told_;
  std::vector<Answer> sent_;
  std::size_t fenced_ = 0;
  std::size_t unknown_ = 0;
  std::size_t failed_ = 0;
  std::size_t fired_ = 0;
};

TEST(NodeSimulation, HoldsItsInvariantsUnderFaults) {
  const auto [first, runs] = testing::Seeds(60);
  ClusterRun::Reached all{};
  for (unsigned seed = first; seed != first + runs; ++seed) {
    SCOPED_TRACE("REGLAMENT_SEED=" + std::to_string(seed));
    ClusterRun run(seed);
    run.play(120);
    run.heal();
    if (HasFatalFailure()) return;
    run.judge();
    if (HasFatalFailure()) return;
    const ClusterRun::Reached reached = run.reached();
    all = {all.accepted + reached.accepted, all.fenced + reached.fenced,
           all.unknown + reached.unknown,   all.failed + reached.failed,
           all.moved + reached.moved,       all.fired + reached.fired};
  }
  std::printf(
      "runs %u, accepted %zu, fenced %zu, unknown %zu, failed %zu, claims %zu, deadlines fired "
      "%zu\n",
      runs, all.accepted, all.fenced, all.unknown, all.failed, all.moved, all.fired);
  // I13: a run that did nothing proves nothing.
  EXPECT_GT(all.accepted, runs * 30);
  EXPECT_GT(all.moved, runs * kPartitions * 2);
  if (runs >= 50) {
    EXPECT_GT(all.fenced, 10U);
    EXPECT_GT(all.unknown, 10U);
    EXPECT_GT(all.fired, 200U);
  }
}

}  // namespace
}  // namespace reglament
