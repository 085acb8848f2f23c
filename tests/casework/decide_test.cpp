// The decisions of the engine on the border-zone permit: given a case, when an occasion, then the
// entry with its effects, or a rejection with its paragraph.
#include "engine/casework/decide.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "engine/base/fault.hpp"
#include "engine/casework/apply.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

using testing::answer_of;
using testing::complete_filing;
using testing::date;
using testing::instant;
using testing::kDirectorate;
using testing::kKnb;
using testing::kLocalUnit;
using testing::permit_framework;

// A case that is driven by decisions alone, as a partition drives it.
class Casework : public ::testing::Test {
 protected:
  Entry apply_decision(Decision decision) {
    decision.entry.seq = state_.seq + 1;
    decision.entry.leaf = state_.seq;
    if (decision.entry.kind != entry_kind::filing_refused) {
      apply(state_, decision.entry, Digest{static_cast<std::uint8_t>(decision.entry.seq)});
    }
    kept_.push_back(std::move(decision));
    return kept_.back().entry;
  }
  Entry file(std::string_view at, Filing filing = complete_filing("r-1")) {
    filings_.push_back(std::move(filing));
    return apply_decision(decide_filing(filings_.back(), 7, instant(at), permit_framework()));
  }
  Entry answer(std::string_view at, std::uint32_t task, std::string_view office,
               std::string outcome, std::string ground = {}) {
    return answer(at, answer_of(7, task, office, std::move(outcome), std::move(ground)));
  }
  Entry answer(std::string_view at, Answer one) {
    answers_.push_back(std::move(one));
    return apply_decision(decide_answer(answers_.back(), &state_, instant(at), permit_framework()));
  }
  // Favourable answers up to, not including, the step with this task.
  void work_until(std::uint32_t task) {
    file("2015-07-14T10:15:00+06:00");
    if (task > 1) answer("2015-07-14T11:00:00+06:00", 1, kLocalUnit, "accepted");
    if (task > 2) answer("2015-07-15T11:00:00+06:00", 2, kLocalUnit, "forwarded");
    if (task > 3) answer("2015-07-16T11:00:00+06:00", 3, kDirectorate, "forwarded");
    if (task > 4) answer("2015-07-17T11:00:00+06:00", 4, kKnb, "agreed");
  }
  // The next entry of the tracker at that moment; an empty kind where there is none.
  Entry alarm(std::string_view now) {
    auto decision = decide_alarm(state_, instant(now), permit_framework());
    return decision ? apply_decision(std::move(*decision)) : Entry{};
  }

  Case state_;

 private:
  std::deque<Decision> kept_;  // entries point into these
  std::deque<Filing> filings_;
  std::deque<Answer> answers_;
};

TEST_F(Casework, CompleteSetOpensAcceptanceWithItsTerms) {
  const Entry entry = file("2015-07-14T10:15:00+06:00");  // a Tuesday
  EXPECT_EQ(entry.kind, entry_kind::filed);
  EXPECT_EQ(entry.paragraph, "003 §8");
  EXPECT_EQ(state_.step.view(), "accept");
  ASSERT_EQ(state_.tasks.size(), 1U);
  EXPECT_EQ(state_.tasks[0].office.view(), kLocalUnit);
  ASSERT_EQ(state_.deadlines.size(), 2U);
  const Deadline& service = *state_.service_deadline();
  EXPECT_EQ(service.due, testing::date("2015-07-23"));  // 7 working days, the 14th not counted
  EXPECT_EQ(service.due_at, instant("2015-07-23T18:00:00+06:00"));
  EXPECT_EQ(state_.deadlines[1].due_at, instant("2015-07-15T18:00:00+06:00"));
}

TEST_F(Casework, IncompleteSetIsRefusedAndStartsNoTerm) {
  Filing filing = complete_filing("r-1");
  filing.documents = {"application"};
  const Entry entry = file("2015-07-14T10:15:00+06:00", filing);
  EXPECT_EQ(entry.kind, entry_kind::filing_refused);
  EXPECT_EQ(entry.paragraph, "003 §8");
  EXPECT_EQ(entry.rejection->code, rejection_code::documents_missing);
  EXPECT_EQ(entry.rejection->actual, "missing: identity-document");
  EXPECT_TRUE(entry.deadlines.empty());
  EXPECT_TRUE(entry.offered.empty());
}

