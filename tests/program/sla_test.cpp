#include <map>
#include <set>

#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

const std::vector<std::string> kLine = {"key",          "closed",     "on_time",
                                        "overdue_open", "timeliness", "norm"};

// Two cases filed on Tuesday 2015-07-14 at 10:15; one goes through all steps at 11:15, the other
// stays with its first office, whose term of one working day ends on the 15th.
class SlaCommand : public Program {
 protected:
  void SetUp() override {
    init_virtual("2015-07-14T10:15:00+06:00");
    talons_ = file_good(2);
    advance("PT1H");
    ASSERT_EQ(run({"desk", "--all", "--until-idle", "--answers",
                   write("rules", rule("accept", "accepted") + rule("forward-to-dvd", "forwarded") +
                                      rule("dvd-check", "forwarded") +
                                      rule("knb-review", "agreed") + rule("issue", "issued"))})
                  .exit,
              0);
  }

  void advance(const std::string& by) { ASSERT_EQ(run({"clock", "advance", "--by", by}).exit, 0); }
  std::string rule(const std::string& step, const std::string& outcome) {
    return Json{{"step", step}, {"talon", talons_[0]}, {"outcome", outcome}}.dump() + "\n";
  }
  std::vector<Json> report(std::vector<std::string> more) {
    more.insert(more.begin(), {"sla", "report"});
    const Ended ended = run_json(more);
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return ended.lines();
  }

  std::vector<std::string> talons_;
};

TEST_F(SlaCommand, ReportsServicesByRegulation) {
  const auto lines = report({});
  ASSERT_EQ(lines.size(), 1U);
  expect_keys(lines[0], kLine);
  EXPECT_EQ(lines[0].at("key"), "border-zone-permit");
  EXPECT_EQ(lines[0].at("closed"), 1);
  EXPECT_EQ(lines[0].at("on_time"), 1);
  EXPECT_EQ(lines[0].at("overdue_open"), 0);
  EXPECT_EQ(lines[0].at("timeliness"), 1.0);
  advance("P14D");
  EXPECT_EQ(report({})[0].at("overdue_open"), 1);
  EXPECT_EQ(report({})[0].at("timeliness"), 0.5);
}

TEST_F(SlaCommand, ReportsStepsWithTheirWorkingTime) {
  const auto lines = report({"--by", "step"});
  ASSERT_EQ(lines.size(), 5U);
  for (const Json& line : lines) {
    expect_keys(line, kLine);
    EXPECT_EQ(line.at("regulation"), "border-zone-permit");
    // One hour at the first office; the others answered at once.
    const int minutes = line.at("key") == "accept" ? 60 : 0;
    EXPECT_EQ(line.at("working_minutes_median"), minutes) << line;
    EXPECT_EQ(line.at("working_minutes_p90"), minutes) << line;
  }
}

TEST_F(SlaCommand, ReportsWhatShareOfItsTermADepartmentUsed) {
  std::set<std::string> keys;
  for (const Json& line : report({"--by", "department"})) {
    keys.insert(line.at("key").get<std::string>());
    if (line.at("key") != "migration-police-unit") continue;
    EXPECT_EQ(line.at("closed"), 3);
    // One hour of the 13 h 45 min from Tuesday 10:15 to Wednesday 18:00, and twice nothing.
    EXPECT_NEAR(line.at("term_used_mean").get<double>(), 60.0 / 825 / 3, 0.001);
    EXPECT_NEAR(line.at("term_used_p90").get<double>(), 60.0 / 825, 0.001);
  }
  EXPECT_EQ(keys, (std::set<std::string>{"knb-department", "migration-police-directorate",
                                         "migration-police-unit"}));
}

TEST_F(SlaCommand, ReportsByOfficeRegionAndMonth) {
  EXPECT_EQ(report({"--by", "office"}).size(), 3U);
  ASSERT_EQ(report({"--by", "region"}).size(), 1U);
  EXPECT_EQ(report({"--by", "region"})[0].at("key"), "akmola");
  advance("P30D");
  const auto months = report({"--by", "period"});
  ASSERT_EQ(months.size(), 1U);
  EXPECT_EQ(months[0].at("key"), "2015-07");
  EXPECT_EQ(months[0].at("closed"), 1);
  EXPECT_EQ(months[0].at("overdue_open"), 1);
}

TEST_F(SlaCommand, SaysNoDataWhereThereIsNone) {
  const auto lines = report({"--from", "2015-08-01"});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].at("closed"), 0);
  EXPECT_TRUE(lines[0].at("timeliness").is_null());
  EXPECT_NE(run({"sla", "report", "--from", "2015-08-01"}).out.find("no data"), std::string::npos);
  // Overdue and never answered: a timeliness, but no working time.
  advance("P2D");
  for (const Json& line : report({"--by", "step", "--from", "2015-07-15"})) {
    EXPECT_EQ(line.at("overdue_open"), 1);
    EXPECT_EQ(line.at("timeliness"), 0.0);
    EXPECT_TRUE(line.at("working_minutes_median").is_null());
    EXPECT_TRUE(line.at("term_used_mean").is_null());
  }
}

