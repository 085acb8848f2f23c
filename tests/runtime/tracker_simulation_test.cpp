// The deadline tracker under simulated time, without threads, so that many lives fit: two nodes on
// one store, each with a partition and a machine whose clock jumps; random filings and answers;
// commits that fail or whose outcome is unknown; nodes that crash, stay away for days, are replaced
// by the other while they still believe to be the owner.
//
// After each run: every deadline that was due has expired exactly once, dated at its due instant
// and noticed no earlier; none that was done in time has; of one sweep the instants ascend over all
// cases; a node that was replaced has written nothing; each state is the fold of its entries (I3,
// I4, I7, I11 of ARCHITECTURE.md).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "adapters/clock/system_clock.hpp"
#include "engine/runtime/due_alarms.hpp"
#include "tests/support/hosted_engine.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/seeds.hpp"

namespace reglament {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::answer_of;
using testing::complete_filing;
using testing::instant;
using testing::MemoryStore;
using testing::permit_framework;

constexpr std::uint32_t kPartitions = 2;

// What really passes, and what a machine's clock makes of it.
class Machine {
 public:
  explicit Machine(const Instant& truth) : truth_(truth) {}

  void jump(std::chrono::microseconds by) { error_ += by; }
  [[nodiscard]] SystemClock::Reading read() const {
    return {truth_ + error_, truth_.time_since_epoch()};
  }

 private:
  const Instant& truth_;
  std::chrono::microseconds error_{};
};

// What an engine's deciding thread does, one call after another.
class Tracker {
 public:
  Tracker(std::unique_ptr<MemoryStore> store, LogId log, const Machine& machine)
      : store_(std::move(store)),
        logs_(store_->claim(log)),
        reader_(store_->reader()),
        clock_(reader_->settings().clock_now, [&machine] { return machine.read(); }),
        bench_{
            permit_framework(), *reader_, testing::counting_bytes(), {}, CaseCache(4), 1, {}, log} {
    for (const StoredLog& row : logs_) bench_.partitions.emplace_back(row, kPartitions);
    reader_->for_each_message(log, [this](const OutboxMessage& message) {
      bench_.next_message = std::max(bench_.next_message, message.id + 1);
      return true;
    });
  }

  // Throws what a commit throws: this object is of no more use then.
  void sweep() {
    const Instant now = clock_.now();
    DueAlarms due(*reader_, bench_.share, now, 2);
    for (bool more = true; more;) {
      Docket docket(bench_, now, ++batch_);
      more = due.fire(docket, 3);
      commit(docket, now);
    }
  }
  FilingReply file(const Filing& filing) {
    sweep();
    const Instant now = clock_.now();
    Docket docket(bench_, now, ++batch_);
    FilingReply reply = docket.file(filing);
    commit(docket, now);
    return reply;
  }
  Verdict answer(const Answer& answer) {
    sweep();
    const Instant now = clock_.now();
    Docket docket(bench_, now, ++batch_);
    Verdict verdict = docket.answer(answer);
    commit(docket, now);
    return verdict;
  }
  [[nodiscard]] MemoryStore& store() { return *store_; }
  [[nodiscard]] Instant now() const { return clock_.now(); }

 private:
  void commit(Docket& docket, Instant now) {
    if (docket.decisions() == 0) return;
    Batch batch = docket.take_batch();
    batch.share = bench_.share;
    batch.clock_now = now;
    store_->commit(batch);
    bench_.filings_in_flight.clear();
    bench_.cases.trim(batch_);
  }

  std::unique_ptr<MemoryStore> store_;
  std::vector<StoredLog> logs_;
  std::unique_ptr<StoreReader> reader_;
  SystemClock clock_;
  Bench bench_;
  std::uint64_t batch_ = 0;
};

struct Tally {
  std::size_t fired = 0;
  std::size_t jumps = 0;
  std::size_t crashes = 0;
  std::size_t fenced = 0;
  std::size_t unknown = 0;
};

class TrackedLives {
 public:
  TrackedLives(unsigned seed, Tally& tally)
      : random_(seed),
        tally_(tally),
        database_({kPartitions, false, std::nullopt, ""}),
        machines_{Machine(truth_), Machine(truth_)} {}

  void play(int moves) {
    for (int i = 0; i < moves; ++i) {
      truth_ += chance(5) ? hours(pick(60)) : minutes(pick(300));
      move(static_cast<LogId>(pick(kPartitions)));
    }
    settle();
  }

  void judge() {
    const auto& tables = database_.tables();
    const auto swept_until = [this](LogId log) { return ends_.at(log); };
    const auto judged = testing::judge_histories(tables, swept_until,
                                                 [this](const Entry& entry, const Case& before) {
                                                   if (entry.actor == "tracker")
                                                     judge_alarm(entry, before);
                                                 });
    ASSERT_EQ(judged.finding, "");
    for (const auto& [number, row] : tables.cases) {
      const Instant end = ends_.at(row.log);
      const Case state = decode_case(row.state);
      for (const Deadline& deadline : state.deadlines) {
        const bool late = !deadline.ended_at || *deadline.ended_at >= deadline.due_at;
        ASSERT_EQ(deadline.expired, late && deadline.due_at <= end)
            << "I7: an expiry too many, or one too few";
      }
    }
    judge_order();
  }

 private:
  bool chance(int one_in) { return pick(one_in) == 0; }
  int pick(int count) { return std::uniform_int_distribution(0, count - 1)(random_); }

  // The owner of the partition; a crashed or replaced one is started anew.
  Tracker& tracker(LogId log) {
    auto& owner = owners_.at(log);
    if (!owner) owner = std::make_unique<Tracker>(database_.another(), log, machines_.at(log));
    return *owner;
  }

