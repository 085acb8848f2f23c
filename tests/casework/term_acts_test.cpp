// What acts do to running terms, on a regulation made for it (term_acts.hpp). Filed on Monday, 4
// February 2013, at a military department: 9 to 17, break from 13 to 15. The service takes 15
// working days without the days of acceptance and issue: it is due on 26 February.
#include "tests/casework/term_acts.hpp"

#include <gtest/gtest.h>

#include "tests/casework/driven_case.hpp"

namespace reglament {
namespace {

using testing::DrivenCase;
using testing::instant;
using testing::permit_framework;

const Framework& sample_framework() {
  static const Catalogue catalogue({&law::regulation<law::act_sample::Service>()});
  static const Framework framework{catalogue, permit_framework().directory,
                                   permit_framework().calendars, WorkingDays{1}};
  return framework;
}

class TermActs : public ::testing::Test {
 protected:
  void file(std::string_view at = "2013-02-04T10:00:00+06:00") {
    Filing filing = testing::benefit_filing("r-1");
    filing.regulation = "term-acts";
    case_.file(instant(at), filing);
  }
  void review() {
    file();
    answer("2013-02-04T10:05:00+06:00", "reception", "received");
  }
  Entry answer(std::string_view at, std::string_view step, std::string outcome) {
    return case_.answer(instant(at), step, std::move(outcome));
  }
  Entry act(std::string_view at, const std::string& code) { return case_.act(instant(at), code); }
  void expect_refused(const Entry& entry, std::string_view expected, std::string_view actual) {
    ASSERT_EQ(entry.kind, entry_kind::rejected);
    EXPECT_EQ(entry.rejection->code, rejection_code::term);
    EXPECT_EQ(entry.paragraph, "8 §2");
    EXPECT_EQ(entry.rejection->expected, expected);
    EXPECT_EQ(entry.rejection->actual, actual);
    EXPECT_TRUE(entry.deadlines.empty());
  }

  DrivenCase case_{sample_framework()};
};

// ---- How terms are counted ---------------------------------------------------------------------

TEST_F(TermActs, DaysOfAcceptanceAndIssueAreNotCountedWhereTheActExcludesThem) {
  file();
  EXPECT_EQ(case_.due(), "2013-02-26");  // 15 working days are over on the 25th
  EXPECT_EQ(case_.deadline().term.view(), "15wd");
}

TEST_F(TermActs, MinutesRunByTheOpeningHours) {
  file();
  EXPECT_EQ(case_.deadline("reception").due_at, instant("2013-02-04T10:20:00+06:00"));
  DrivenCase before_the_break(sample_framework());
  Filing filing = testing::benefit_filing("r-2");
  filing.regulation = "term-acts";
  before_the_break.file(instant("2013-02-04T12:50:00+06:00"), filing);
  EXPECT_EQ(before_the_break.deadline("reception").due_at, instant("2013-02-04T15:10:00+06:00"));
  DrivenCase before_closing(sample_framework());
  filing.request_id = "r-3";
  before_closing.file(instant("2013-02-08T16:55:00+06:00"), filing);
  EXPECT_EQ(before_closing.deadline("reception").due_at, instant("2013-02-11T09:15:00+06:00"));
}

TEST_F(TermActs, AStepCountedBackIsDueBeforeTheService) {
  review();
  answer("2013-02-05T10:00:00+06:00", "review", "reviewed");
  EXPECT_EQ(case_.due("signing"), "2013-02-22");
  act("2013-02-06T10:00:00+06:00", "prolong");
  EXPECT_EQ(case_.due(), "2013-03-20");
  EXPECT_EQ(case_.due("signing"), "2013-03-18");  // and follows it
}

TEST_F(TermActs, AStepThatComesAfterItsDateIsOverdueAtOnce) {
  review();
  case_.alarms_until(instant("2013-02-25T10:00:00+06:00"));
  answer("2013-02-25T10:00:00+06:00", "review", "reviewed");
  const auto alarms = case_.alarms_until(instant("2013-02-25T10:00:00+06:00"));
  ASSERT_FALSE(alarms.empty());
  EXPECT_EQ(alarms[0].kind, entry_kind::expired);
  EXPECT_EQ(alarms[0].step, "signing");
  EXPECT_EQ(alarms[0].at, instant("2013-02-22T17:00:00+06:00"));
}

TEST_F(TermActs, AVariantThatAnotherStepStartsCountsFromThere) {
  file();
  answer("2013-02-04T10:10:00+06:00", "reception", "late-term");
  EXPECT_EQ(case_.state().variant.view(), "from-writing");
  EXPECT_EQ(case_.deadline().term.view(), "5cd");
  EXPECT_EQ(case_.due(), "2013-02-11");  // the 9th is a Saturday
  EXPECT_EQ(case_.deadline("writing").due_at, instant("2013-02-04T17:00:00+06:00"));  // same day
  EXPECT_TRUE(case_.state().deadlines.front().lapsed);
}

TEST_F(TermActs, AnAnswerThatStaysOffersTheStepAnewAndItsTermRunsOn) {
  review();
  answer("2013-02-05T10:00:00+06:00", "review", "noted");
  ASSERT_EQ(case_.state().tasks.size(), 1U);
  EXPECT_EQ(case_.state().tasks[0].ordinal, 3U);
  EXPECT_EQ(case_.due("review"), "2013-02-18");
}

// ---- Suspension and resumption -----------------------------------------------------------------

TEST_F(TermActs, SuspensionKeepsTheRemainingDays) {
  review();
  answer("2013-02-08T10:00:00+06:00", "review", "ask");
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::suspended);
  EXPECT_EQ(case_.deadline().rest.view(), "12wd");
  answer("2013-02-18T10:00:00+06:00", "waiting", "supplied");
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::running);
  EXPECT_EQ(case_.due(), "2013-03-06");  // the 12th working day after 18 February
  EXPECT_EQ(case_.deadline().start, testing::date("2013-02-04"));
  EXPECT_EQ(case_.due("review"), "2013-02-18");  // continues: its first due date stays
}

