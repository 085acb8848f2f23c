// The decisions of the engine on the benefit certificate: 1, 30 and 90 working days from the same
// start, the notice to the applicant beside it, withdrawal, the ladder, the hours of the military
// departments (9 to 17, break 13 to 15, closed on Saturdays).
#include <gtest/gtest.h>

#include "tests/casework/driven_case.hpp"

namespace reglament {
namespace {

using testing::benefit_filing;
using testing::DrivenCase;
using testing::instant;
using testing::permit_framework;

class BenefitCertificate : public ::testing::Test {
 protected:
  Entry file(std::string_view at) { return case_.file(instant(at), benefit_filing("r-1")); }
  Entry answer(std::string_view at, std::string_view step, std::string outcome,
               std::string ground = {}) {
    return case_.answer(instant(at), step, std::move(outcome), std::move(ground));
  }
  // Filed and accepted on Monday, 4 February 2013.
  void prepare() {
    file("2013-02-04T09:30:00+06:00");
    answer("2013-02-04T10:00:00+06:00", "accept", "accepted");
  }

  DrivenCase case_{permit_framework()};
};

TEST_F(BenefitCertificate, Par7IsIssuedOnTheNextWorkingDay) {
  prepare();
  EXPECT_EQ(case_.deadline().due_at, instant("2013-02-05T17:00:00+06:00"));
  EXPECT_EQ(case_.deadline("prepare").due_at, instant("2013-02-05T17:00:00+06:00"));
  answer("2013-02-05T11:00:00+06:00", "prepare", "drawn-up");
  answer("2013-02-05T16:00:00+06:00", "issue", "handed-out");
  EXPECT_EQ(case_.state().result.view(), "granted");
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::met);
}

TEST_F(BenefitCertificate, Par7TheTotalGrowsFromTheOriginalStart) {
  prepare();
  const Entry entry = answer("2013-02-05T11:00:00+06:00", "prepare", "information-missing");
  EXPECT_EQ(entry.variant, "information-missing");
  EXPECT_EQ(case_.due(), "2013-03-19");  // the 30th working day after 4 February; 8 March is off
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::extended);
  EXPECT_EQ(case_.deadline().term.view(), "30wd");
  EXPECT_EQ(case_.deadline().start, testing::date("2013-02-04"));
  // The step's own term is that of the service, and grows with it.
  EXPECT_EQ(case_.due("request-information"), "2013-03-19");
  answer("2013-03-18T11:00:00+06:00", "request-information", "foreign-archive-needed");
  EXPECT_EQ(case_.deadline().term.view(), "90wd");
  EXPECT_EQ(case_.deadline().start, testing::date("2013-02-04"));
  EXPECT_EQ(case_.due(), case_.due("request-foreign-archive"));
  const WorkingCalendar& days =
      permit_framework().calendars.known_on(testing::date("2013-03-18")).five_day;
  EXPECT_EQ(case_.deadline().due, days.add(testing::date("2013-02-04"), WorkingDays{90}));
}

TEST_F(BenefitCertificate, Par7TheExtensionNamesTheOldDueDate) {
  prepare();
  const Entry entry = answer("2013-02-05T11:00:00+06:00", "prepare", "information-missing");
  const auto change =
      std::ranges::find(entry.deadlines, deadline_change::extended, &DeadlineChange::change);
  ASSERT_NE(change, entry.deadlines.end());
  EXPECT_EQ(change->old_due, testing::date("2013-02-05"));
  EXPECT_EQ(change->due, testing::date("2013-03-19"));
  EXPECT_EQ(change->paragraph, "004.4 §7 direct 1");
  EXPECT_EQ(entry.paragraph, "004.4 §7");
}

TEST_F(BenefitCertificate, Par7TheApplicantIsToldBesideTheSteps) {
  prepare();
  answer("2013-02-05T11:00:00+06:00", "prepare", "information-missing");
  ASSERT_EQ(case_.state().tasks.size(), 2U);
  EXPECT_EQ(case_.due("notify-extension"), "2013-02-06");
  EXPECT_EQ(case_.state().step.view(), "request-information");
  EXPECT_EQ(case_.state().holder().view(), testing::kMilitary);
  const Entry told = answer("2013-02-06T11:00:00+06:00", "notify-extension", "told");
  EXPECT_EQ(told.kind, entry_kind::answered);
  EXPECT_EQ(told.step, "notify-extension");
  EXPECT_EQ(told.notices.at(0).kind, "term-extended");
  EXPECT_EQ(case_.deadline("notify-extension").status(), DeadlineStatus::met);
  EXPECT_EQ(case_.state().step.view(), "request-information");
  EXPECT_EQ(case_.state().tasks.size(), 1U);
}

