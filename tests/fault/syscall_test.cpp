// A kill at each system call of the reference scenario that changes something: of the commands that
// host an engine for as long as they need one, and of a `serve` at work and at its end. After each,
// the scenario is said once more, and the database is judged (script.hpp, ledger.hpp).
//
// REGLAMENT_SYSCALL_POINTS=N takes so many calls of each scenario; the suite takes a sample.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <functional>

#include "tests/fault/script.hpp"
#include "tests/fault/traced.hpp"

namespace reglament::testing {
namespace {

using ::testing::IsEmpty;

constexpr unsigned kPoints = 70;

const std::vector<std::string> kChangingCalls = {
    "pwrite64", "write",  "fdatasync", "fsync",     "ftruncate", "fallocate", "openat", "unlink",
    "unlinkat", "rename", "renameat",  "renameat2", "flock",     "mmap",      "fcntl",  "sendmsg"};

class KillAtEachSystemCall : public ::testing::Test {
 protected:
  // Plays the scenario on `office()` under `tracing`, notes in `ledger` what callers are told.
  // False where the program came to its end all the same.
  using Play = std::function<bool(const Tracing& tracing, Ledger& ledger)>;

  void SetUp() override {
    const std::string trouble = trouble_with_strace();
    ASSERT_EQ(trouble, "");
    fresh_.create(kScriptPartitions);
  }

  void kill_at_each(const PermitOffice& beginning, const Play& play) {
    const std::vector<SystemCall> calls = count(beginning, play);
    ASSERT_GE(calls.size(), 10U) << "the scenario writes more than that";
    const std::vector<SystemCall> taken =
        sample(calls, number_from_environment("REGLAMENT_SYSCALL_POINTS", kPoints));
    std::size_t killed = 0;
    for (const SystemCall& call : taken) {
      SCOPED_TRACE("killed at " + call.text());
      office_.copy_from(beginning);
      Ledger ledger;
      if (play(Tracing(call, "signal=KILL", false, log_), ledger)) ++killed;
      told_ += ledger.replies().size() + ledger.answers().size();
      kept_ += script_kept(office_, ledger);
      ASSERT_THAT(finish_and_judge(office_, ledger), IsEmpty());
      if (HasFailure()) return;
    }
    std::printf("killed at %zu of %zu sampled calls, of %zu; told before %zu, kept untold %zu\n",
                killed, taken.size(), calls.size(), told_, kept_);
    // I13
    EXPECT_GE(killed * 10, taken.size() * 7);
  }

  // Runs a command to its end or to the kill.
  bool play_command(const Tracing& tracing, const std::vector<std::string>& arguments, int exit,
                    Ended& ended) {
    ended = run(tracing.of(office_.command(arguments)));
    EXPECT_FALSE(ended.hung) << ended.text();
    if (ended.signal == SIGKILL) return true;
    EXPECT_EQ(ended.exit, exit) << ended.text();
    return false;
  }

  bool end_of(Process& engine, Process& tracer) {
    engine.send(SIGTERM);
    const Ended ended = engine.wait();
    EXPECT_FALSE(tracer.wait().hung);
    EXPECT_FALSE(ended.hung) << ended.text();
    if (ended.signal == SIGKILL) return true;
    EXPECT_EQ(ended.exit, 0) << ended.text();
    return false;
  }

  const PermitOffice& office() const { return office_; }
  const PermitOffice& fresh() const { return fresh_; }
  const PermitOffice& filed() const { return filed_; }
  // Replies that callers had before the kills, and filings that had happened without one.
  [[nodiscard]] std::size_t told() const { return told_; }
  [[nodiscard]] std::size_t kept() const { return kept_; }

 private:
  // Those of the shortest of three runs: how much is committed at once, and so how many calls there
  // are, differs from run to run.
  std::vector<SystemCall> count(const PermitOffice& beginning, const Play& play) {
    std::vector<SystemCall> fewest = count_once(beginning, play);
    for (int i = 0; i < 2; ++i) {
      auto calls = count_once(beginning, play);
      if (calls.size() < fewest.size()) fewest = std::move(calls);
    }
    return fewest;
  }

  std::vector<SystemCall> count_once(const PermitOffice& beginning, const Play& play) {
    office_.copy_from(beginning);
    const Tracing counting(kChangingCalls, log_);
    Ledger ledger;
    EXPECT_FALSE(play(counting, ledger)) << "nothing kills it";
    EXPECT_THAT(finish_and_judge(office_, ledger), IsEmpty());
    return counting.calls(office_);
  }

  TemporaryFolder work_;
  TemporaryFolder templates_;
  const std::filesystem::path log_ = templates_.path() / "strace";
  const PermitOffice office_{work_.path() / "permits.db"};
  const PermitOffice fresh_{templates_.path() / "fresh.db"};
  const PermitOffice filed_{templates_.path() / "filed.db"};
  std::size_t told_ = 0;
  std::size_t kept_ = 0;
};

TEST_F(KillAtEachSystemCall, OfFiling) {
  kill_at_each(fresh(), [&](const Tracing& tracing, Ledger& ledger) {
    Ended ended;
    const bool killed = play_command(tracing, script_file(office()), 1, ended);
    note_filed(ended.out, ledger);
    return killed;
  });
  EXPECT_GT(kept(), 0U);
}

TEST_F(KillAtEachSystemCall, OfDeskWork) {
  filed().copy_from(fresh());
  const std::string replies = filed().run(script_file(filed())).out;
  kill_at_each(filed(), [&](const Tracing& tracing, Ledger& ledger) {
    note_filed(replies, ledger);
    Ended ended;
    const bool killed = play_command(tracing, script_desk(), 0, ended);
    EXPECT_THAT(missing_answers(office(), ended.out, ledger), IsEmpty());
    return killed;
  });
  EXPECT_GT(told(), 0U);
}

TEST_F(KillAtEachSystemCall, OfServeAtWork) {
  kill_at_each(fresh(), [&](const Tracing& tracing, Ledger& ledger) {
    const auto engine = office().serve();
    const auto tracer = tracing.attached_to(*engine);
    static_cast<void>(say_everything(office(), ledger));
    return end_of(*engine, *tracer);
  });
  EXPECT_GT(told(), 0U);
  EXPECT_GT(kept(), 0U);
}

TEST_F(KillAtEachSystemCall, OfServeAtItsEnd) {
  kill_at_each(fresh(), [&](const Tracing& tracing, Ledger& ledger) {
    const auto engine = office().serve();
    EXPECT_TRUE(say_everything(office(), ledger));
    const auto tracer = tracing.attached_to(*engine);
    return end_of(*engine, *tracer);
  });
  EXPECT_GT(told(), 0U);
}

}  // namespace
}  // namespace reglament::testing
