#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class DeskCommand : public Program {
 protected:
  void SetUp() override { init_virtual("2015-07-14T10:15:00+06:00"); }

  Ended desk(const std::string& rules, const std::vector<std::string>& more = {"--all"}) {
    std::vector<std::string> command{"desk", "--answers", write("rules.jsonl", rules),
                                     "--until-idle"};
    command.insert(command.end(), more.begin(), more.end());
    return run_json(command);
  }
};

TEST_F(DeskCommand, FavourableAnswersLeadToAGrant) {
  const auto talons = file_good(3);
  const Ended ended = run_json({"desk", "--all", "--favourable", "--until-idle"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const auto lines = ended.lines();
  EXPECT_EQ(lines.size(), 15U);
  for (const Json& line : lines) expect_keys(line, {"talon", "office", "step", "outcome", "at"});
  for (const std::string& talon : talons) {
    const Json shown = run_json({"case", "show", talon}).json();
    EXPECT_EQ(shown.at("state"), "closed");
    EXPECT_EQ(shown.at("result"), "granted");
  }
}

TEST_F(DeskCommand, WorksOnlyForItsOffices) {
  file_good(1);
  const Ended ended =
      run_json({"desk", "--office", "kz.dvd.akmola.kokshetau", "--favourable", "--until-idle"});
  std::vector<std::string> steps;
  for (const Json& line : ended.lines()) {
    EXPECT_EQ(line.at("office"), "kz.dvd.akmola.kokshetau");
    steps.push_back(line.at("step"));
  }
  EXPECT_EQ(steps, (std::vector<std::string>{"accept", "forward-to-dvd"}));
}

TEST_F(DeskCommand, RulesAreTriedInOrderAndFitATalon) {
  const auto talons = file_good(2);
  const Ended ended = desk(R"({"step":"accept","talon":")" + talons[1] +
                           R"(","outcome":"incomplete"}
{"step":"accept","outcome":"accepted"}
)");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(run_json({"case", "show", talons[0]}).json().at("step"), "forward-to-dvd");
  EXPECT_EQ(run_json({"case", "show", talons[1]}).json().at("result"), "not-accepted");
}

TEST_F(DeskCommand, AnAnswerPlannedForLaterMovesTheClockAndMissesItsTerm) {
  const std::string talon = file_good(1).front();
  const Ended ended = desk(R"({"step":"accept","outcome":"accepted","after":"PT4H"}
{"step":"forward-to-dvd","outcome":"forwarded","after":"P2D"}
)");
  EXPECT_EQ(ended.exit, 0) << ended.err;
  const auto lines = ended.lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("at"), "2015-07-14T14:15:00+06:00");
  EXPECT_EQ(lines[1].at("at"), "2015-07-16T14:15:00+06:00");
  const Json shown = run_json({"case", "show", talon}).json();
  std::map<std::string, std::string> status;
  for (const Json& deadline : shown.at("deadlines")) {
    if (deadline.at("scope") == "step") status[deadline.at("step")] = deadline.at("status");
  }
  EXPECT_EQ(status.at("accept"), "met");
  EXPECT_EQ(status.at("forward-to-dvd"), "breached");
}

TEST_F(DeskCommand, ARefusalNeedsAGroundOfTheCase) {
  const std::string talon = file_good(1).front();
  const std::string up_to_issue = R"({"step":"accept","outcome":"accepted"}
{"step":"forward-to-dvd","outcome":"forwarded"}
{"step":"dvd-check","outcome":"forwarded"}
{"step":"knb-review","outcome":"objected"}
)";
  const Ended rejected = desk(up_to_issue + R"({"step":"issue","outcome":"issued"})");
  EXPECT_EQ(rejected.exit, 1);
  const Json verdict = rejected.lines().back();
  EXPECT_EQ(verdict.at("rejected"), true);
  EXPECT_EQ(verdict.at("paragraph"), "003 §11");
  const Ended refused = desk(R"({"step":"issue","outcome":"refused","reason":"BZP-KNB"})");
  EXPECT_EQ(refused.exit, 0) << refused.out;
  EXPECT_EQ(run_json({"case", "show", talon}).json().at("result"), "refused");
}

TEST_F(DeskCommand, WhatNoRuleFitsIsLeft) {
  const std::string talon = file_good(1).front();
  const Ended ended = desk(R"({"step":"issue","outcome":"issued"})");
  EXPECT_EQ(ended.exit, 0);
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(run_json({"case", "show", talon}).json().at("step"), "accept");
}

TEST_F(DeskCommand, BadRulesAreNamedAndNothingIsAnswered) {
  file_good(1);
  const std::string before = snapshot();
  const std::string good = R"({"step":"accept","outcome":"accepted"})"
                           "\n";
  for (const auto& [rule, found] : std::vector<std::pair<std::string, std::string>>{
           {"not json", "JSON"},
           {R"({"step":"accept"})", "outcome"},
           {R"({"step":"accept","outcome":7})", "outcome"},
           {R"({"step":"accept","outcome":"accepted","colour":"blue"})", "colour"},
           {R"({"step":"dance","outcome":"accepted"})", "dance"},
           {R"({"step":"accept","outcome":"issued"})", "issued"},
           {R"({"step":"issue","outcome":"refused","reason":"BZP-R99"})", "BZP-R99"},
           {R"({"step":"accept","outcome":"accepted","after":"soon"})", "after"},
           {R"({"step":"accept","outcome":"accepted","talon":"BZP-AKMOLA-2015-000001-X"})",
            "talon"}}) {
    const Ended ended = desk(good + rule);
    EXPECT_EQ(ended.exit, 65) << rule;
    EXPECT_NE(ended.err.find(found), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("rules.jsonl:2"), std::string::npos) << ended.err;
  }
  EXPECT_EQ(desk("").exit, 65);
  EXPECT_EQ(snapshot(), before);
}

TEST_F(DeskCommand, AnUnknownOfficeIsBadInput) {
  const Ended ended = run({"desk", "--office", "kz.nowhere", "--favourable", "--until-idle"});
  EXPECT_EQ(ended.exit, 65);
  EXPECT_NE(ended.err.find("kz.nowhere"), std::string::npos);
}

TEST_F(DeskCommand, TextForPeopleNamesTalonAndOutcome) {
  const std::string talon = file_good(1).front();
  const Ended ended = run({"desk", "--all", "--favourable", "--until-idle"});
  EXPECT_NE(ended.out.find(talon), std::string::npos);
  EXPECT_NE(ended.out.find("issued"), std::string::npos);
}

}  // namespace
}  // namespace reglament::testing
