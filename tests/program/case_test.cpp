#include "engine/casework/talon.hpp"
#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

const std::vector<std::string> kHead = {"talon",  "regulation", "edition",  "state",
                                        "step",   "office",     "filed_at", "due_date",
                                        "due_at", "closed_at",  "result"};

class CaseCommand : public Program {
 protected:
  void SetUp() override {
    init_virtual("2015-07-14T10:15:00+06:00");
    talons_ = file_good(2);
  }
  std::vector<std::string> talons_;
};

TEST_F(CaseCommand, ShowsEveryKeyOfTheContract) {
  const Json shown = run_json({"case", "show", talons_[0]}).json();
  expect_keys(shown, kHead);
  expect_keys(shown, {"deadlines", "history"});
  EXPECT_EQ(shown.at("state"), "open");
  EXPECT_TRUE(shown.at("closed_at").is_null());
  EXPECT_TRUE(shown.at("result").is_null());
  ASSERT_EQ(shown.at("deadlines").size(), 2U);
  for (const Json& deadline : shown.at("deadlines")) {
    expect_keys(deadline, {"scope", "step", "office", "term", "start", "due_date", "due_at",
                           "calendar", "status"});
    EXPECT_EQ(deadline.at("status"), "running");
  }
  ASSERT_EQ(shown.at("history").size(), 1U);
  expect_keys(shown.at("history")[0],
              {"seq", "at", "kind", "step", "outcome", "actor", "paragraph"});
  EXPECT_TRUE(shown.at("history")[0].at("outcome").is_null());
}

TEST_F(CaseCommand, ShowsTheCaseAsItStoodThen) {
  ASSERT_EQ(run({"clock", "advance", "--by", "PT1H"}).exit, 0);
  ASSERT_EQ(run({"desk", "--all", "--favourable", "--until-idle"}).exit, 0);
  const Json now = run_json({"case", "show", talons_[0]}).json();
  EXPECT_EQ(now.at("state"), "closed");
  const Json then =
      run_json({"case", "show", talons_[0], "--at", "2015-07-14T10:30:00+06:00"}).json();
  EXPECT_EQ(then.at("state"), "open");
  EXPECT_EQ(then.at("step"), "accept");
  EXPECT_EQ(then.at("history").size(), 1U);
  EXPECT_EQ(run({"case", "show", talons_[0], "--at", "2015-07-14T10:14:59+06:00"}).exit, 65);
  EXPECT_EQ(run({"case", "show", talons_[0], "--at", "yesterday"}).exit, 65);
}

TEST_F(CaseCommand, ExplainsEachDateInWords) {
  const Json shown = run_json({"case", "show", talons_[0]}).json();
  for (const Json& deadline : shown.at("deadlines")) {
    const bool of_service = deadline.at("scope") == "service";
    EXPECT_EQ(deadline.at("explanation"),
              of_service
                  ? "due 2015-07-23: 7 working days after 2015-07-14 (003 §14 (standard §4); "
                    "setting); not counted: 2015-07-18 and 19 weekend; calendar "
                    "kz-five-day-2014-04-18; ends at closing 18:00"
                  : "due 2015-07-15: 1 working day after 2015-07-14 (003 §8); every day counted; "
                    "calendar kz-five-day-2014-04-18; ends at closing 18:00");
  }
  EXPECT_NE(run({"case", "show", talons_[0]}).out.find("not counted: 2015-07-18 and 19 weekend"),
            std::string::npos);
}

