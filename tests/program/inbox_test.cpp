// A desk as a process with an inbox of its own, on the engine of a running `serve`, and the clerks
// who work with it.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kPolice = "kz.dvd.akmola.kokshetau";

class InboxCommand : public Program {
 protected:
  void SetUp() override {
    init_virtual();
    talon_ = file_good(1).front();
    serve_.emplace(std::vector<std::string>{"--db", database(), "serve"}, folder_);
    ASSERT_THAT(serve_->read_line(), HasSubstr("ready"));
  }

  std::string file() const { return (folder_ / "police.db").string(); }

  std::unique_ptr<Running> desk(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"--db",  database(), "desk", "--office",
                                       kPolice, "--inbox",  file()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    auto started = std::make_unique<Running>(arguments, folder_);
    EXPECT_THAT(started->read_line(), HasSubstr("ready: inbox")) << started->errors();
    return started;
  }

  Ended inbox(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"inbox", "--inbox", file()});
    return run_json(std::move(arguments));
  }

  static bool eventually(const std::function<bool()>& condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < give_up) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  bool has_items(std::size_t count) {
    return eventually([&] { return inbox({"list"}).lines().size() == count; });
  }
  Json shown() { return run_json({"case", "show", talon_}).json(); }

  std::string talon_;
  std::optional<Running> serve_;
};

TEST_F(InboxCommand, AClerkClaimsAndAnswers) {
  const auto running = desk({"--manual"});
  ASSERT_TRUE(has_items(1));
  const Json item = inbox({"list"}).json();
  expect_keys(item,
              {"id", "talon", "task", "attempt", "step", "office", "stage", "holder", "offered_at",
               "due_at", "received_at", "outcomes", "grounds", "needs", "answer"});
  EXPECT_EQ(item.at("id"), talon_ + "/1");
  EXPECT_EQ(item.at("stage"), "received");
  EXPECT_EQ(item.at("received_at"), "2015-07-14T10:15:00+06:00") << "the engine's clock";

  EXPECT_EQ(inbox({"claim", talon_, "--person", "aigul"}).json().at("holder"), "aigul");
  EXPECT_EQ(inbox({"hand-over", talon_, "--to", "bolat"}).json().at("holder"), "bolat");
  EXPECT_EQ(inbox({"release", talon_ + "/1"}).json().at("stage"), "received");
  EXPECT_EQ(inbox({"claim", talon_, "--person", "aigul"}).exit, 0);
  const Json answered = inbox({"answer", talon_, "--outcome", "accepted"}).json();
  EXPECT_EQ(answered.at("answer").at("actor"), "aigul");
  ASSERT_TRUE(eventually([&] { return shown().at("step") == "forward-to-dvd"; }));
  EXPECT_EQ(shown().at("history").back().at("actor"), "aigul");

  ASSERT_TRUE(eventually([&] {
    return inbox({"show", talon_ + "/1"}).json().at("stage") == "accepted";
  }));
  std::vector<std::string> acts;
  const Json first = inbox({"show", talon_ + "/1"}).json();
  for (const Json& line : first.at("journal")) {
    acts.push_back(line.at("act"));
  }
  EXPECT_EQ(acts, (std::vector<std::string>{"claimed", "handed-over", "released", "claimed",
                                            "answered", "accepted"}));
  EXPECT_EQ(inbox({"list"}).json().at("id"), talon_ + "/2") << "the next step is there";
  EXPECT_EQ(inbox({"list", "--all"}).lines().size(), 2U);
}

TEST_F(InboxCommand, WhatClerksMayNotDoIsOneLineAndChangesNothing) {
  const auto running = desk({"--manual"});
  ASSERT_TRUE(has_items(1));
  EXPECT_EQ(inbox({"claim", talon_, "--person", "aigul"}).exit, 0);
  const std::string before = inbox({"show", talon_}).out;
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"claim", talon_, "--person", "bolat"}, "claimed by aigul"},
      {{"release", talon_, "--person", "bolat"}, "claimed by aigul"},
      {{"hand-over", talon_, "--to", "carla", "--person", "bolat"}, "claimed by aigul"},
      {{"hand-over", talon_, "--to", "aigul"}, "its holder"},
      {{"answer", talon_, "--outcome", "accepted", "--person", "bolat"}, "claimed by aigul"},
      {{"answer", talon_, "--outcome", "dance"}, "an outcome among"},
      {{"answer", talon_, "--outcome", "accepted", "--reason", "BZP-R99"}, "a ground among"},
      {{"answer", talon_, "--outcome", "incomplete"}, "field missing"},
      {{"answer", talon_, "--outcome", "accepted", "--field", "x"}, "NAME=VALUE"},
      {{"answer", talon_, "--outcome", "accepted", "--field", "x=1", "--field", "x=2"}, "once"},
      {{"claim", "BZP-AKMOLA-2015-000001-X", "--person", "bolat"}, "a talon"},
      {{"claim", "77/1", "--person", "bolat"}, "a task of this inbox"},
      {{"claim", talon_, "--person", ""}, "person"},
      {{"show", talon_ + "/7"}, "a task of this inbox"},
  };
  for (const auto& [arguments, found] : cases) {
    const Ended ended = inbox(arguments);
    EXPECT_EQ(ended.exit, 65) << found << ended.out;
    EXPECT_THAT(ended.err, HasSubstr(found));
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
  }
  EXPECT_EQ(inbox({"claim", talon_}).exit, 64);
  EXPECT_EQ(inbox({}).exit, 64);
  EXPECT_EQ(inbox({"show", talon_}).out, before);
}

