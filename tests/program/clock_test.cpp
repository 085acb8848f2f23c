#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class ClockCommand : public Program {};

TEST_F(ClockCommand, AdvancesToAnInstantAndByADuration) {
  init_virtual("2015-07-14T10:15:00+06:00");
  const Ended to = run_json({"clock", "advance", "--to", "2015-07-14T11:15:00+06:00"});
  EXPECT_EQ(to.json().at("now"), "2015-07-14T05:15:00Z");
  const Ended by = run_json({"clock", "advance", "--by", "P1DT30M"});
  EXPECT_EQ(by.json().at("now"), "2015-07-15T05:45:00Z");
  EXPECT_EQ(run_json({"clock", "show"}).json().at("now"), "2015-07-15T05:45:00Z");
}

TEST_F(ClockCommand, NeverGoesBackAndTakesOnlyRealTimes) {
  init_virtual("2015-07-14T10:15:00+06:00");
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"--to", "2015-07-14T10:14:59+06:00"},
                                             {"--to", "2015-02-29T10:15:00+06:00"},
                                             {"--to", "tomorrow"},
                                             {"--by", "P1M"},
                                             {"--by", "-PT1H"},
                                             {"--by", "P3000000D"}}) {
    std::vector<std::string> command{"clock", "advance"};
    command.insert(command.end(), wrong.begin(), wrong.end());
    EXPECT_EQ(run(command).exit, 65) << wrong.back();
  }
  EXPECT_EQ(run_json({"clock", "show"}).json().at("now"), "2015-07-14T04:15:00Z");
}

TEST_F(ClockCommand, DeadlinesOnTheWayExpireEachAtItsOwnTime) {
  init_virtual("2015-07-14T10:15:00+06:00");
  const std::string talon = file_good(1).front();
  ASSERT_EQ(run({"clock", "advance", "--by", "P30D"}).exit, 0);
  const Json shown = run_json({"case", "show", talon}).json();
  std::vector<std::string> expired;
  for (const Json& entry : shown.at("history")) {
    if (entry.at("kind") == "expired") expired.push_back(entry.at("at"));
  }
  ASSERT_EQ(expired.size(), 2U) << shown.dump(2);
  EXPECT_EQ(expired.at(0).substr(0, 10), "2015-07-15");  // one working day for the acceptance
  EXPECT_EQ(expired.at(1).substr(0, 10), "2015-07-23");  // seven for the service
  for (const Json& deadline : shown.at("deadlines")) EXPECT_EQ(deadline.at("status"), "breached");
}

TEST_F(ClockCommand, ShowsTheZoneDataThatItCountsWith) {
  init_virtual("2015-07-14T10:15:00+06:00");
  const Json shown = run_json({"clock", "show"}).json();
  expect_keys(shown, {"now", "virtual", "tzdata", "tzdata_at_creation"});
  EXPECT_EQ(shown.at("tzdata"), shown.at("tzdata_at_creation"));
  EXPECT_EQ(shown.at("tzdata").get<std::string>().substr(0, 2), "20");
  EXPECT_NE(run({"clock", "show"}).out.find("zones of tzdata 20"), std::string::npos);
}

TEST_F(ClockCommand, OnTheSystemClockItCannotBeMoved) {
  ASSERT_EQ(run({"init"}).exit, 0);
  EXPECT_EQ(run({"clock", "show"}).exit, 0);
  EXPECT_EQ(run({"clock", "advance", "--by", "PT1H"}).exit, 65);
}

}  // namespace
}  // namespace reglament::testing
