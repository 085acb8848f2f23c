#include "engine/ledger/timeliness.hpp"

#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

using testing::date;
using testing::instant;
using testing::kDirectorate;
using testing::kLocalUnit;
using testing::permit_framework;

constexpr std::string_view kNow = "2015-07-31T12:00:00+06:00";

Deadline deadline(std::string_view scope, std::string_view step, std::string_view office,
                  std::string_view due) {
  Deadline made;
  made.scope = Symbol(scope);
  made.step = Symbol(step);
  made.office = Symbol(office);
  made.due = date(due);
  made.due_at = instant(std::string(due) + "T18:00:00+06:00");
  return made;
}

Deadline step(std::string_view code, std::string_view office, std::string_view due) {
  return deadline(deadline_scope::step, code, office, due);
}
Deadline service(std::string_view due) {
  return deadline(deadline_scope::service, "", kLocalUnit, due);
}

Deadline done(Deadline made, std::string_view at) {
  made.ended_at = instant(at);
  made.expired = *made.ended_at >= made.due_at;
  return made;
}
Deadline expired(Deadline made) {
  made.expired = true;
  return made;
}

Case case_of(std::vector<Deadline> deadlines, std::string_view regulation = "border-zone-permit") {
  Case made;
  made.regulation = Symbol(regulation);
  made.office = Symbol(kLocalUnit);
  made.deadlines = std::move(deadlines);
  return made;
}

std::vector<TimelinessLine> report(TimelinessBy by, const std::vector<Case>& cases,
                                   Period period = {}) {
  Timeliness timeliness(by, period, instant(kNow), permit_framework().directory);
  for (const Case& state : cases) timeliness.add(state);
  return timeliness.lines();
}

TEST(Timeliness, CountsServicesByRegulation) {
  const auto lines =
      report(TimelinessBy::regulation,
             {case_of({done(service("2015-07-20"), "2015-07-17T10:00:00+06:00")}),
              case_of({done(service("2015-07-20"), "2015-07-22T10:00:00+06:00")}),
              case_of({expired(service("2015-07-21"))}),  // open and overdue
              case_of({service("2015-08-10")}),           // open, not due: not counted
              case_of({done(service("2015-07-20"), "2015-07-20T11:00:00+06:00")}, "other")});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], (TimelinessLine{"border-zone-permit", "", 2, 1, 1}));
  EXPECT_DOUBLE_EQ(*lines[0].timeliness(), 1.0 / 3.0);
  EXPECT_EQ(lines[1], (TimelinessLine{"other", "", 1, 1, 0}));
  EXPECT_DOUBLE_EQ(*lines[1].timeliness(), 1.0);
}

// The tracker may not have written the expiry yet; the term is overdue all the same.
TEST(Timeliness, AnOpenTermIsOverdueAtItsDueInstant) {
  Timeliness before(TimelinessBy::regulation, {}, instant("2015-07-20T17:59:59+06:00"),
                    permit_framework().directory);
  before.add(case_of({service("2015-07-20")}));
  EXPECT_TRUE(before.lines().empty());
  Timeliness at(TimelinessBy::regulation, {}, instant("2015-07-20T18:00:00+06:00"),
                permit_framework().directory);
  at.add(case_of({service("2015-07-20")}));
  ASSERT_EQ(at.lines().size(), 1U);
  EXPECT_EQ(at.lines()[0].overdue_open, 1U);
}

