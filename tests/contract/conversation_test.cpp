// A program that is spoken to line by line, and each way in which it can fall silent.
#include "adapters/command/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <memory>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr milliseconds kLong{20'000};

class Spoken : public ::testing::Test {
 protected:
  Spoken() { std::signal(SIGPIPE, SIG_IGN); }

  static std::unique_ptr<Conversation> with(const std::string& script) {
    return std::make_unique<Conversation>(
        ProgramStart{"/bin/sh", {"-c", script}, {"PATH=/usr/bin:/bin", "WORD=yes"}}, "the clerk");
  }
  template <class Act>
  static std::string failure(Act act) {
    try {
      act();
    } catch (const Unavailable& trouble) {
      return trouble.what();
    }
    return "";
  }
};

TEST_F(Spoken, AnswersLineByLineWithItsArgumentsAndItsEnvironmentOnly) {
  const auto clerk = with("while read line; do echo \"$WORD $line${HOME:-}\"; done");
  for (const char* line : {"one", "two", ""}) {
    clerk->say(line, kLong);
    EXPECT_EQ(clerk->hear(kLong), std::string("yes ") + line);
  }
}

TEST_F(Spoken, ALineLongerThanAPipeArrives) {
  const auto clerk = with("read line; echo ${#line}; read line");
  clerk->say(std::string(300'000, 'x'), kLong);
  EXPECT_EQ(clerk->hear(kLong), "300000");
}

TEST_F(Spoken, EndsWhenNobodySpeaksToItAnyMore) {
  auto clerk = with("while read line; do :; done");
  const pid_t id = clerk->id();
  clerk.reset();
  EXPECT_EQ(::kill(id, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST_F(Spoken, TellsHowItHasEnded) {
  const auto clerk = with("exit 3");
  EXPECT_THAT(failure([&] { static_cast<void>(clerk->hear(kLong)); }),
              HasSubstr("expected the clerk to go on"));
  const auto other = with("kill -KILL $$");
  EXPECT_THAT(failure([&] { static_cast<void>(other->hear(kLong)); }), HasSubstr("signal 9"));
}

TEST_F(Spoken, TellsThatItIsSilent) {
  const auto clerk = with("read line; read line");
  clerk->say("a question", kLong);
  EXPECT_THAT(failure([&] { static_cast<void>(clerk->hear(milliseconds(50))); }),
              HasSubstr("silent"));
}

TEST_F(Spoken, AKilledOneIsNoMore) {
  const auto clerk = with("trap '' TERM INT HUP; while :; do read line || sleep 1; done");
  clerk->kill();
  EXPECT_EQ(::kill(clerk->id(), 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST_F(Spoken, WhatCannotBeStartedIsTold) {
  EXPECT_THROW(Conversation({"/nonexistent/clerk", {}, {}}, "the clerk"), Unavailable);
}

}  // namespace
}  // namespace reglament