  void move(LogId log) {
    disturb(log);
    try {
      act(log);
    } catch (const Fenced&) {
      ++tally_.fenced;
      owners_.at(log).reset();
    } catch (const CommitUnknown&) {
      ++tally_.unknown;
      owners_.at(log).reset();
    } catch (const Unavailable&) {
      owners_.at(log).reset();
    }
  }

  void disturb(LogId log) {
    if (chance(6)) {
      machines_.at(log).jump(hours(pick(2000) - 1000));
      ++tally_.jumps;
    }
    if (chance(8)) {
      owners_.at(log).reset();
      ++tally_.crashes;
      truth_ += hours(pick(200));  // nobody is there
    }
    MemoryStore& store = tracker(log).store();
    store.before_commit = nullptr;
    store.after_commit = nullptr;
    if (chance(12)) store.before_commit = [](const Batch&) { throw Unavailable("full"); };
    if (chance(12)) store.after_commit = [](const Batch&) { throw CommitUnknown("no answer"); };
    // Another process takes the partition over; the old owner does not know.
    if (chance(15)) static_cast<void>(database_.another()->claim(log));
  }

  void act(LogId log) {
    Tracker& owner = tracker(log);
    switch (pick(5)) {
      case 0:
        return file(log, owner);
      case 1:
      case 2:
        return answer(log, owner);
      default:
        return owner.sweep();
    }
  }

  void file(LogId log, Tracker& owner) {
    std::string request;
    do {
      request = std::to_string(++requests_);
    } while (partition_of_request(request, kPartitions) != log);
    static_cast<void>(owner.file(complete_filing(request)));
  }

  void answer(LogId log, Tracker& owner) {
    std::vector<std::pair<CaseNumber, Task>> open;
    for (const auto& [number, row] : database_.tables().cases) {
      if (row.log != log) continue;
      for (const Task& task : decode_case(row.state).tasks) open.emplace_back(number, task);
    }
    if (open.empty()) return;
    const auto& [number, task] =
        open[static_cast<std::size_t>(pick(static_cast<int>(open.size())))];
    const std::string step(task.step.view());
    const std::string outcome = step == "accept"       ? "accepted"
                                : step == "knb-review" ? "agreed"
                                : step == "issue"      ? "issued"
                                                       : "forwarded";
    static_cast<void>(owner.answer(answer_of(number, task.ordinal, task.office.view(), outcome)));
  }

  // The faults end; both nodes live on until every clock is believed, and look once more.
  void settle() {
    for (LogId log = 0; log < kPartitions; ++log) owners_.at(log).reset();
    for (LogId log = 0; log < kPartitions; ++log) tracker(log).sweep();
    truth_ += hours(24 * 30);
    for (LogId log = 0; log < kPartitions; ++log) {
      tracker(log).sweep();
      ends_.at(log) = tracker(log).now();
    }
  }

  void judge_alarm(const Entry& entry, const Case& before) {
    ASSERT_GE(entry.noticed_at, entry.at) << "an alarm was noticed before it was due";
    const DeadlineChange& change = entry.deadlines.front();
    for (const Deadline& deadline : before.deadlines) {
      if (!deadline.is_open() || deadline.scope != change.scope || deadline.step != change.step) {
        continue;
      }
      if (change.change != deadline_change::expired) continue;
      ASSERT_FALSE(deadline.expired) << "I7: expired twice";
      ASSERT_EQ(entry.at, deadline.due_at) << "an expiry is dated at its due instant";
    }
    ++tally_.fired;
  }

  // D1: what one sweep has fired stands in its log in the order of the instants.
  void judge_order() {
    std::map<LogId, std::pair<Instant, Instant>> last;  // noticed, at
    for (const auto& [place, stored] : database_.tables().entries) {
      const Entry entry = decode_entry(stored.bytes);
      if (entry.actor != "tracker") {
        last.erase(entry.log);
        continue;
      }
      const auto found = last.find(entry.log);
      if (found != last.end() && found->second.first == entry.noticed_at) {
        ASSERT_LE(found->second.second, entry.at) << "D1: an alarm overtook another";
      }
      last[entry.log] = {entry.noticed_at, entry.at};
    }
  }

  std::mt19937 random_;
  Tally& tally_;
  Instant truth_ = instant("2015-07-14T09:00:00+06:00");
  MemoryStore database_;
  std::array<Machine, kPartitions> machines_;
  std::array<std::unique_ptr<Tracker>, kPartitions> owners_;
  std::array<Instant, kPartitions> ends_{};  // when each was swept last
  int requests_ = 0;
};

TEST(TrackerSimulation, EveryExpiryHappensExactlyOnceAndNoneEarly) {
  const auto [first, runs] = testing::Seeds(10'000);
  Tally tally;
  for (unsigned seed = first; seed != first + runs; ++seed) {
    SCOPED_TRACE("REGLAMENT_SEED=" + std::to_string(seed));
    TrackedLives lives(seed, tally);
    lives.play(25);
    lives.judge();
    if (HasFatalFailure()) return;
  }
  std::printf(
      "runs %u from seed %u: alarms %zu, clock jumps %zu, crashes %zu, fenced %zu,"
      " unknown commits %zu\n",
      runs, first, tally.fired, tally.jumps, tally.crashes, tally.fenced, tally.unknown);
  // I13: a run that did nothing proves nothing.
  if (runs >= 1000) {
    EXPECT_GT(tally.fired, runs * 5);
    EXPECT_GT(tally.jumps, runs);
    EXPECT_GT(tally.crashes, runs);
    EXPECT_GT(tally.fenced, runs / 10);
    EXPECT_GT(tally.unknown, runs / 10);
  }
}

}  // namespace
}  // namespace reglament