TEST_F(Casework, CitizenOfKazakhstanIsNotEntitled) {
  Filing filing = complete_filing("r-1");
  filing.applicant.citizenship = "KAZ";
  EXPECT_EQ(file("2015-07-14T10:15:00+06:00", filing).paragraph, "003 §1");
}

TEST_F(Casework, FilingBeforeTheEditionIsRefused) {
  const Entry entry = file("2015-07-12T10:15:00+06:00");
  EXPECT_EQ(entry.rejection->code, rejection_code::not_in_force);
  EXPECT_EQ(entry.rejection->actual, "2015-07-12");
}

TEST_F(Casework, FilingOnTheLastDayInForceIsAccepted) {
  EXPECT_EQ(file("2020-09-04T17:59:00+06:00").kind, entry_kind::filed);
}

TEST_F(Casework, FilingAfterTheRepealNamesTheRepealingAct) {
  const Entry entry = file("2020-09-05T10:15:00+06:00");
  EXPECT_EQ(entry.kind, entry_kind::filing_refused);
  EXPECT_NE(entry.rejection->actual.find("No. 597 of 2020-08-25"), std::string_view::npos)
      << entry.rejection->actual;
}

TEST_F(Casework, EachAnswerHandsTheCaseToTheNextOffice) {
  work_until(5);
  EXPECT_EQ(state_.step.view(), "issue");
  ASSERT_EQ(state_.tasks.size(), 1U);
  EXPECT_EQ(state_.tasks[0].office.view(), kLocalUnit);
  EXPECT_EQ(state_.tasks[0].ordinal, 5U);
  const Entry entry = answer("2015-07-20T11:00:00+06:00", 5, kLocalUnit, "issued");
  EXPECT_EQ(entry.kind, entry_kind::answered);
  EXPECT_TRUE(entry.commitment || !entry.result.empty());
  EXPECT_EQ(state_.result.view(), "granted");
  EXPECT_FALSE(state_.is_open());
  EXPECT_FALSE(state_.alarm());
  for (const Deadline& deadline : state_.deadlines) {
    EXPECT_EQ(deadline.status(), DeadlineStatus::met) << deadline.step.view();
  }
}

TEST_F(Casework, ObjectionOfTheKnbLeavesOnlyAMotivatedRefusal) {
  work_until(4);
  answer("2015-07-17T11:00:00+06:00", 4, kKnb, "objected");
  const Entry refused = answer("2015-07-20T11:00:00+06:00", 5, kLocalUnit, "issued");
  EXPECT_EQ(refused.kind, entry_kind::rejected);
  EXPECT_EQ(refused.paragraph, "003 §11");
  EXPECT_TRUE(state_.is_open());
  answer("2015-07-20T11:05:00+06:00", 5, kLocalUnit, "refused", "BZP-KNB");
  EXPECT_EQ(state_.result.view(), "refused");
  EXPECT_EQ(state_.ground.view(), "BZP-KNB");
}

TEST_F(Casework, PermitWithoutTheSignatureIsRejectedWithParagraph4) {
  work_until(5);
  Answer unsigned_answer = answer_of(7, 5, kLocalUnit, "issued");
  unsigned_answer.fields.clear();
  const Entry entry = answer("2015-07-20T11:00:00+06:00", unsigned_answer);
  EXPECT_EQ(entry.kind, entry_kind::rejected);
  EXPECT_EQ(entry.rejection->code, rejection_code::missing_field);
  EXPECT_EQ(entry.paragraph, "003 §4");
}

TEST_F(Casework, RefusalWithoutAGroundIsRejected) {
  work_until(5);
  const Entry entry = answer("2015-07-20T11:00:00+06:00", 5, kLocalUnit, "refused");
  EXPECT_EQ(entry.rejection->code, rejection_code::unknown_ground);
}

TEST_F(Casework, RepeatedAnswerIsADuplicateAndChangesNothing) {
  work_until(2);
  const Case before = state_;
  const Entry entry = answer("2015-07-14T12:00:00+06:00", 1, kLocalUnit, "accepted");
  EXPECT_EQ(entry.rejection->code, rejection_code::duplicate);
  EXPECT_EQ(state_.step, before.step);
  EXPECT_EQ(state_.tasks, before.tasks);
  EXPECT_EQ(state_.deadlines, before.deadlines);
  EXPECT_EQ(state_.seq, before.seq + 1);  // the fact itself is on record
}

