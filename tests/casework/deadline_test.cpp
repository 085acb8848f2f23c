// The arithmetic of deadlines: what is left of a term, and how its days are counted.
#include "engine/casework/deadline.hpp"

#include <gtest/gtest.h>

#include "processes/calendars/kazakhstan.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

using std::chrono::days;
using testing::date;
using testing::instant;
using testing::permit_framework;

TermCount count_by(const WorkingCalendar& calendar) {
  const Directory& directory = permit_framework().directory;
  return {directory, calendar, *directory.find(testing::kMilitary), "benefit-certificate",
          WorkingDays{0}};
}

// Noon at the office.
Instant noon(Date day) {
  const Directory& directory = permit_framework().directory;
  return directory[*directory.find(testing::kMilitary)].zone->to_instant(CivilTime(day) +
                                                                         std::chrono::hours(12));
}

// A term of `n` working days is suspended after `used` of them and resumed `gap` days later.
void expect_days_kept(const TermCount& count, Date start, int n, int used, int gap) {
  const WorkingCalendar& calendar = count.calendar();
  const DeadlineDates first =
      count.dates(WorkingDays{n}, LastDay::next_working, noon(start), noon(start));
  const Date stop = calendar.add(start, WorkingDays{used});
  const Term left = count.left(WorkingDays{n}, first.due, first.due_at, noon(stop));
  ASSERT_EQ(left, Term(WorkingDays{n - used})) << format_date(start);
  const Date again = stop + days(gap);
  const DeadlineDates second = count.dates(left, LastDay::next_working, noon(again), noon(again));
  ASSERT_EQ(calendar.count(again, second.due), WorkingDays{n - used}) << format_date(start);
  if (gap == 0) {
    ASSERT_EQ(second.due, first.due) << format_date(start);
  }
}

TEST(SuspensionProperty, SuspendThenResumeKeepsTheRemainingDaysFromEveryStart) {
  const CalendarEdition& edition = permit_framework().calendars.latest();
  int starts = 0;
  for (const Week week : {Week::five_day, Week::six_day}) {
    const TermCount count = count_by(edition.calendar(week));
    const Date last = count.calendar().last() - days(400);
    for (Date start = count.calendar().first(); start <= last; start += days(1)) {
      ++starts;
      expect_days_kept(count, start, 1, 0, 17);
      expect_days_kept(count, start, 30, 11, 0);
      expect_days_kept(count, start, 90, 30, 45);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(starts, 13'000);
}

TEST(Deadline, CalendarTermsKeepTheirCalendarDays) {
  const TermCount count = count_by(permit_framework().calendars.latest().five_day);
  const DeadlineDates first = count.dates(CalendarMonths{1}, LastDay::next_working,
                                          noon(date("2013-02-08")), noon(date("2013-02-08")));
  EXPECT_EQ(first.due, date("2013-03-11"));  // 8 March is a holiday, a Friday
  EXPECT_EQ(count.left(CalendarMonths{1}, first.due, first.due_at, noon(date("2013-03-01"))),
            Term(CalendarDays{10}));
}

TEST(Deadline, ALastDayThatStaysDoesNotMove) {
  const TermCount count = count_by(permit_framework().calendars.latest().five_day);
  EXPECT_EQ(count
                .dates(CalendarDays{5}, LastDay::stays, noon(date("2013-02-04")),
                       noon(date("2013-02-04")))
                .due,
            date("2013-02-09"));  // a Saturday
}

TEST(Deadline, WhatIsCountedFollowsTheRuleOfItsStart) {
  EXPECT_EQ(counted(WorkingDays{5}, {}), Term(WorkingDays{5}));
  EXPECT_EQ(counted(WorkingDays{5}, {StartRule::event_day, false, {}}), Term(WorkingDays{4}));
  EXPECT_EQ(counted(WorkingDays{5}, {StartRule::next_day, true, {}}), Term(WorkingDays{6}));
  EXPECT_EQ(counted(CalendarDays{0}, {StartRule::event_day, false, {}}), Term(CalendarDays{0}));
  EXPECT_EQ(counted(CalendarMonths{1}, {}), Term(CalendarMonths{1}));
}

TEST(Deadline, TermsOfDifferentUnitsNeitherAddNorCompare) {
  EXPECT_EQ(lengthen(WorkingDays{3}, WorkingDays{15}, WorkingDays{30}), Term(WorkingDays{18}));
  EXPECT_EQ(lengthen(WorkingDays{3}, WorkingDays{15}, CalendarDays{30}), std::nullopt);
  EXPECT_EQ(lengthen(WorkingDays{3}, WorkingDays{15}, WorkingDays{10}), std::nullopt);
  EXPECT_TRUE(is_longer(WorkingDays{30}, WorkingDays{15}));
  EXPECT_FALSE(is_longer(WorkingDays{15}, WorkingDays{15}));
  EXPECT_FALSE(is_longer(CalendarDays{90}, WorkingDays{15}));
}

TEST(Deadline, AnOfficeWithoutHoursCountsFromTheNextWorkingDay) {
  const Directory& directory = permit_framework().directory;
  const TermCount count(directory, permit_framework().calendars.latest().five_day,
                        *directory.find("kz.min.mod"), "benefit-certificate", WorkingDays{1});
  EXPECT_EQ(count.start(instant("2013-02-04T23:00:00+06:00")),
            instant("2013-02-04T23:00:00+06:00"));
  EXPECT_EQ(count.start(instant("2013-02-09T11:00:00+06:00")),
            instant("2013-02-11T00:00:00+06:00"));
  EXPECT_THROW(static_cast<void>(count.dates(WorkingMinutes{20}, LastDay::next_working,
                                             instant("2013-02-04T11:00:00+06:00"),
                                             instant("2013-02-04T11:00:00+06:00"))),
               BadInput);
}

TEST(Deadline, AChannelWithHoursOfItsOwnCountsByThem) {
  const Directory& directory = permit_framework().directory;
  const Schedule* const portal = directory.channel_hours("invitation-private", "portal");
  ASSERT_NE(portal, nullptr);
  const TermCount count(directory, permit_framework().calendars.latest().five_day,
                        *directory.find(testing::kLocalUnit), "invitation-private", WorkingDays{1});
  const Instant night = instant("2013-02-09T23:00:00+06:00");
  EXPECT_EQ(count.start(night, portal), night);
  EXPECT_EQ(count.start(night), instant("2013-02-11T09:00:00+06:00"));
}

}  // namespace
}  // namespace reglament