TEST_F(TermActs, ASuspendedTermNeitherWarnsNorExpires) {
  review();
  answer("2013-02-08T10:00:00+06:00", "review", "ask");
  for (const Entry& entry : case_.alarms_until(instant("2013-03-08T00:00:00+06:00"))) {
    EXPECT_EQ(entry.step, "waiting") << entry.kind;
  }
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::suspended);
}

TEST_F(TermActs, TheEndOfTheWaitingLetsTheTermRunOn) {
  review();
  answer("2013-02-08T10:00:00+06:00", "review", "ask");
  EXPECT_EQ(case_.due("waiting"), "2013-03-11");  // 8 March is a holiday
  const auto alarms = case_.alarms_until(instant("2013-03-11T17:00:00+06:00"));
  ASSERT_GE(alarms.size(), 2U);
  EXPECT_EQ(case_.state().step.view(), "review");
  EXPECT_FALSE(case_.deadline().suspended_at);
}

TEST_F(TermActs, AnActSuspendsTheStepsTermToo) {
  review();
  act("2013-02-08T10:00:00+06:00", "stop");
  EXPECT_EQ(case_.deadline("review").rest.view(), "6wd");
  act("2013-02-20T10:00:00+06:00", "go-on");
  EXPECT_EQ(case_.due("review"), "2013-02-28");
  EXPECT_EQ(case_.state().tasks.size(), 1U);
}

TEST_F(TermActs, AStepCountedBackFromASuspendedServiceHasItsDateOnceItRuns) {
  review();
  act("2013-02-08T10:00:00+06:00", "stop");
  answer("2013-02-11T10:00:00+06:00", "review", "reviewed");
  EXPECT_THROW(static_cast<void>(case_.deadline("signing")), std::logic_error);
  act("2013-02-18T10:00:00+06:00", "go-on");
  EXPECT_EQ(case_.due(), "2013-03-06");
  EXPECT_EQ(case_.due("signing"), "2013-03-04");
}

TEST_F(TermActs, ResumptionWithoutASuspensionIsRejected) {
  review();
  expect_refused(act("2013-02-08T10:00:00+06:00", "go-on"), "a term that is suspended",
                 "none is suspended");
}

TEST_F(TermActs, SuspensionOfASuspendedTermIsRejected) {
  review();
  act("2013-02-08T10:00:00+06:00", "stop");
  expect_refused(act("2013-02-08T11:00:00+06:00", "stop"), "a term of the service that is running",
                 "the term of the service is suspended");
}