TEST(Timeliness, AttributesStepsToTheOfficeThatKeepsThem) {
  const Case state =
      case_of({done(step("accept", kLocalUnit, "2015-07-15"), "2015-07-15T09:30:00+06:00"),
               done(step("dvd-check", kDirectorate, "2015-07-20"), "2015-07-21T09:30:00+06:00"),
               done(service("2015-07-24"), "2015-07-22T10:00:00+06:00")});
  const auto by_office = report(TimelinessBy::office, {state});
  ASSERT_EQ(by_office.size(), 2U);
  EXPECT_EQ(by_office[0], (TimelinessLine{std::string(kLocalUnit), "", 1, 1, 0}));
  EXPECT_EQ(by_office[1], (TimelinessLine{std::string(kDirectorate), "", 1, 0, 0}));

  const auto by_step = report(TimelinessBy::step, {state});
  ASSERT_EQ(by_step.size(), 2U);
  EXPECT_EQ(by_step[0], (TimelinessLine{"accept", "border-zone-permit", 1, 1, 0}));
  EXPECT_EQ(by_step[1], (TimelinessLine{"dvd-check", "border-zone-permit", 1, 0, 0}));

  const auto by_region = report(TimelinessBy::region, {state});
  ASSERT_EQ(by_region.size(), 1U);
  EXPECT_EQ(by_region[0], (TimelinessLine{"akmola", "", 1, 1, 0}));
}

TEST(Timeliness, ARepeatedStepCountsEachTime) {
  const auto lines = report(
      TimelinessBy::step,
      {case_of({done(step("accept", kLocalUnit, "2015-07-15"), "2015-07-14T09:30:00+06:00"),
                done(step("accept", kLocalUnit, "2015-07-17"), "2015-07-18T09:30:00+06:00")})});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].closed, 2U);
  EXPECT_EQ(lines[0].on_time, 1U);
}

TEST(Timeliness, StepsOfTwoRegulationsAreNotMixed) {
  const Deadline kept = done(step("accept", kLocalUnit, "2015-07-15"), "2015-07-15T09:30:00+06:00");
  const auto lines = report(TimelinessBy::step, {case_of({kept}), case_of({kept}, "other")});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].regulation, "border-zone-permit");
  EXPECT_EQ(lines[1].regulation, "other");
}

TEST(Timeliness, ThePeriodTakesTheClosingDateAtTheOffice) {
  // 23:30 in Kokshetau on the 20th is the 20th there, and 17:30 UTC.
  const Case late_evening = case_of({done(service("2015-07-24"), "2015-07-20T23:30:00+06:00")});
  const Case after_midnight = case_of({done(service("2015-07-24"), "2015-07-21T00:30:00+06:00")});
  const auto closed_in = [&](const char* from, const char* to) {
    const auto lines =
        report(TimelinessBy::regulation, {late_evening, after_midnight}, {date(from), date(to)});
    return lines.empty() ? 0U : lines[0].closed;
  };
  EXPECT_EQ(closed_in("2015-07-20", "2015-07-20"), 1U);
  EXPECT_EQ(closed_in("2015-07-21", "2015-07-21"), 1U);
  EXPECT_EQ(closed_in("2015-07-20", "2015-07-21"), 2U);
  EXPECT_EQ(closed_in("2015-07-22", "2015-07-31"), 0U);
}

TEST(Timeliness, AnOverdueOpenTermFallsIntoThePeriodOfItsDueDate) {
  const std::vector<Case> cases = {case_of({expired(service("2015-07-21"))})};
  EXPECT_TRUE(report(TimelinessBy::regulation, cases, {std::nullopt, date("2015-07-20")}).empty());
  EXPECT_EQ(report(TimelinessBy::regulation, cases, {date("2015-07-21"), std::nullopt}).size(), 1U);
}

TEST(Timeliness, WithoutTermsThereIsNoFigure) {
  EXPECT_FALSE(TimelinessLine{}.timeliness().has_value());
  EXPECT_TRUE(report(TimelinessBy::office, {case_of({})}).empty());
}

TEST(Timeliness, AnUnknownOfficeIsAFault) {
  EXPECT_THROW(
      report(TimelinessBy::office, {case_of({step("accept", "kz.nowhere", "2015-07-15")})}),
      Unavailable);
}

TEST(Timeliness, CodesReadBack) {
  for (const auto by :
       {TimelinessBy::regulation, TimelinessBy::office, TimelinessBy::step, TimelinessBy::region}) {
    EXPECT_EQ(parse_timeliness_by(code(by)), by);
  }
  EXPECT_FALSE(parse_timeliness_by("month").has_value());
}

}  // namespace
}  // namespace reglament