TEST_F(Casework, SecondAnswerToAnAnsweredTaskIsLate) {
  work_until(2);
  Answer second = answer_of(7, 1, kLocalUnit, "incomplete");
  second.message_id = "another";
  EXPECT_EQ(answer("2015-07-14T12:00:00+06:00", second).rejection->code, rejection_code::late);
}

TEST_F(Casework, AnswerOfAnotherOfficeIsRejected) {
  work_until(4);
  const Entry entry = answer("2015-07-17T11:00:00+06:00", 4, kDirectorate, "agreed");
  EXPECT_EQ(entry.rejection->code, rejection_code::wrong_office);
  EXPECT_EQ(entry.rejection->expected, kKnb);
}

TEST_F(Casework, AnswerWithAStaleAttemptIsLate) {
  work_until(1);
  Answer stale = answer_of(7, 1, kLocalUnit, "accepted");
  stale.attempt = 2;
  EXPECT_EQ(answer("2015-07-14T12:00:00+06:00", stale).rejection->code, rejection_code::late);
}

TEST_F(Casework, AnswerToATaskNeverGivenIsUnknown) {
  work_until(1);
  const Entry entry = answer("2015-07-14T12:00:00+06:00", 9, kLocalUnit, "accepted");
  EXPECT_EQ(entry.rejection->code, rejection_code::unknown_task);
}

TEST_F(Casework, OutcomeOfAnotherStepIsRejected) {
  work_until(1);
  const Entry entry = answer("2015-07-14T12:00:00+06:00", 1, kLocalUnit, "agreed");
  EXPECT_EQ(entry.rejection->code, rejection_code::wrong_step);
}

TEST_F(Casework, AnswerToAClosedCaseIsLate) {
  work_until(5);
  answer("2015-07-20T11:00:00+06:00", 5, kLocalUnit, "issued");
  Answer again = answer_of(7, 5, kLocalUnit, "refused", "BZP-R1");
  again.message_id = "another";
  EXPECT_EQ(answer("2015-07-20T12:00:00+06:00", again).rejection->code, rejection_code::late);
}

TEST(CaseworkRegister, AnswerToAnUnknownCaseBelongsToTheRegister) {
  const Answer stray = answer_of(99, 1, kLocalUnit, "accepted");
  const Decision decision =
      decide_answer(stray, nullptr, instant("2015-07-14T12:00:00+06:00"), permit_framework());
  EXPECT_EQ(decision.entry.kind, entry_kind::rejected);
  EXPECT_EQ(decision.entry.case_number, 0U);
  EXPECT_EQ(decision.entry.rejection->code, rejection_code::unknown_task);
}

TEST_F(Casework, TrackerWarnsOneWorkingDayBefore) {
  work_until(3);  // dvd-check entered on Wednesday the 15th: due on the 17th, warned on the 16th
  EXPECT_EQ(alarm("2015-07-16T17:59:59+06:00").kind, "");
  const Entry entry = alarm("2015-07-16T18:00:00+06:00");
  EXPECT_EQ(entry.kind, entry_kind::warned);
  EXPECT_EQ(entry.office, kDirectorate);
  ASSERT_EQ(entry.notices.size(), 1U);
  EXPECT_EQ(entry.notices[0].recipient, kDirectorate);
  EXPECT_EQ(alarm("2015-07-16T18:00:00+06:00").kind, "");
}

TEST_F(Casework, MissingAnswerMakesTheStepOverdueOnceAndApprovesNothing) {
  work_until(4);  // knb-review entered on Thursday the 16th: due on Monday the 20th
  EXPECT_EQ(alarm("2015-07-17T18:00:00+06:00").kind, entry_kind::warned);
  const Entry expired = alarm("2015-07-20T18:00:00+06:00");
  EXPECT_EQ(expired.kind, entry_kind::expired);
  EXPECT_EQ(expired.paragraph, "003 §11");
  EXPECT_EQ(expired.office, kKnb);
  EXPECT_EQ(state_.step.view(), "knb-review");
  EXPECT_EQ(state_.tasks.size(), 1U);
  EXPECT_EQ(alarm("2015-07-20T18:00:00+06:00").kind, "");
}

TEST_F(Casework, ExpiryAfterDowntimeIsDatedAtTheDueInstant) {
  work_until(4);
  alarm("2015-08-03T09:00:00+06:00");  // the warning
  const Entry expired = alarm("2015-08-03T09:00:00+06:00");
  EXPECT_EQ(expired.at, instant("2015-07-20T18:00:00+06:00"));
  EXPECT_EQ(expired.noticed_at, instant("2015-08-03T09:00:00+06:00"));
}