TEST_F(TermActs, AnExpiredTermClimbsNoFurtherWhileItStandsStill) {
  review();
  case_.alarms_until(instant("2013-02-18T17:00:00+06:00"));
  ASSERT_TRUE(case_.deadline("review").expired);
  act("2013-02-19T10:00:00+06:00", "stop");
  EXPECT_TRUE(case_.alarms_until(instant("2013-02-28T20:00:00+06:00")).empty());
  act("2013-03-01T10:00:00+06:00", "go-on");
  const auto alarms = case_.alarms_until(instant("2013-03-01T17:00:00+06:00"));
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].kind, entry_kind::escalated);
  EXPECT_EQ(alarms[0].at, instant("2013-03-01T17:00:00+06:00"));
  // The days between the rungs count from there.
  const auto further = case_.alarms_until(instant("2013-03-05T17:00:00+06:00"));
  ASSERT_FALSE(further.empty());
  EXPECT_EQ(further.back().kind, entry_kind::escalated);
  EXPECT_EQ(further.back().at, instant("2013-03-05T17:00:00+06:00"));
}

// ---- Extension, interruption -------------------------------------------------------------------

TEST_F(TermActs, ExtensionAfterASuspensionAddsWhatTheTotalGrowsBy) {
  review();
  act("2013-02-08T10:00:00+06:00", "stop");
  act("2013-02-18T10:00:00+06:00", "go-on");
  EXPECT_EQ(case_.due(), "2013-03-06");
  act("2013-02-19T10:00:00+06:00", "prolong");
  EXPECT_EQ(case_.deadline().rest.view(), "27wd");
  const WorkingCalendar& days =
      permit_framework().calendars.known_on(testing::date("2013-02-19")).five_day;
  EXPECT_EQ(case_.deadline().due, days.add(testing::date("2013-03-06"), WorkingDays{15}));
}

TEST_F(TermActs, ASecondExtensionThatIsNotLongerIsRejected) {
  review();
  act("2013-02-08T10:00:00+06:00", "prolong");
  expect_refused(act("2013-02-08T11:00:00+06:00", "prolong"), "a total longer than 30 working days",
                 "30 working days");
}

TEST_F(TermActs, ExtensionOfASuspendedTermIsRejected) {
  review();
  act("2013-02-08T10:00:00+06:00", "stop");
  expect_refused(act("2013-02-08T11:00:00+06:00", "prolong"),
                 "a term of the service that is running", "the term of the service is suspended");
}

TEST_F(TermActs, ExtensionAfterTheExpiryIsRejected) {
  review();
  expect_refused(act("2013-02-27T10:00:00+06:00", "prolong"),
                 "a term of the service that is running",
                 "the term of the service, 15 working days, expired on 2013-02-26");
}

TEST_F(TermActs, InterruptionStartsTheTermsAnew) {
  review();
  act("2013-02-14T10:00:00+06:00", "anew");
  EXPECT_EQ(case_.deadline().start, testing::date("2013-02-14"));
  EXPECT_EQ(case_.due(), "2013-03-11");  // 16 working days after the 14th
  EXPECT_EQ(case_.due("review"), "2013-02-28");
}

TEST_F(TermActs, InterruptionEndsASuspension) {
  review();
  act("2013-02-08T10:00:00+06:00", "stop");
  act("2013-02-14T10:00:00+06:00", "anew");
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::running);
  EXPECT_EQ(case_.deadline("review").status(), DeadlineStatus::running);
}

TEST_F(TermActs, InterruptionAfterTheExpiryIsRejected) {
  review();
  expect_refused(act("2013-02-27T10:00:00+06:00", "anew"),
                 "a term of the service that has not expired",
                 "the term of the service, 15 working days, expired on 2013-02-26");
}

TEST_F(TermActs, ARungAboveTheTopOfTheDirectoryIsPassedOver) {
  review();
  case_.alarms_until(instant("2013-06-01T00:00:00+06:00"));
  EXPECT_EQ(case_.deadline("review").level, 2U);  // nobody stands above the ministry
  EXPECT_FALSE(case_.state().alarm());
}

}  // namespace
}  // namespace reglament
