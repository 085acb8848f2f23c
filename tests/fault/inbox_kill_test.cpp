// kill -9 of whoever writes a desk's inbox, again and again on one file. The writer says after each
// commit how far it is; what it has said must be there, and of what came after either all of one
// commit or nothing.
//
// REGLAMENT_KILL_SEED=N and REGLAMENT_KILL_ROUNDS=N as in kill_test.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <random>
#include <thread>

#include "adapters/sqlite/inbox_store.hpp"
#include "engine/desk/inbox.hpp"
#include "tests/desk/tasks.hpp"
#include "tests/fault/permit_office.hpp"

namespace reglament::testing {
namespace {

using desk::Inbox;
using desk::Item;
using desk::Stage;

constexpr unsigned kRounds = 60;
constexpr CaseNumber kTasks = 20;  // that come in with each commit

// Commit n: the tasks of n come in, those of n-1 are answered (each third by a clerk), and those of
// n-2 get their verdict.
void write_commit(Inbox& inbox, std::uint64_t n) {
  for (CaseNumber i = 0; i < kTasks; ++i) inbox.receive(task_of(n * kTasks + i), kMorning);
  for (CaseNumber i = 0; n >= 2 && i < kTasks; ++i) {
    const desk::TaskKey key{(n - 1) * kTasks + i, 1};
    if (i % 3 == 0) {
      static_cast<void>(inbox.claim(key, "aigul", kMorning));
      static_cast<void>(inbox.answer(key, "aigul", {"agreed", "", {}}, kMorning));
    } else {
      static_cast<void>(inbox.answer_by_rule(key, {"agreed", "", {}}, kMorning));
    }
  }
  for (CaseNumber i = 0; n >= 3 && i < kTasks; ++i) {
    const desk::TaskKey key{(n - 2) * kTasks + i, 1};
    const std::string id = inbox.find(key)->state().answer->message_id;
    inbox.judge(key, id, std::nullopt, kMorning);
  }
  inbox.commit();
}

// How many commits the file holds, and what is wrong with them.
std::uint64_t judge(desk::InboxStore& store, std::string& finding) {
  const std::uint64_t commits = store.last_number() / kTasks;
  std::uint64_t items = 0;
  std::uint64_t answered = 0;
  const auto look = [&](const Item& item) {
    ++items;
    const std::uint64_t n = item.state().task.case_number / kTasks;
    const Stage expected = n == commits       ? Stage::received
                           : n + 1 == commits ? Stage::answered
                                              : Stage::accepted;
    const bool in_outbox = expected == Stage::answered;
    answered += in_outbox ? 1 : 0;
    if (item.state().stage != expected || item.in_outbox() != in_outbox) {
      finding = fmt::format("after {} commits a task of commit {} is {}", commits, n,
                            code(item.state().stage));
    }
    return true;
  };
  store.for_each_open(look);
  store.for_each_closed(look);
  if (items != commits * kTasks) finding = fmt::format("{} items in {} commits", items, commits);
  if (commits > 1 && answered != kTasks) finding = fmt::format("{} in the outbox", answered);
  if (commits > 1 && store.journal({(commits - 1) * kTasks, 1}).size() != 2) {
    finding = "what the clerk did is not in the journal";
  }
  return commits;
}

[[noreturn]] void write_until_killed(const std::filesystem::path& file, int report) {
  const auto store = open_inbox(file);
  Inbox inbox(*store, {});
  for (std::uint64_t n = store->last_number() / kTasks + 1;; ++n) {
    write_commit(inbox, n);
    if (::write(report, &n, sizeof n) != sizeof n) ::_exit(1);
  }
}

TEST(KilledInbox, HasWhatItSaidAndNoHalfCommit) {
  const unsigned seed = number_from_environment("REGLAMENT_KILL_SEED", std::random_device{}());
  const unsigned rounds = number_from_environment("REGLAMENT_KILL_ROUNDS", kRounds);
  std::printf("REGLAMENT_KILL_SEED=%u\n", seed);
  std::mt19937 random(seed);
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "knb.db";
  create_inbox(file);
  unsigned unsaid = 0;
  std::uint64_t commits = 0;
  for (unsigned round = 0; round < rounds; ++round) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t writer = ::fork();
    if (writer == 0) write_until_killed(file, ends[1]);
    ::close(ends[1]);
    std::uint64_t said = 0;
    // At least one commit a round, then at any moment.
    ASSERT_EQ(::read(ends[0], &said, sizeof said), ssize_t{sizeof said});
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
    ::kill(writer, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    ASSERT_TRUE(WIFSIGNALED(status));
    for (std::uint64_t next = 0; ::read(ends[0], &next, sizeof next) > 0;) said = next;
    ::close(ends[0]);
    std::string finding;
    commits = judge(*open_inbox(file), finding);
    ASSERT_EQ(finding, "") << "round " << round;
    ASSERT_GE(commits, said) << "what was said is lost";
    ASSERT_LE(commits, said + 1);
    unsaid += commits > said ? 1 : 0;
  }
  std::printf("kills %u, commits %llu, kept without a word %u\n", rounds,
              static_cast<unsigned long long>(commits), unsaid);
  EXPECT_GE(commits, 2 * rounds);
}

}  // namespace
}  // namespace reglament::testing
