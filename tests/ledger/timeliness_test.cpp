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
  Timeliness timeliness(by, period, instant(kNow), permit_framework());
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
                    permit_framework());
  before.add(case_of({service("2015-07-20")}));
  ASSERT_EQ(before.lines().size(), 1U);  // the regulation has a case, and no figure yet
  EXPECT_FALSE(before.lines()[0].timeliness().has_value());
  Timeliness at(TimelinessBy::regulation, {}, instant("2015-07-20T18:00:00+06:00"),
                permit_framework());
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

Case of_edition(Case state) {
  state.edition = Symbol("2015-07-13");
  return state;
}

TEST(Timeliness, CountsStepsByTheDepartmentThatOwnsThem) {
  const auto lines = report(
      TimelinessBy::department,
      {of_edition(case_of(
          {done(step("accept", kLocalUnit, "2015-07-15"), "2015-07-15T09:30:00+06:00"),
           done(step("forward-to-dvd", kLocalUnit, "2015-07-16"), "2015-07-17T09:30:00+06:00"),
           done(step("dvd-check", kDirectorate, "2015-07-20"), "2015-07-20T09:30:00+06:00")}))});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], (TimelinessLine{"migration-police-directorate", "", 1, 1, 0}));
  EXPECT_EQ(lines[1], (TimelinessLine{"migration-police-unit", "", 2, 1, 0}));
  EXPECT_THROW(
      report(
          TimelinessBy::department,
          {case_of({done(step("accept", kLocalUnit, "2015-07-15"), "2015-07-15T09:30:00+06:00")})}),
      Unavailable);
}

TEST(Timeliness, CountsServicesByTheMonthOfThePeriod) {
  const auto lines = report(TimelinessBy::period,
                            {case_of({done(service("2015-07-20"), "2015-06-30T17:00:00+06:00")}),
                             case_of({done(service("2015-06-20"), "2015-07-01T10:00:00+06:00")}),
                             case_of({expired(service("2015-07-21"))})});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], (TimelinessLine{"2015-06", "", 1, 1, 0}));
  EXPECT_EQ(lines[1], (TimelinessLine{"2015-07", "", 1, 0, 1}));
}

// An act with a norm of 95 %, one with 90 %, and the border-zone permit, whose act has none.
class TimelinessNorm : public ::testing::Test {
 protected:
  static Regulation act(std::string_view id, std::string_view talon, std::int32_t percent) {
    Regulation made{};
    made.id = id;
    made.talon_code = talon;
    made.edition.code = "1";
    made.edition.from = date("2010-01-01");
    made.norm = Norm{percent, "§18"};
    return made;
  }
  static Case service_of(std::string_view regulation, std::string_view edition) {
    Case made = case_of({done(service("2015-07-20"), "2015-07-17T10:00:00+06:00")}, regulation);
    made.edition = Symbol(edition);
    return made;
  }
  std::vector<TimelinessLine> report(TimelinessBy by, const std::vector<Case>& cases) {
    const Framework& permits = permit_framework();
    const Framework framework{catalogue_, permits.directory, permits.calendars, {}};
    Timeliness timeliness(by, {}, instant(kNow), framework);
    for (const Case& state : cases) timeliness.add(state);
    return timeliness.lines();
  }

  const Regulation strict_ = act("strict", "STR", 95);
  const Regulation lenient_ = act("lenient", "LEN", 90);
  const Catalogue catalogue_{{&strict_, &lenient_}};
};

TEST_F(TimelinessNorm, IsThatOfTheAct) {
  const auto lines =
      report(TimelinessBy::regulation, {service_of("strict", "1"), service_of("strict", "1"),
                                        service_of("lenient", "1"), service_of("unknown", "1")});
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0].norm_percent, 90);
  EXPECT_EQ(lines[1].norm_percent, 95);
  EXPECT_FALSE(lines[2].norm_percent.has_value());
}

TEST_F(TimelinessNorm, OfActsThatDifferThereIsNone) {
  const auto lines =
      report(TimelinessBy::region,
             {service_of("strict", "1"), service_of("lenient", "1"), service_of("strict", "1")});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_FALSE(lines[0].norm_percent.has_value());
}

