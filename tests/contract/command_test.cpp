// An external command: what it is given and gives back, and each way in which it can go wrong.
#include "adapters/command/command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class Command : public ::testing::Test {
 protected:
  Command() {
    std::signal(SIGPIPE, SIG_IGN);
    std::string name = (std::filesystem::temp_directory_path() / "command-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Command() override { std::filesystem::remove_all(folder_); }

  std::string script(const std::string& text) const {
    const std::filesystem::path path = folder_ / "answer";
    std::ofstream(path) << "#!/bin/sh\n" << text << "\n";
    ::chmod(path.c_str(), 0755);
    return path.string();
  }
  std::string run(const std::string& text, CommandLimits limits = {}) const {
    return ExternalCommand(script(text), limits).run("question\n", {});
  }
  std::string failure(const std::string& text, CommandLimits limits = {}) const {
    try {
      return "it answered: " + run(text, limits);
    } catch (const Unavailable& error) {
      return error.what();
    }
  }
  [[nodiscard]] bool appears(const std::string& name) const {
    for (int i = 0; i < 100; ++i) {
      if (std::filesystem::exists(folder_ / name)) return true;
      std::this_thread::sleep_for(milliseconds(5));
    }
    return false;
  }

  std::filesystem::path folder_;
};

TEST_F(Command, ReadsTheQuestionAndWritesTheAnswer) {
  EXPECT_EQ(run("cat; echo yes"), "question\nyes\n");
}

TEST_F(Command, NeedNotReadTheQuestion) {
  const ExternalCommand command(script("echo yes"));
  EXPECT_EQ(command.run(std::string(1'000'000, 'x'), {}), "yes\n");
}

TEST_F(Command, SeesACleanEnvironment) {
  ::setenv("REGLAMENT_SECRET", "password", 1);
  EXPECT_EQ(run("env | grep -v ^PWD= | sort"), "LANG=C.UTF-8\nPATH=/usr/local/bin:/usr/bin:/bin\n");
}

TEST_F(Command, AnExitCodeOtherThanZeroIsAFailureWithItsLastWords) {
  EXPECT_THAT(failure("echo first >&2; echo no such register >&2; exit 3"),
              HasSubstr("to end with exit code 0, found 3; it said: no such register"));
}

TEST_F(Command, ASignalIsAFailure) {
  EXPECT_THAT(failure("kill -SEGV $$"), HasSubstr("signal 11"));
}

TEST_F(Command, IsKilledWithAllItStartedWhenItTakesTooLong) {
  const auto begin = std::chrono::steady_clock::now();
  const std::string child = "(sleep 2; touch " + (folder_ / "alive").string() + ") & ";
  EXPECT_THAT(failure(child + "sleep 60", {.time = milliseconds(300)}),
              HasSubstr("to end within 300 ms, found it still running"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
  EXPECT_FALSE(appears("alive"));
}

TEST_F(Command, WhatItLeavesBehindIsNotWaitedFor) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(run("sleep 30 & echo yes"), "yes\n");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST_F(Command, MayNotTalkWithoutEnd) {
  EXPECT_THAT(failure("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done",
                      {.output_bytes = 10'000}),
              HasSubstr("to write at most 10000 bytes, found more"));
  EXPECT_EQ(run("i=0; while [ $i -lt 3000 ]; do echo complaint >&2; i=$((i+1)); done; echo yes"),
            "yes\n");
}

TEST_F(Command, EndsWhenAStopIsRequested) {
  const ExternalCommand command(script("touch " + (folder_ / "runs").string() + "; sleep 60"));
  std::stop_source stop;
  std::jthread stopper([&] {
    EXPECT_TRUE(appears("runs"));
    stop.request_stop();
  });
  EXPECT_THROW(static_cast<void>(command.run("", stop.get_token())), Unavailable);
}

TEST_F(Command, SeveralRunAtATime) {
  const ExternalCommand command(script("cat"));
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k) {
        const std::string question = std::to_string(i) + "/" + std::to_string(k);
        if (command.run(question, {}) == question) ++right;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 80);
}

TEST_F(Command, MustBeAProgram) {
  EXPECT_THROW(ExternalCommand((folder_ / "nothing").string()), BadInput);
  std::ofstream(folder_ / "text") << "text";
  EXPECT_THROW(ExternalCommand((folder_ / "text").string()), BadInput);
  EXPECT_THROW(ExternalCommand(folder_.string()), BadInput);
  const std::string program = script("echo yes");
  const ExternalCommand command(program);
  std::filesystem::remove(program);
  EXPECT_THROW(static_cast<void>(command.run("", {})), Unavailable);
}

}  // namespace
}  // namespace reglament