TEST_F(BenefitCertificate, Par7OneNoticeTellsOfBothExtensionsWhileItIsOpen) {
  prepare();
  answer("2013-02-05T10:00:00+06:00", "prepare", "information-missing");
  answer("2013-02-05T11:00:00+06:00", "request-information", "foreign-archive-needed");
  EXPECT_EQ(std::ranges::count(case_.state().tasks, std::string_view("notify-extension"),
                               [](const Task& task) { return task.step.view(); }),
            1);
}

TEST_F(BenefitCertificate, Par7AMissedNoticeExpiresAndMovesNothing) {
  prepare();
  answer("2013-02-05T11:00:00+06:00", "prepare", "information-missing");
  const auto alarms = case_.alarms_until(instant("2013-02-06T17:00:00+06:00"));
  ASSERT_FALSE(alarms.empty());
  EXPECT_EQ(alarms.back().kind, entry_kind::expired);
  EXPECT_EQ(alarms.back().step, "notify-extension");
  EXPECT_EQ(case_.state().step.view(), "request-information");
  EXPECT_EQ(case_.state().tasks.size(), 2U);
}

TEST_F(BenefitCertificate, Par7AnExtensionAfterTheExpiryIsRejected) {
  prepare();
  const Entry entry = answer("2013-02-06T10:00:00+06:00", "prepare", "information-missing");
  EXPECT_EQ(entry.kind, entry_kind::rejected);
  EXPECT_EQ(entry.rejection->code, rejection_code::term);
  EXPECT_EQ(entry.paragraph, "004.4 §7");
  EXPECT_EQ(case_.due(), "2013-02-05");
  EXPECT_EQ(case_.state().tasks.size(), 1U);
}

TEST_F(BenefitCertificate, Par7ASecondRequestExtendsNothing) {
  prepare();
  answer("2013-02-05T10:00:00+06:00", "prepare", "information-missing");
  answer("2013-02-12T10:00:00+06:00", "request-information", "information-received");
  EXPECT_EQ(case_.due("prepare"), "2013-02-13");  // one working day again
  const Entry again = answer("2013-02-12T11:00:00+06:00", "prepare", "information-missing");
  EXPECT_EQ(again.kind, entry_kind::answered);
  EXPECT_EQ(again.variant, "");
  EXPECT_EQ(case_.due(), "2013-03-19");
}

TEST_F(BenefitCertificate, Par16RefusalNamesItsGround) {
  prepare();
  EXPECT_EQ(answer("2013-02-05T10:00:00+06:00", "prepare", "refused").rejection->code,
            rejection_code::unknown_ground);
  Answer refusal = testing::answer_of(7, case_.state().tasks[0].ordinal, testing::kMilitary,
                                      "refused", "BEN-R1");
  refusal.message_id = "second";
  case_.answer(instant("2013-02-05T10:05:00+06:00"), refusal);
  EXPECT_EQ(case_.state().result.view(), "refused");
}

TEST_F(BenefitCertificate, WithdrawalClosesTheCaseAndBreaksNoTerm) {
  prepare();
  answer("2013-02-05T10:00:00+06:00", "prepare", "information-missing");
  const Entry entry = case_.act(instant("2013-02-07T10:00:00+06:00"), "withdrawal", "w-1");
  EXPECT_EQ(entry.kind, entry_kind::act);
  EXPECT_EQ(entry.paragraph, "004.4 §11.1");
  EXPECT_EQ(entry.result, "withdrawn");
  EXPECT_EQ(case_.state().result.view(), "withdrawn");
  EXPECT_TRUE(case_.state().tasks.empty());
  EXPECT_EQ(entry.revoked.size(), 2U);
  EXPECT_TRUE(case_.deadline().lapsed);
  EXPECT_FALSE(case_.state().alarm());
  EXPECT_TRUE(case_.alarms_until(instant("2013-12-01T00:00:00+06:00")).empty());
}