TEST_F(CaseCommand, TellsWhoUsedTheDays) {
  ASSERT_EQ(run({"clock", "advance", "--by", "PT1H"}).exit, 0);
  ASSERT_EQ(
      run({"desk", "--office", "kz.dvd.akmola.kokshetau", "--favourable", "--until-idle"}).exit, 0);
  ASSERT_EQ(run({"clock", "advance", "--by", "P1D"}).exit, 0);
  const Json shown = run_json({"case", "show", talons_[0]}).json();
  ASSERT_EQ(shown.at("ledger").size(), 2U);
  for (const Json& holding : shown.at("ledger")) {
    expect_keys(holding, {"holder", "office", "step", "from", "to", "working_minutes"});
    EXPECT_EQ(holding.at("holder"), "office");
  }
  EXPECT_EQ(shown.at("ledger")[0].at("office"), "kz.dvd.akmola.kokshetau");
  EXPECT_EQ(shown.at("ledger")[0].at("from"), shown.at("filed_at"));
  EXPECT_EQ(shown.at("ledger")[0].at("working_minutes"), 60);
  EXPECT_EQ(shown.at("ledger")[1].at("office"), "kz.dvd.akmola.mp");
  EXPECT_EQ(shown.at("ledger")[1].at("from"), shown.at("ledger")[0].at("to"));
  EXPECT_EQ(shown.at("ledger")[1].at("to"), "2015-07-15T11:15:00+06:00");
  EXPECT_EQ(shown.at("ledger")[1].at("working_minutes"), 450);
  EXPECT_EQ(shown.at("working_minutes"), 510);
  EXPECT_EQ(shown.at("measured_by").at("office"), "kz.dvd.akmola.kokshetau");
  const Ended text = run({"case", "show", talons_[0]});
  EXPECT_NE(text.out.find("who used the days"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("8 h 30 min"), std::string::npos) << text.out;
  // As it stood then: up to that moment.
  const Json then =
      run_json({"case", "show", talons_[0], "--at", "2015-07-14T10:45:00+06:00"}).json();
  EXPECT_EQ(then.at("working_minutes"), 30);
}

TEST_F(CaseCommand, TellsAMistypedTalonFromAnUnknownOne) {
  std::string mistyped = talons_[0];
  mistyped[4] = mistyped[4] == 'A' ? 'B' : 'A';
  mistyped[5] = mistyped[5] == 'A' ? 'B' : 'A';
  const Ended wrong = run({"case", "show", mistyped});
  EXPECT_EQ(wrong.exit, 65);
  EXPECT_NE(wrong.err.find("mistyped"), std::string::npos) << wrong.err;
  // Right by its check character, and of nobody.
  const Ended unknown = run({"case", "show", make_talon("BZP", "AKMOLA", 2015, 999999)});
  EXPECT_EQ(unknown.exit, 65);
  EXPECT_NE(unknown.err.find("no such case"), std::string::npos) << unknown.err;
}

TEST_F(CaseCommand, ListsHeadsAndFilters) {
  ASSERT_EQ(run_json({"desk", "--answers",
                      write("rules", R"({"step":"accept","talon":")" + talons_[0] +
                                         R"(","outcome":"incomplete"})"),
                      "--all", "--until-idle"})
                .exit,
            0);
  const auto all = run_json({"case", "list"}).lines();
  ASSERT_EQ(all.size(), 2U);
  for (const Json& line : all) expect_keys(line, kHead);
  const auto count = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"case", "list"});
    return run_json(more).lines().size();
  };
  EXPECT_EQ(count({"--open"}), 1U);
  EXPECT_EQ(count({"--overdue"}), 0U);
  EXPECT_EQ(count({"--office", "kz.dvd.akmola.kokshetau"}), 2U);
  EXPECT_EQ(count({"--office", "kz.dvd.akmola"}), 0U);
  EXPECT_EQ(count({"--regulation", "border-zone-permit"}), 2U);
  ASSERT_EQ(run({"clock", "advance", "--by", "P3D"}).exit, 0);
  EXPECT_EQ(count({"--overdue"}), 1U);
}

TEST_F(CaseCommand, AnUnknownOfficeOrRegulationIsBadInput) {
  EXPECT_EQ(run({"case", "list", "--office", "kz.nowhere"}).exit, 65);
  EXPECT_EQ(run({"case", "list", "--regulation", "fishing-permit"}).exit, 65);
}

TEST_F(CaseCommand, TextForPeopleNamesTheNextTerm) {
  const Ended shown = run({"case", "show", talons_[0]});
  EXPECT_NE(shown.out.find("1 working day"), std::string::npos) << shown.out;
  EXPECT_NE(run({"case", "list"}).out.find("2 cases"), std::string::npos);
}

TEST_F(CaseCommand, AnOfficeHoldsACaseOrTookItIn) {
  ASSERT_EQ(
      run({"desk", "--office", "kz.dvd.akmola.kokshetau", "--favourable", "--until-idle"}).exit, 0);
  EXPECT_EQ(run_json({"case", "list", "--office", "kz.dvd.akmola.mp"}).lines().size(), 2U);
  EXPECT_EQ(run_json({"case", "list", "--office", "kz.dvd.akmola.kokshetau"}).lines().size(), 2U);
  const Json shown = run_json({"case", "show", talons_[0]}).json();
  EXPECT_EQ(shown.at("office"), "kz.dvd.akmola.mp");
}

}  // namespace
}  // namespace reglament::testing
