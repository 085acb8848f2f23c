// The engine under faults, in memory: random filings, answers (right, repeated, late, stray), moves
// of the clock, commits that fail without effect, commits whose outcome is unknown, restarts. After
// each run the oracle: what was acknowledged is there, nothing took effect twice, each case's chain
// is whole, the state is the fold of its entries, each deadline fired at most once and none is
// missing, and the run did something (I1-I3, I4, I7, I13 of the numbered invariants in
// ARCHITECTURE.md).
#include <gtest/gtest.h>

#include <random>

#include "tests/support/hosted_engine.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/seeds.hpp"

namespace reglament {
namespace {

using testing::answer_of;
using testing::complete_filing;
using testing::EngineUnderTest;
using testing::instant;
using testing::MemoryStore;

class SimulatedRun {
 public:
  explicit SimulatedRun(unsigned seed) : random_(seed), store_({3, true, start_, ""}) { restart(); }

  void play(int moves) {
    for (int i = 0; i < moves; ++i) {
      try {
        move();
      } catch (const CommitUnknown&) {
        ++unknown_;
        restart();
      } catch (const Unavailable&) {
        ++failed_;
      }
      if (chance(40)) restart();
    }
    engine_.reset();
  }

  void judge() {
    const Instant now = *store_.tables().settings.clock_now;
    const auto judged = testing::judge_histories(store_.tables(), [now](LogId) { return now; });
    ASSERT_EQ(judged.finding, "");
    ASSERT_EQ(told_.judge(store_.tables()), "");
  }

  [[nodiscard]] std::size_t accepted() const { return told_.count(); }
  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] int unknown() const { return unknown_; }
  [[nodiscard]] int restarts() const { return restarts_; }
  [[nodiscard]] int rejected() const { return rejected_; }

 private:
  bool chance(int one_in) { return std::uniform_int_distribution(1, one_in)(random_) == 1; }
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }

  void restart() {
    store_.before_commit = nullptr;
    store_.after_commit = nullptr;
    engine_.reset();
    ++restarts_;
    engine_ = std::make_unique<EngineUnderTest>(store_, *store_.tables().settings.clock_now,
                                                EngineSettings{4, 5});
  }

  void break_the_next_commit() {
    if (chance(2)) {
      store_.before_commit = [](const Batch&) { throw Unavailable("full"); };
    } else {
      store_.after_commit = [](const Batch&) { throw CommitUnknown("no answer"); };
    }
  }

  void move() {
    store_.before_commit = nullptr;
    store_.after_commit = nullptr;
    if (chance(20)) break_the_next_commit();
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
  }

  void file() {
    // Sometimes a request that was sent before, acknowledged or not.
    const std::string id = chance(4) && next_request_ > 1
                               ? std::to_string(1 + pick(next_request_ - 1))
                               : std::to_string(next_request_++);
    Filing filing = complete_filing(id);
    if (id.ends_with('7')) filing.documents.clear();
    const FilingReply reply = engine_->file(filing);
    ASSERT_EQ(told_.filed(id, reply.case_number), "");
  }

  void advance() {
    // Asked anew: a move that failed may have gone a part of its way.
    const Instant now = engine_->engine().now();
    engine_->engine().advance_clock(now + std::chrono::hours(1 + pick(40)));
  }

  void answer_open_task() {
    std::vector<std::pair<CaseNumber, Task>> open;
    for (const auto& [number, row] : store_.tables().cases) {
      for (const Task& task : decode_case(row.state).tasks) open.emplace_back(number, task);
    }
    if (open.empty()) return;
    const auto& [number, task] = open[pick(open.size())];
    const std::string step(task.step.view());
    std::string outcome = step == "accept"       ? (chance(6) ? "incomplete" : "accepted")
                          : step == "knb-review" ? (chance(3) ? "objected" : "agreed")
                          : step == "issue"      ? (chance(2) ? "refused" : "issued")
                                                 : "forwarded";
    send(answer_of(number, task.ordinal, task.office.view(), outcome,
                   outcome == "refused" ? "BZP-R1" : ""));
  }

  void answer_something_old() {
    if (sent_.empty()) return;
    Answer again = sent_[pick(sent_.size())];
    if (chance(2)) again.message_id += "-other";
    if (chance(5)) again.case_number += 1000;
    send(again);
  }

  void send(const Answer& answer) {
    sent_.push_back(answer);
    const Verdict verdict = engine_->answer(answer);
    if (verdict) {
      ++rejected_;
      return;
    }
    ASSERT_EQ(told_.accepted(answer), "");
  }

  const Instant start_ = instant("2015-07-14T09:00:00+06:00");
  std::mt19937 random_;
  MemoryStore store_;
  std::unique_ptr<EngineUnderTest> engine_;
  std::size_t next_request_ = 1;
  testing::Told told_;
  std::vector<Answer> sent_;
  int failed_ = 0;
  int unknown_ = 0;
  int restarts_ = 0;
  int rejected_ = 0;
};

TEST(EngineSimulation, HoldsItsInvariantsUnderFaults) {
  const auto [first, runs] = testing::Seeds(150);
  std::size_t accepted = 0;
  int failed = 0;
  int unknown = 0;
  int rejected = 0;
  for (unsigned seed = first; seed != first + runs; ++seed) {
    SCOPED_TRACE("REGLAMENT_SEED=" + std::to_string(seed));
    SimulatedRun run(seed);
    run.play(150);
    run.judge();
    if (HasFatalFailure()) return;
    accepted += run.accepted();
    failed += run.failed();
    unknown += run.unknown();
    rejected += run.rejected();
  }
  std::printf("runs %u, accepted %zu, rejected %d, failed commits %d, unknown commits %d\n", runs,
              accepted, rejected, failed, unknown);
  // I13: a run that did nothing proves nothing.
  EXPECT_GT(accepted, runs * 30);
  if (runs >= 100) {
    EXPECT_GT(failed, 50);
    EXPECT_GT(unknown, 50);
    EXPECT_GT(rejected, 100);
  }
}

}  // namespace
}  // namespace reglament
