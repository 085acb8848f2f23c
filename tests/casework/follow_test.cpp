#include "engine/casework/follow.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "engine/casework/apply.hpp"
#include "engine/casework/deadline.hpp"
#include "engine/history/sha256.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

using testing::date;
using testing::instant;
using testing::kLocalUnit;
using testing::permit_framework;

constexpr std::string_view kService = deadline_scope::service;

// A deadline as it was set at that moment, by the edition known then.
Deadline set_at(std::string_view scope, const Term& term, Instant since) {
  const Framework& law = permit_framework();
  const OfficeIndex office = *law.directory.find(kLocalUnit);
  const WorkingCalendar& calendar = calendar_at(office, since, Week::five_day, law);
  const DeadlineDates dates =
      TermCount(law.directory, calendar, office, "border-zone-permit", law.warn_before)
          .dates(term, LastDay::next_working, since, since);
  Deadline deadline;
  deadline.scope = Symbol(scope);
  if (scope == deadline_scope::step) deadline.step = Symbol("accept");
  deadline.office = Symbol(kLocalUnit);
  deadline.paragraph = Symbol("003 §3");
  deadline.term = deadline.rest = Symbol(term_code(term));
  deadline.calendar = Symbol(calendar.edition());
  deadline.start = dates.start;
  deadline.since = dates.since;
  deadline.due = dates.due;
  deadline.due_at = dates.due_at;
  deadline.warn_at = dates.warn_at;
  return deadline;
}

Case case_with(std::vector<Deadline> deadlines, Instant filed_at) {
  Case state;
  state.number = 7;
  state.seq = 1;
  state.regulation = Symbol("border-zone-permit");
  state.edition = Symbol("2015-07-13");
  state.office = Symbol(kLocalUnit);
  state.filed_at = filed_at;
  state.step = Symbol("accept");
  state.deadlines = std::move(deadlines);
  return state;
}

const CalendarEdition& edition(std::string_view code) {
  return *permit_framework().calendars.find(code);
}

std::optional<Decision> follow(const Case& state, std::string_view code, std::string_view since) {
  return decide_calendar(state, edition(code), instant(since), instant(since), permit_framework());
}

const Instant kApril = instant("2014-04-10T10:00:00+06:00");
constexpr const char* kKnown = "2014-04-18T01:00:00+06:00";

TEST(FollowCalendar, DeadlineMovesWithAnEntryThatNamesTheDecreeAndBothDates) {
  // Resolution 365: Friday 2 May is off, Sunday 4 May is worked, and so on (counting.md).
  const Case state = case_with({set_at(kService, WorkingDays{14}, kApril)}, kApril);
  EXPECT_EQ(state.deadlines[0].due, date("2014-04-30"));
  const Case longer = case_with({set_at(kService, WorkingDays{15}, kApril)}, kApril);
  EXPECT_EQ(longer.deadlines[0].due, date("2014-05-02"));
  EXPECT_FALSE(follow(state, "kz-2014-04-18", kKnown));
  const auto decision = follow(longer, "kz-2014-04-18", kKnown);
  ASSERT_TRUE(decision);
  const Entry& entry = decision->entry;
  EXPECT_EQ(entry.kind, entry_kind::calendar);
  EXPECT_EQ(entry.outcome, "kz-2014-04-18");
  EXPECT_EQ(entry.ground, "Government resolution 365 of April 2014");
  EXPECT_EQ(entry.at, instant(kKnown));
  ASSERT_EQ(entry.deadlines.size(), 1U);
  const DeadlineChange& change = entry.deadlines.front();
  EXPECT_EQ(change.change, deadline_change::moved);
  EXPECT_EQ(change.old_due, date("2014-05-02"));
  EXPECT_EQ(change.due, edition("kz-2014-04-18").five_day.add(date("2014-04-10"), WorkingDays{15}));
  EXPECT_GT(change.due, change.old_due);
  EXPECT_EQ(change.calendar, "kz-five-day-2014-04-18");
  EXPECT_EQ(change.term, "15wd");
}

TEST(FollowCalendar, ApplyingItMakesTheDeadlineWhatTheEditionCounts) {
  Case state = case_with({set_at(kService, WorkingDays{15}, kApril)}, kApril);
  auto decision = follow(state, "kz-2014-04-18", kKnown);
  ASSERT_TRUE(decision);
  decision->entry.seq = 2;
  apply(state, decision->entry, Digest{});
  EXPECT_EQ(state.deadlines[0].due, decision->entry.deadlines[0].due);
  EXPECT_EQ(state.deadlines[0].calendar.view(), "kz-five-day-2014-04-18");
  EXPECT_FALSE(follow(state, "kz-2014-04-18", kKnown)) << "a second time nothing moves";
  EXPECT_FALSE(follow(state, "kz-2013-12-06", kKnown)) << "an older edition takes nothing back";
}