TEST_F(BenefitCertificate, WithdrawalTwiceIsADuplicateAndAfterTheEndTooLate) {
  prepare();
  case_.act(instant("2013-02-04T11:00:00+06:00"), "withdrawal", "w-1");
  EXPECT_EQ(case_.act(instant("2013-02-04T11:01:00+06:00"), "withdrawal", "w-1").rejection->code,
            rejection_code::duplicate);
  EXPECT_EQ(case_.act(instant("2013-02-04T11:02:00+06:00"), "withdrawal", "w-2").rejection->code,
            rejection_code::late);
}

TEST_F(BenefitCertificate, AnActThatTheRegulationDoesNotKnowIsRejected) {
  prepare();
  const Entry entry = case_.act(instant("2013-02-04T11:00:00+06:00"), "pardon", "w-1");
  EXPECT_EQ(entry.rejection->code, rejection_code::unknown_outcome);
  EXPECT_EQ(entry.rejection->expected, "one of withdrawal");
}

TEST_F(BenefitCertificate, NeitherAnActNorAnExpiryCanBeAnswered) {
  prepare();
  for (const char* outcome : {"withdrawal", "term-expired", "filing"}) {
    EXPECT_EQ(answer("2013-02-04T11:00:00+06:00", "prepare", outcome).rejection->code,
              rejection_code::unknown_outcome)
        << outcome;
  }
}

// ---- Opening hours -----------------------------------------------------------------------------

struct Start {
  const char* filed;
  const char* start;
  const char* due;
};

TEST(BenefitCertificateHours, WhatHappensOutsideThemCountsFromTheNextWorkingMoment) {
  for (const Start& one : {Start{"2013-02-04T09:00:00+06:00", "2013-02-04", "2013-02-05"},
                           Start{"2013-02-04T07:00:00+06:00", "2013-02-04", "2013-02-05"},
                           Start{"2013-02-04T14:00:00+06:00", "2013-02-04", "2013-02-05"},  // break
                           Start{"2013-02-04T16:59:00+06:00", "2013-02-04", "2013-02-05"},
                           Start{"2013-02-04T17:00:00+06:00", "2013-02-05", "2013-02-06"},
                           Start{"2013-02-08T17:30:00+06:00", "2013-02-11", "2013-02-12"},
                           Start{"2013-02-09T11:00:00+06:00", "2013-02-11", "2013-02-12"},  // Sat
                           Start{"2013-03-08T11:00:00+06:00", "2013-03-11", "2013-03-12"}}) {
    DrivenCase driven(permit_framework());
    driven.file(instant(one.filed), benefit_filing("r-1"));
    EXPECT_EQ(format_date(driven.deadline().start), one.start) << one.filed;
    EXPECT_EQ(driven.due(), one.due) << one.filed;
  }
}

// ---- The ladder --------------------------------------------------------------------------------

TEST_F(BenefitCertificate, AnExpiredTermClimbsTheLadderOnceARung) {
  prepare();
  const auto alarms = case_.alarms_until(instant("2013-03-01T00:00:00+06:00"));
  std::vector<std::string> climbed;
  for (const Entry& entry : alarms) {
    if (entry.kind != entry_kind::escalated || entry.outcome != deadline_scope::step) continue;
    climbed.push_back(format_instant(entry.at, std::chrono::hours(6)) + " " +
                      std::string(entry.notices.at(0).recipient) + " " +
                      std::string(entry.paragraph));
  }
  EXPECT_EQ(climbed,
            (std::vector<std::string>{"2013-02-06T17:00:00+06:00 head setting (004.4 §22)",
                                      "2013-02-08T17:00:00+06:00 kz.min.mod setting (004.4 §21)"}));
  EXPECT_EQ(case_.deadline("prepare").level, 2U);
  EXPECT_TRUE(std::ranges::is_sorted(alarms, {}, &Entry::at));
  EXPECT_FALSE(case_.state().alarm());
}

TEST_F(BenefitCertificate, TheLadderEndsWithTheDeadline) {
  prepare();
  case_.alarms_until(instant("2013-02-06T17:00:00+06:00"));
  answer("2013-02-07T10:00:00+06:00", "prepare", "drawn-up");
  answer("2013-02-07T11:00:00+06:00", "issue", "handed-out");
  EXPECT_TRUE(case_.alarms_until(instant("2013-12-01T00:00:00+06:00")).empty());
}

}  // namespace
}  // namespace reglament
