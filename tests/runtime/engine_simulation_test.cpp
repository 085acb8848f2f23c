// The engine under faults, in memory: random filings, answers (right, repeated, late, stray), moves
// of the clock, commits that fail without effect, commits whose outcome is unknown, restarts. After
// each run the oracle: what was acknowledged is there, nothing took effect twice, each case's chain
// is whole, the state is the fold of its entries, each deadline fired at most once and none is
// missing, and the run did something (I1-I3, I4, I7, I13 of the numbered invariants in
// ARCHITECTURE.md).
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include "engine/casework/apply.hpp"
#include "engine/history/sha256.hpp"
#include "tests/support/hosted_engine.hpp"

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
    std::map<CaseNumber, Case> folded;
    std::set<std::tuple<CaseNumber, std::string, Date, std::string>> fired;
    for (const auto& [place, stored] : store_.tables().entries) {
      const Entry entry = decode_entry(stored.bytes);
      ASSERT_EQ(stored.hash, leaf_hash(stored.bytes));
      if (entry.case_number == 0) continue;
      Case& state = folded[entry.case_number];
      ASSERT_EQ(entry.seq, state.seq + 1) << "I3: a gap or a fork";
      ASSERT_EQ(entry.previous, state.head) << "I3: a broken chain";
      apply(state, entry, stored.hash);
      for (const DeadlineChange& change : entry.deadlines) {
        if (change.change != deadline_change::expired && change.change != deadline_change::warned) {
          continue;
        }
        const bool first = fired
                               .emplace(entry.case_number, std::string(change.scope), Date{},
                                        std::string(change.change) + std::string(change.step))
                               .second;
        ASSERT_TRUE(first) << "I7: fired twice";
      }
    }
    for (const auto& [number, row] : store_.tables().cases) {
      const Case stored = decode_case(row.state);
      ASSERT_EQ(stored, folded[number]) << "I4: the state is not the fold of its history";
      ASSERT_EQ(row.alarm_at, stored.alarm());
      ASSERT_FALSE(stored.alarm() && *stored.alarm() <= now) << "I7: a due deadline was missed";
      folded.erase(number);
    }
    ASSERT_TRUE(folded.empty()) << "entries of a case that is not stored";
    for (const auto& [request, talon] : acknowledged_) {
      const auto row = store_.tables().requests.find(request);
      ASSERT_NE(row, store_.tables().requests.end()) << "I1: an acknowledged filing is gone";
      ASSERT_EQ(row->second.case_number, talon);
    }
    for (const auto& [number, task] : answered_) {
      ASSERT_TRUE(store_.tables().inbox.contains({number, task}))
          << "I1: an accepted answer is gone";
    }
  }

  [[nodiscard]] std::size_t accepted() const { return acknowledged_.size() + answered_.size(); }
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
    const auto known = acknowledged_.find(id);
    if (known != acknowledged_.end()) {
      ASSERT_EQ(known->second, reply.case_number) << "a repeat got another answer";
    }
    acknowledged_[id] = reply.case_number;
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
    const bool first = answered_.emplace(answer.case_number, answer.task).second;
    ASSERT_TRUE(first) << "I2: a task was answered twice";
  }

  const Instant start_ = instant("2015-07-14T09:00:00+06:00");
  std::mt19937 random_;
  MemoryStore store_;
  std::unique_ptr<EngineUnderTest> engine_;
  std::size_t next_request_ = 1;
  std::map<std::string, CaseNumber> acknowledged_;
  std::set<std::pair<CaseNumber, std::uint32_t>> answered_;
  std::vector<Answer> sent_;
  int failed_ = 0;
  int unknown_ = 0;
  int restarts_ = 0;
  int rejected_ = 0;
};

// REGLAMENT_SEED=N repeats one run; REGLAMENT_RUNS=N plays more of them.
unsigned number_from(const char* variable, unsigned otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

TEST(EngineSimulation, HoldsItsInvariantsUnderFaults) {
  const unsigned first = number_from("REGLAMENT_SEED", std::random_device{}());
  const unsigned runs =
      std::getenv("REGLAMENT_SEED") != nullptr ? 1 : number_from("REGLAMENT_RUNS", 150);
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