TEST_F(Casework, OverdueServiceIsRecordedWithTheOfficeThatHoldsTheCase) {
  work_until(4);
  Entry last;
  for (Entry entry = alarm("2015-08-03T09:00:00+06:00"); !entry.kind.empty();
       entry = alarm("2015-08-03T09:00:00+06:00")) {
    if (entry.kind == entry_kind::expired) last = entry;
  }
  EXPECT_EQ(last.kind, entry_kind::expired);
  EXPECT_EQ(last.outcome, deadline_scope::service);
  EXPECT_EQ(last.office, kKnb);
  EXPECT_EQ(last.at, instant("2015-07-23T18:00:00+06:00"));
  answer("2015-08-03T10:00:00+06:00", 4, kKnb, "agreed");
  answer("2015-08-03T10:00:00+06:00", 5, kLocalUnit, "issued");
  EXPECT_EQ(state_.service_deadline()->status(), DeadlineStatus::breached);
}

TEST(CheckFiling, NamesTheFieldThatIsWrong) {
  const auto complaint = [](auto change) {
    Filing filing = complete_filing("r-1");
    change(filing);
    try {
      check_filing(filing, permit_framework());
    } catch (const BadInput& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(complaint([](Filing&) {}), "");
  EXPECT_NE(complaint([](Filing& f) { f.regulation = "fishing"; }).find("'regulation'"),
            std::string::npos);
  EXPECT_NE(complaint([](Filing& f) { f.channel = "psc"; }).find("'channel'"), std::string::npos);
  EXPECT_NE(complaint([](Filing& f) { f.office = "kz.dvd.nowhere"; }).find("'office'"),
            std::string::npos);
  EXPECT_NE(complaint([](Filing& f) { f.office = "kz.dvd.akmola.mp"; }).find("'office'"),
            std::string::npos);
}

TEST(DecideFiling, BeyondThePublishedCalendarIsRefused) {
  // The edition has ended by 2028; the calendar's edge is reached through the term instead.
  const auto of_2015 = [](Week week) {
    return WorkingCalendar(calendar_name("short-2015", week), week, 2015, 2015, {});
  };
  CalendarEdition edition{"short-2015", date("2015-01-01"), "Act", of_2015(Week::five_day),
                          of_2015(Week::six_day)};
  const Framework framework{permit_framework().catalogue, permit_framework().directory,
                            CalendarEditions({std::move(edition)}), WorkingDays{1}};
  const Decision decision =
      decide_filing(complete_filing("r-1"), 7, instant("2015-12-30T10:00:00+06:00"), framework);
  EXPECT_EQ(decision.entry.kind, entry_kind::filing_refused);
  EXPECT_EQ(decision.entry.rejection->code, rejection_code::calendar);
  EXPECT_TRUE(decision.entry.offered.empty());
}

TEST(DecideFiling, CountsWithTheEditionKnownAtTheOffice) {
  // Resolution 365 moved a day off to 2 May 2014: known since 18 April, and not a moment before.
  const auto service = [](std::string_view now) {
    const OfficeIndex office = *permit_framework().directory.find(kLocalUnit);
    return calendar_at(office, instant(now), Week::five_day, permit_framework());
  };
  EXPECT_TRUE(service("2014-04-17T23:59:59+06:00").is_working(date("2014-05-02")));
  EXPECT_FALSE(service("2014-04-18T00:00:00+06:00").is_working(date("2014-05-02")));
  EXPECT_EQ(service("2014-04-18T00:00:00+06:00").edition(), "kz-five-day-2014-04-18");
  EXPECT_THROW(service("2008-12-31T23:59:59+06:00"), OutsideCalendar);
}

TEST(DecideFiling, DeadlinesNameTheCalendarThatProducedThem) {
  const Decision decision = decide_filing(complete_filing("r-1"), 7,
                                          instant("2015-07-14T10:15:00+06:00"), permit_framework());
  ASSERT_EQ(decision.entry.deadlines.size(), 2U);
  for (const DeadlineChange& change : decision.entry.deadlines) {
    EXPECT_EQ(change.calendar, "kz-five-day-2014-04-18");
  }
}

}  // namespace
}  // namespace reglament