TEST(FollowCalendar, WhatEndedExpiredOrStandsStillStays) {
  const Deadline moves = set_at(kService, WorkingDays{15}, kApril);
  Deadline ended = moves;
  ended.ended_at = instant("2014-04-11T10:00:00+06:00");
  Deadline expired = moves;
  expired.expired = true;
  Deadline suspended = moves;
  suspended.suspended_at = instant("2014-04-11T10:00:00+06:00");
  EXPECT_FALSE(follow(case_with({ended, expired, suspended}, kApril), "kz-2014-04-18", kKnown));
  Case closed = case_with({moves}, kApril);
  closed.closed_at = instant("2014-04-11T10:00:00+06:00");
  EXPECT_FALSE(follow(closed, "kz-2014-04-18", kKnown));
}

TEST(FollowCalendar, NobodyIsLateBeforeHeCouldKnow) {
  // Resolution 820 of 2019 made Monday 11 May 2020 a working day; say it is noticed on 13 May.
  const Instant since = instant("2019-10-31T10:00:00+06:00");
  const Deadline before = set_at(kService, CalendarDays{193}, since);
  ASSERT_EQ(before.due, date("2020-05-12"));
  const Case state = case_with({before}, since);
  const auto decision = follow(state, "kz-2019-11-01", "2020-05-11T20:00:00+06:00");
  ASSERT_TRUE(decision);
  const DeadlineChange& change = decision->entry.deadlines.front();
  EXPECT_EQ(change.due, date("2020-05-11"));
  EXPECT_EQ(change.due_at, instant("2020-05-11T20:00:00+06:00"));
  EXPECT_FALSE(change.warn_at);
}

TEST(FollowCalendar, IsDatedAfterWhatHappenedWithTheOlderEdition) {
  const Instant later = instant("2014-04-20T10:00:00+06:00");
  Case state = case_with({set_at(kService, WorkingDays{15}, kApril)}, kApril);
  state.tasks.push_back({1, 1, Symbol("accept"), Symbol(kLocalUnit), later});
  const auto decision = follow(state, "kz-2014-04-18", kKnown);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->entry.at, later);
}

TEST(FollowCalendar, DateBeyondThePublishedYearsLeavesTheDeadline) {
  const Instant since = instant("2014-04-10T10:00:00+06:00");
  Deadline deadline = set_at(kService, WorkingDays{15}, since);
  deadline.rest = Symbol("9000wd");
  EXPECT_FALSE(follow(case_with({deadline}, since), "kz-2014-04-18", kKnown));
}

// One function counts: what follows is what would have been set with the later edition.
RC_GTEST_PROP(FollowCalendar, EqualsCountingFromScratchWithTheEdition, ()) {
  const Framework& law = permit_framework();
  const CalendarEditions& editions = law.calendars;
  const auto index = *rc::gen::inRange<std::size_t>(1, editions.size());
  const CalendarEdition& next = editions[index];
  const auto back = *rc::gen::inRange(1, 120);
  const Date day = std::max(next.known_since - std::chrono::days(back), date("2009-01-01"));
  const Instant since =
      Instant(std::chrono::sys_days(std::chrono::year_month_day(day))) + std::chrono::hours(5);
  const Term term = *rc::gen::element<Term>(WorkingDays{*rc::gen::inRange(1, 130)},
                                            CalendarDays{*rc::gen::inRange(1, 200)},
                                            CalendarMonths{*rc::gen::inRange(1, 7)});
  const Deadline before = set_at(kService, term, since);
  const Instant known = law.directory.begins_everywhere(next.known_since);
  const auto decision = decide_calendar(case_with({before}, since), next, known, known, law);
  const OfficeIndex office = *law.directory.find(kLocalUnit);
  const DeadlineDates scratch =
      TermCount(law.directory, next.five_day, office, "border-zone-permit", law.warn_before)
          .dates(term, LastDay::next_working, since, known);
  if (decision) {
    RC_ASSERT(decision->entry.deadlines.front().due == scratch.due);
    RC_ASSERT(decision->entry.deadlines.front().old_due == before.due);
    RC_ASSERT(decision->entry.deadlines.front().due_at == std::max(scratch.due_at, known));
  } else {
    RC_ASSERT(scratch.due == before.due);
  }
}

}  // namespace
}  // namespace reglament