TEST_F(InboxCommand, WorksOnTheFileWhereNoDeskRuns) {
  EXPECT_EQ(inbox({"list"}).exit, 69) << "no inbox there";
  {
    const auto running = desk({"--manual"});
    ASSERT_TRUE(has_items(1));
    running->signal(SIGTERM);
    EXPECT_EQ(running->wait(), 0);
  }
  EXPECT_EQ(inbox({"claim", talon_, "--person", "aigul"}).exit, 0);
  EXPECT_EQ(inbox({"answer", talon_, "--outcome", "accepted"}).json().at("stage"), "answered");
  EXPECT_EQ(shown().at("step"), "accept") << "it waits in the outbox";
  const auto running = desk({"--manual"});
  EXPECT_TRUE(eventually([&] { return shown().at("step") == "forward-to-dvd"; }));
}

TEST_F(InboxCommand, AKilledDeskAnswersOnce) {
  for (int round = 0; round < 3; ++round) {
    const auto running = desk({"--manual"});
    if (round == 0) {
      ASSERT_TRUE(has_items(1));
      EXPECT_EQ(inbox({"claim", talon_, "--person", "aigul"}).exit, 0);
    } else if (round == 1) {
      EXPECT_EQ(inbox({"show", talon_}).json().at("holder"), "aigul");
      // Killed as soon as the clerk was told: the answer may be on its way or not.
      EXPECT_EQ(inbox({"answer", talon_, "--outcome", "accepted"}).exit, 0);
    } else {
      ASSERT_TRUE(eventually([&] { return shown().at("step") == "forward-to-dvd"; }));
      ASSERT_TRUE(eventually([&] {
        return inbox({"show", talon_ + "/1"}).json().at("stage") == "accepted";
      }));
    }
    running->signal(SIGKILL);
    EXPECT_EQ(running->wait(), 128 + SIGKILL);
  }
  std::size_t effects = 0;
  const Json record = shown();
  for (const Json& entry : record.at("history")) effects += entry.at("kind") == "answered" ? 1 : 0;
  EXPECT_EQ(effects, 1U);
}

TEST_F(InboxCommand, RulesAnswerFromTheInboxUntilIdle) {
  const auto running = desk({"--favourable", "--until-idle"});
  EXPECT_EQ(running->wait(), 0) << running->errors();
  EXPECT_EQ(shown().at("step"), "dvd-check");
  EXPECT_EQ(inbox({"list", "--all"}).lines().size(), 2U);
  EXPECT_TRUE(inbox({"list"}).lines().empty());
}

TEST_F(InboxCommand, ACommandAnswersWithTheTaskOnItsInput) {
  const std::string program = write("answer", R"(#!/bin/sh
read task
echo "$task" >> tasks
case "$task" in
  *'"step":"accept"'*) echo '{"outcome":"accepted"}' ;;
  *) echo '{"outcome":"forwarded"}' ;;
esac
)");
  ::chmod(program.c_str(), 0755);
  const auto running = desk({"--command", program, "--until-idle"});
  EXPECT_EQ(running->wait(), 0) << running->errors();
  EXPECT_EQ(shown().at("step"), "dvd-check");
  std::ifstream tasks(folder_ / "tasks");
  std::string line;
  ASSERT_TRUE(std::getline(tasks, line));
  const Json task = Json::parse(line);
  expect_keys(task, {"talon", "case", "task", "attempt", "regulation", "edition", "step", "office",
                     "offered_at", "due_at", "outcomes", "grounds", "needs"});
  EXPECT_FALSE(task.contains("tag"));
  EXPECT_EQ(task.at("talon"), talon_);
}

TEST_F(InboxCommand, OneProcessOwnsTheFile) {
  const auto running = desk({"--manual"});
  const Ended second = run({"desk", "--office", kPolice, "--inbox", file(), "--manual"});
  EXPECT_EQ(second.exit, 75);
  EXPECT_THAT(second.err, HasSubstr("process " + std::to_string(running->pid())));
}

TEST_F(InboxCommand, ADeskIsToldWhatIsWrongWithItsFlags) {
  const auto refused = [this](std::vector<std::string> more, int exit, const std::string& found) {
    std::vector<std::string> arguments{"desk", "--office", kPolice};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.exit, exit) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(found));
  };
  refused({}, 64, "--manual");
  refused({"--manual", "--favourable"}, 64, "1");
  refused({"--command", "nothing"}, 65, "a program that may be executed");
  refused({"--manual", "--inbox", write("text.db", "text")}, 69, "not a database");
  {
    const auto running = desk({"--manual"});
    ASSERT_TRUE(has_items(1));
  }
  const Ended other = run({"desk", "--office", "kz.knb.akmola", "--inbox", file(), "--manual"});
  EXPECT_EQ(other.exit, 78);
  EXPECT_THAT(other.err, HasSubstr(kPolice));
}

}  // namespace
}  // namespace reglament::testing
