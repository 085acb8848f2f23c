// An I/O error, once, and a disk that is full from then on, at each call of the reference scenario
// that writes. The program says what is wrong in one line and ends with 69 (or goes on where the
// call did not matter); what it has said to callers holds; and the scenario, said once more, comes
// to its end: a commit whose outcome was unknown is found out by the request id.
//
// REGLAMENT_SYSCALL_POINTS=N takes so many calls of each scenario and error; the suite takes a
// sample.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <functional>
#include <map>

#include "tests/fault/script.hpp"
#include "tests/fault/traced.hpp"

namespace reglament::testing {
namespace {

using ::testing::AnyOf;
using ::testing::IsEmpty;

constexpr unsigned kPoints = 24;
constexpr int kUnavailable = 69;

const std::vector<std::string> kWritingCalls = {"pwrite64", "write",     "fdatasync",
                                                "fsync",    "ftruncate", "fallocate"};

struct Fault {
  const char* error;
  bool onward;  // a disk stays full
};

class FailedSystemCall : public ::testing::Test {
 protected:
  // Plays the scenario on `office()`; how the program ended.
  using Play = std::function<Ended(const Tracing& tracing, Ledger& ledger)>;

  void SetUp() override {
    const std::string trouble = trouble_with_strace();
    ASSERT_EQ(trouble, "");
    fresh_.create(kScriptPartitions);
  }

  // `exit`: of the program when nothing fails.
  void fail_at_each(const PermitOffice& beginning, int exit, const Play& play) {
    const std::vector<SystemCall> calls = count(beginning, exit, play);
    ASSERT_GE(calls.size(), 10U) << "the scenario writes more than that";
    for (const Fault& fault : {Fault{"EIO", false}, Fault{"ENOSPC", true}}) {
      const auto taken =
          sample(calls, number_from_environment("REGLAMENT_SYSCALL_POINTS", kPoints));
      std::size_t reached = 0;
      for (const SystemCall& call : taken) {
        SCOPED_TRACE(std::string(fault.error) + " at " + call.text());
        if (fail_at(call, fault, beginning, exit, play)) ++reached;
        if (HasFailure()) return;
      }
      std::printf("%s at %zu of %zu sampled calls, of %zu; ended with 69: %zu\n", fault.error,
                  reached, taken.size(), calls.size(), ended_unavailable_);
      EXPECT_GE(reached * 10, taken.size() * 7);
    }
    for (const auto& [call, filings] : kept_) {
      std::printf("filings without a reply that were there all the same, %s: %zu\n", call.c_str(),
                  filings);
    }
    EXPECT_GT(ended_unavailable_, 0U);
  }

  const PermitOffice& office() const { return office_; }
  const PermitOffice& fresh() const { return fresh_; }
  const PermitOffice& filed() const { return filed_; }
  // Filings that were reported as failed, or not at all, and had happened: their repeat finds them.
  [[nodiscard]] std::size_t kept(const std::string& call) const { return kept_.at(call); }

 private:
  // Those of the shortest of three runs: how much is committed at once, and so how many calls there
  // are, differs from run to run.
  std::vector<SystemCall> count(const PermitOffice& beginning, int exit, const Play& play) {
    std::vector<SystemCall> fewest = count_once(beginning, exit, play);
    for (int i = 0; i < 2; ++i) {
      auto calls = count_once(beginning, exit, play);
      if (calls.size() < fewest.size()) fewest = std::move(calls);
    }
    return fewest;
  }

  std::vector<SystemCall> count_once(const PermitOffice& beginning, int exit, const Play& play) {
    office_.copy_from(beginning);
    const Tracing counting(kWritingCalls, log_);
    Ledger ledger;
    const Ended ended = play(counting, ledger);
    EXPECT_EQ(ended.exit, exit) << ended.text();
    EXPECT_THAT(finish_and_judge(office_, ledger), IsEmpty());
    return counting.calls(office_);
  }

  bool fail_at(const SystemCall& call, const Fault& fault, const PermitOffice& beginning, int exit,
               const Play& play) {
    office_.copy_from(beginning);
    Ledger ledger;
    // Onward, `write` would meet standard error too, where the one line is looked for.
    const bool onward = fault.onward && call.name != "write";
    const Tracing failing(call, std::string("error=") + fault.error, onward, log_);
    const Ended ended = play(failing, ledger);
    EXPECT_FALSE(ended.hung) << ended.text();
    EXPECT_THAT(ended.exit.value_or(-1), AnyOf(exit, kUnavailable)) << ended.text();
    if (ended.exit == kUnavailable) {
      ++ended_unavailable_;
      EXPECT_TRUE(ended.err.starts_with("reglament: ")) << ended.text();
      EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.text();
    }
    kept_[call.name] += script_kept(office_, ledger);
    EXPECT_THAT(finish_and_judge(office_, ledger), IsEmpty());
    return failing.was_injected();
  }

  TemporaryFolder work_;
  TemporaryFolder templates_;
  const std::filesystem::path log_ = templates_.path() / "strace";
  const PermitOffice office_{work_.path() / "permits.db"};
  const PermitOffice fresh_{templates_.path() / "fresh.db"};
  const PermitOffice filed_{templates_.path() / "filed.db"};
  std::size_t ended_unavailable_ = 0;
  std::map<std::string, std::size_t> kept_;  // by the call that failed
};

TEST_F(FailedSystemCall, OfFiling) {
  fail_at_each(fresh(), 1, [&](const Tracing& tracing, Ledger& ledger) {
    const Ended ended = run(tracing.of(office().command(script_file(office()))));
    note_filed(ended.out, ledger);
    return ended;
  });
  // The replies could not be printed.
  EXPECT_GT(kept("write"), 0U);
}

TEST_F(FailedSystemCall, OfDeskWork) {
  filed().copy_from(fresh());
  const std::string replies = filed().run(script_file(filed())).out;
  fail_at_each(filed(), 0, [&](const Tracing& tracing, Ledger& ledger) {
    note_filed(replies, ledger);
    const Ended ended = run(tracing.of(office().command(script_desk())));
    EXPECT_THAT(missing_answers(office(), ended.out, ledger), IsEmpty());
    return ended;
  });
}

TEST_F(FailedSystemCall, OfServeAtWork) {
  fail_at_each(fresh(), 0, [&](const Tracing& tracing, Ledger& ledger) {
    const auto engine = office().serve();
    const auto tracer = tracing.attached_to(*engine);
    static_cast<void>(say_everything(office(), ledger));
    engine->send(SIGTERM);
    Ended ended = engine->wait();
    EXPECT_FALSE(tracer->wait().hung);
    return ended;
  });
  // The commit was whole in the write-ahead log and could not be synchronised: its outcome was
  // unknown, and it has happened.
  EXPECT_GT(kept("fdatasync"), 0U);
}

}  // namespace
}  // namespace reglament::testing