TEST(Timeliness, MeasuresStepsWhereItIsAsked) {
  const auto answered_after = [](int hours) {
    Deadline made = done(step("accept", kLocalUnit, "2015-07-15"), "2015-07-14T18:00:00+06:00");
    made.calendar = Symbol("kz-five-day-2026");
    made.term = made.rest = Symbol("1wd");
    made.since = *made.ended_at - std::chrono::hours(hours);
    return case_of({made});
  };
  TermUse use(permit_framework().directory, permit_framework().calendars);
  Timeliness timeliness(TimelinessBy::step, {}, instant(kNow), permit_framework(), &use);
  for (const int hours : {1, 2, 3}) timeliness.add(answered_after(hours));
  timeliness.add(case_of({expired(step("accept", kLocalUnit, "2015-07-15"))}));
  ASSERT_EQ(timeliness.lines().size(), 1U);
  const TimelinessLine line = timeliness.lines()[0];
  EXPECT_EQ(line.working_minutes.size(), 3U);  // what is open is not measured
  EXPECT_EQ(line.working_minutes.quantile(0.5), 120);
  EXPECT_EQ(line.working_minutes.quantile(0.9), 180);
  EXPECT_EQ(line.share_of_term.quantile(0.5), 120 * 10'000 / (120 + 450));
}

// A regulation with a step of one working day and one to which the act sets no term.
TEST(Timeliness, MeasuresStepsWithoutATermByTheirTasks) {
  std::vector<StepLine> steps(2);
  steps[0].code = "prepare";
  steps[0].term = Term{WorkingDays{1}};
  steps[1].code = "hand-over";
  Regulation act{};
  act.id = "certificate";
  act.talon_code = "CRT";
  act.edition.code = "1";
  act.steps = steps;
  const Catalogue catalogue{{&act}};
  const Framework& permits = permit_framework();
  const Framework framework{catalogue, permits.directory, permits.calendars, {}};
  Case state = case_of({service("2015-08-20")}, "certificate");
  state.edition = Symbol("1");
  state.deadlines[0].calendar = Symbol("kz-five-day-2026");
  const Instant offered = instant("2015-07-14T10:00:00+06:00");
  const std::vector<TaskTime> tasks{
      {1, Symbol("prepare"), Symbol(kLocalUnit), offered, offered + std::chrono::hours(1)},
      {2, Symbol("hand-over"), Symbol(kLocalUnit), offered, offered + std::chrono::hours(2)}};

  TermUse use(permits.directory, permits.calendars);
  Timeliness timeliness(TimelinessBy::step, {}, instant(kNow), framework, &use);
  EXPECT_TRUE(timeliness.needs_entries(state));
  timeliness.add(state);
  timeliness.add_tasks(state, tasks);
  ASSERT_EQ(timeliness.lines().size(), 1U);
  EXPECT_EQ(timeliness.lines()[0].key, "hand-over");
  EXPECT_EQ(timeliness.lines()[0].working_minutes.quantile(0.5), 120);
  EXPECT_FALSE(timeliness.lines()[0].timeliness().has_value());
  EXPECT_FALSE(Timeliness(TimelinessBy::department, {}, instant(kNow), framework, &use)
                   .needs_entries(state));
  // The border-zone permit sets a term to each of its steps.
  EXPECT_FALSE(Timeliness(TimelinessBy::step, {}, instant(kNow), permits, &use)
                   .needs_entries(of_edition(case_of({}))));
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
  EXPECT_TRUE(report(TimelinessBy::region, cases, {std::nullopt, date("2015-07-20")}).empty());
  EXPECT_EQ(report(TimelinessBy::region, cases, {date("2015-07-21"), std::nullopt}).size(), 1U);
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
  for (const auto by : {TimelinessBy::regulation, TimelinessBy::office, TimelinessBy::step,
                        TimelinessBy::region, TimelinessBy::department, TimelinessBy::period}) {
    EXPECT_EQ(parse_timeliness_by(code(by)), by);
  }
  EXPECT_FALSE(parse_timeliness_by("month").has_value());
}

}  // namespace
}  // namespace reglament