TEST_F(SlaCommand, AnActWithoutIndicatorsHasNone) {
  const Ended shown = run_json({"sla", "indicators", "border-zone-permit"});
  EXPECT_EQ(shown.exit, 0);
  EXPECT_TRUE(shown.out.empty());
  EXPECT_EQ(run({"sla", "indicators", "border-zone-permit"}).out, "the act sets no indicators\n");
  EXPECT_EQ(run({"sla", "indicators"}).exit, 64);
  const Ended unknown = run({"sla", "indicators", "fishing-permit"});
  EXPECT_EQ(unknown.exit, 65);
  EXPECT_NE(unknown.err.find("fishing-permit"), std::string::npos) << unknown.err;
}

class IndicatorsOfTheAct : public Program {
 protected:
  void SetUp() override {
    init_virtual("2013-02-04T10:00:00+06:00");
    Json certificate = application("b-1");
    certificate["regulation"] = "benefit-certificate";
    certificate["office"] = "kz.mil.akmola";
    ASSERT_EQ(run({"file", write("application.json", certificate.dump())}).exit, 0);
  }
  std::vector<Json> indicators() {
    return run_json({"sla", "indicators", "benefit-certificate"}).lines();
  }
};

TEST_F(IndicatorsOfTheAct, AreFilledWhereTheHistoryTells) {
  ASSERT_EQ(indicators().size(), 6U);
  for (const Json& line : indicators()) {
    expect_keys(line, {"regulation", "edition", "indicator", "title", "norm", "target", "value",
                       "measurable", "paragraph"});
    EXPECT_EQ(line.at("measurable"), line.at("indicator") == "1.1");
    EXPECT_TRUE(line.at("value").is_null());  // nothing has ended yet
  }
  EXPECT_NE(run({"sla", "indicators", "benefit-certificate"}).out.find("no data"),
            std::string::npos);

  ASSERT_EQ(run({"desk", "--all", "--favourable", "--until-idle"}).exit, 0);
  EXPECT_EQ(indicators()[0].at("indicator"), "1.1");
  EXPECT_EQ(indicators()[0].at("norm"), 0.95);
  EXPECT_EQ(indicators()[0].at("value"), 1.0);
  EXPECT_TRUE(indicators()[1].at("value").is_null());
  const Ended text = run({"sla", "indicators", "benefit-certificate"});
  EXPECT_NE(text.out.find("100.0 %"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("not measurable from history"), std::string::npos) << text.out;

  const Json report = run_json({"sla", "report"}).json();
  EXPECT_EQ(report.at("key"), "benefit-certificate");
  EXPECT_EQ(report.at("norm"), 0.95);
}

// The act sets no term to the acceptance and to the handing out: their tasks are measured.
TEST_F(IndicatorsOfTheAct, StepsWithoutATermHaveAWorkingTime) {
  ASSERT_EQ(run({"clock", "advance", "--by", "PT2H"}).exit, 0);
  ASSERT_EQ(run({"desk", "--all", "--favourable", "--until-idle"}).exit, 0);
  std::map<std::string, Json> steps;
  for (const Json& line : run_json({"sla", "report", "--by", "step"}).lines()) {
    steps[line.at("key").get<std::string>()] = line;
  }
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps["accept"].at("working_minutes_median"), 120);
  EXPECT_TRUE(steps["accept"].at("timeliness").is_null());
  EXPECT_EQ(steps["prepare"].at("timeliness"), 1.0);
  EXPECT_EQ(steps["issue"].at("working_minutes_median"), 0);
}

TEST_F(SlaCommand, RefusesWhatCannotBeReported) {
  EXPECT_EQ(run({"sla", "report", "--by", "colour"}).exit, 64);
  EXPECT_EQ(run({"sla", "report", "--form", "2015-07-01"}).exit, 64);
  for (const auto& wrong :
       std::vector<std::vector<std::string>>{{"--from", "2015-02-29"},
                                             {"--to", "tomorrow"},
                                             {"--from", "2015-07-20", "--to", "2015-07-19"}}) {
    std::vector<std::string> arguments{"sla", "report"};
    arguments.insert(arguments.end(), wrong.begin(), wrong.end());
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.exit, 65);
    EXPECT_NE(ended.err.find("expected a da"), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find(wrong[wrong.size() - 2]), std::string::npos) << ended.err;
  }
}

}  // namespace
}  // namespace reglament::testing
