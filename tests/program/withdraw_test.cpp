// The benefit certificate through the program: extension, the notice beside it, withdrawal.
#include <csignal>

#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class Withdraw : public Program {
 protected:
  void SetUp() override { init_virtual("2013-02-04T10:00:00+06:00"); }

  std::string file_benefit(const std::string& request_id) {
    Json filing = application(request_id);
    filing["regulation"] = "benefit-certificate";
    filing["office"] = "kz.mil.akmola";
    const Ended filed = run_json({"file", "-"}, filing.dump() + "\n");
    EXPECT_EQ(filed.exit, 0) << filed.err;
    return filed.json().at("talon");
  }
  void ask_others() {
    const Ended desk =
        run_json({"desk", "--all", "--until-idle", "--answers",
                  write("rules.jsonl",
                        "{\"step\":\"accept\",\"outcome\":\"accepted\"}\n"
                        "{\"step\":\"prepare\",\"outcome\":\"information-missing\"}\n")});
    EXPECT_EQ(desk.exit, 0) << desk.err;
  }
  Json deadline(const Json& shown, const std::string& step) {
    for (const Json& one : shown.at("deadlines")) {
      if (step.empty() ? one.at("step").is_null() : one.at("step") == step) return one;
    }
    ADD_FAILURE() << "no deadline of " << step << " in " << shown.dump();
    return {};
  }
};

TEST_F(Withdraw, FavourableAnswersLeadABenefitCertificateToAGrant) {
  const std::string talon = file_benefit("b-1");
  ASSERT_EQ(run({"desk", "--all", "--favourable", "--until-idle"}).exit, 0);
  EXPECT_EQ(run_json({"case", "show", talon}).json().at("result"), "granted");
}

TEST_F(Withdraw, AnExtendedCaseIsShownAndWithdrawn) {
  const std::string talon = file_benefit("b-1");
  ask_others();
  const Json shown = run_json({"case", "show", talon}).json();
  EXPECT_EQ(deadline(shown, "").at("status"), "extended");
  EXPECT_EQ(deadline(shown, "").at("term"), "30wd");
  EXPECT_EQ(deadline(shown, "").at("due_date"), "2013-03-19");
  EXPECT_EQ(deadline(shown, "notify-extension").at("due_date"), "2013-02-05");
  const Ended done = run_json({"case", "withdraw", talon, "--reason", "found the original"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_EQ(done.json().at("result"), "withdrawn");
  const Json after = run_json({"case", "show", talon}).json();
  EXPECT_EQ(after.at("history").back().at("kind"), "act");
  EXPECT_EQ(after.at("history").back().at("paragraph"), "004.4 §11.1");
  EXPECT_TRUE(deadline(after, "").at("lapsed"));
  EXPECT_EQ(run({"check"}).exit, 0);
  EXPECT_EQ(run({"history", "verify"}).exit, 0);
}

TEST_F(Withdraw, WhatTheRegulationDoesNotAllowIsRejectedOnTheRecord) {
  const std::string talon = file_benefit("b-1");
  ASSERT_EQ(run_json({"case", "withdraw", talon}).exit, 0);
  const Ended again = run_json({"case", "withdraw", talon});
  EXPECT_EQ(again.exit, 1);
  expect_keys(again.json(), {"rejected", "talon", "paragraph", "expected", "actual"});
  EXPECT_EQ(run_json({"case", "show", talon}).json().at("history").back().at("kind"), "rejected");
  EXPECT_EQ(run({"case", "withdraw", "BEN-AKMOLA-2013-000001-A"}).exit, 65);
}

TEST_F(Withdraw, TheServeThatOwnsTheDatabaseTakesIt) {
  const std::string talon = file_benefit("b-1");
  Running serve({"--db", database(), "--json", "serve"}, folder_);
  ASSERT_NE(serve.read_line(), "") << serve.errors();
  EXPECT_EQ(run_json({"case", "withdraw", talon}).json().at("result"), "withdrawn");
  EXPECT_EQ(run_json({"case", "withdraw", talon}).exit, 1);
  serve.signal(SIGTERM);
  EXPECT_EQ(serve.wait(), 0) << serve.errors();
}

TEST_F(Withdraw, TheRegulationIsShownWithItsActsAndItsLadder) {
  const Json shown = run_json({"regulation", "show", "benefit-certificate"}).json();
  EXPECT_EQ(shown.at("acts").at(0).at("code"), "withdrawal");
  EXPECT_EQ(shown.at("ladder").size(), 2U);
  EXPECT_EQ(shown.at("norm").at("percent"), 95);
  EXPECT_EQ(run({"regulation", "check"}).exit, 0);
}

}  // namespace
}  // namespace reglament::testing
