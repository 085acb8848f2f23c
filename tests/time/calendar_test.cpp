#include "engine/time/calendar.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/time/dates.hpp"

namespace reglament {
namespace {

using std::chrono::days;

SpecialDay special(std::string_view day, DayKind kind) {
  return {date(day), kind, "name of " + std::string(day), "basis of " + std::string(day)};
}

// January 2015: Thursday 1 a holiday, Friday 2 a moved day off, Sunday 4 worked for it.
WorkingCalendar january(Week week = Week::five_day) {
  return {"test-2015",
          week,
          2015,
          2015,
          {special("2015-01-01", DayKind::holiday), special("2015-01-02", DayKind::moved_day_off),
           special("2015-01-04", DayKind::working_weekend)}};
}

void build(std::vector<SpecialDay> special_days, Week week = Week::five_day) {
  const WorkingCalendar calendar{"test-2015", week, 2015, 2015, std::move(special_days)};
  static_cast<void>(calendar.edition());
}

TEST(WorkingCalendar, KnowsItsEditionAndYears) {
  const WorkingCalendar calendar = january();
  EXPECT_EQ(calendar.edition(), "test-2015");
  EXPECT_EQ(calendar.week(), Week::five_day);
  EXPECT_EQ(calendar.first(), date("2015-01-01"));
  EXPECT_EQ(calendar.last(), date("2015-12-31"));
  EXPECT_EQ(calendar.special_days().size(), 3U);
}

TEST(WorkingCalendar, AddCountsWorkingDaysAfterTheDate) {
  const WorkingCalendar calendar = january();
  EXPECT_EQ(calendar.add(date("2015-01-01"), WorkingDays{1}), date("2015-01-04"));
  EXPECT_EQ(calendar.add(date("2015-01-04"), WorkingDays{1}), date("2015-01-05"));
  EXPECT_EQ(calendar.add(date("2015-01-09"), WorkingDays{1}), date("2015-01-12"));
  EXPECT_EQ(calendar.add(date("2015-01-01"), WorkingDays{7}), date("2015-01-12"));
}

TEST(WorkingCalendar, SixDayWeekWorksOnSaturdays) {
  const WorkingCalendar calendar = january(Week::six_day);
  EXPECT_EQ(calendar.add(date("2015-01-01"), WorkingDays{1}), date("2015-01-03"));
  EXPECT_EQ(calendar.add(date("2015-01-09"), WorkingDays{1}), date("2015-01-10"));
}

TEST(WorkingCalendar, ZeroDaysIsTheDateItselfWorkedOrNot) {
  const WorkingCalendar calendar = january();
  for (const char* day : {"2015-01-01", "2015-01-03", "2015-01-05", "2015-12-31"}) {
    EXPECT_EQ(calendar.add(date(day), WorkingDays{0}), date(day));
    EXPECT_EQ(calendar.subtract(date(day), WorkingDays{0}), date(day));
  }
}

TEST(WorkingCalendar, NegativeTermIsBadInput) {
  const WorkingCalendar calendar = january();
  for (const std::int32_t term : {-1, -7, std::numeric_limits<std::int32_t>::min()}) {
    EXPECT_THROW(static_cast<void>(calendar.add(date("2015-06-01"), WorkingDays{term})), BadInput);
    EXPECT_THROW(static_cast<void>(calendar.subtract(date("2015-06-01"), WorkingDays{term})),
                 BadInput);
  }
}

TEST(WorkingCalendar, CountsAfterTheFirstDateUpToTheLast) {
  const WorkingCalendar calendar = january();
  EXPECT_EQ(calendar.count(date("2015-01-01"), date("2015-01-01")), WorkingDays{0});
  EXPECT_EQ(calendar.count(date("2015-01-05"), date("2015-01-05")), WorkingDays{0});
  EXPECT_EQ(calendar.count(date("2015-01-01"), date("2015-01-04")), WorkingDays{1});
  EXPECT_EQ(calendar.count(date("2015-01-04"), date("2015-01-09")), WorkingDays{5});
  EXPECT_THROW(static_cast<void>(calendar.count(date("2015-01-02"), date("2015-01-01"))), BadInput);
}

TEST(WorkingCalendar, SubtractCountsWorkingDaysBeforeTheDate) {
  const WorkingCalendar calendar = january();
  EXPECT_EQ(calendar.subtract(date("2015-01-12"), WorkingDays{1}), date("2015-01-09"));
  EXPECT_EQ(calendar.subtract(date("2015-01-11"), WorkingDays{1}), date("2015-01-09"));
  EXPECT_EQ(calendar.subtract(date("2015-01-05"), WorkingDays{1}), date("2015-01-04"));
  EXPECT_THROW(static_cast<void>(calendar.subtract(date("2015-01-05"), WorkingDays{2})),
               OutsideCalendar);
}

TEST(WorkingCalendar, OutsideItsYearsThereIsNoAnswer) {
  const WorkingCalendar calendar = january();
  const Date before = date("2014-12-31");
  const Date after = date("2016-01-01");
  for (const Date outside : {before, after, Date{days{std::numeric_limits<int>::max()}},
                             Date{days{std::numeric_limits<int>::min()}}}) {
    EXPECT_THROW(static_cast<void>(calendar.is_working(outside)), BadInput);
    EXPECT_THROW(static_cast<void>(calendar.add(outside, WorkingDays{0})), BadInput);
  }
  EXPECT_THROW(static_cast<void>(calendar.add(before, WorkingDays{1})), OutsideCalendar);
  EXPECT_THROW(static_cast<void>(calendar.subtract(after, WorkingDays{0})), OutsideCalendar);
  EXPECT_THROW(static_cast<void>(calendar.describe(after)), OutsideCalendar);
  EXPECT_THROW(static_cast<void>(calendar.count(before, calendar.last())), OutsideCalendar);
  EXPECT_THROW(static_cast<void>(calendar.count(calendar.first(), after)), OutsideCalendar);
}

TEST(WorkingCalendar, TermThatEndsOutsideItsYearsHasNoAnswer) {
  const WorkingCalendar calendar = january();
  EXPECT_EQ(calendar.add(date("2015-12-30"), WorkingDays{1}), date("2015-12-31"));
  EXPECT_THROW(static_cast<void>(calendar.add(date("2015-12-30"), WorkingDays{2})),
               OutsideCalendar);
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  EXPECT_THROW(static_cast<void>(calendar.add(date("2015-12-30"), WorkingDays{most})),
               OutsideCalendar);
  EXPECT_THROW(static_cast<void>(calendar.subtract(date("2015-12-30"), WorkingDays{most})),
               OutsideCalendar);
}

TEST(WorkingCalendar, DescribesADate) {
  const WorkingCalendar calendar = january();
  const auto holiday = calendar.describe(date("2015-01-01"));
  EXPECT_FALSE(holiday.working);
  EXPECT_EQ(holiday.kind, "holiday");
  EXPECT_EQ(holiday.name, "name of 2015-01-01");
  EXPECT_EQ(holiday.basis, "basis of 2015-01-01");
  EXPECT_TRUE(calendar.describe(date("2015-01-04")).working);
  EXPECT_EQ(calendar.describe(date("2015-01-04")).kind, "working_weekend");
  EXPECT_EQ(calendar.describe(date("2015-01-03")).kind, "weekend");
  EXPECT_EQ(calendar.describe(date("2015-01-05")).kind, "working");
  EXPECT_TRUE(calendar.describe(date("2015-12-31")).working);
  EXPECT_TRUE(calendar.describe(date("2015-12-31")).name.empty());
}

TEST(WorkingCalendar, DateGivenTwiceIsBadInput) {
  EXPECT_THROW(build({special("2015-03-09", DayKind::holiday),
                      special("2015-03-09", DayKind::moved_day_off)}),
               BadInput);
}

TEST(WorkingCalendar, DatesOutOfOrderAreBadInput) {
  EXPECT_THROW(
      build({special("2015-03-10", DayKind::holiday), special("2015-03-09", DayKind::holiday)}),
      BadInput);
}

TEST(WorkingCalendar, DateOutsideTheYearsIsBadInput) {
  EXPECT_THROW(build({special("2014-12-31", DayKind::holiday)}), OutsideCalendar);
  EXPECT_THROW(build({special("2016-01-01", DayKind::holiday)}), OutsideCalendar);
}

TEST(WorkingCalendar, WorkingWeekendIsAWeekendDayOfTheWeek) {
  EXPECT_NO_THROW(build({special("2015-03-07", DayKind::working_weekend)}));  // Saturday
  EXPECT_THROW(build({special("2015-03-06", DayKind::working_weekend)}), BadInput);
  EXPECT_NO_THROW(build({special("2015-03-08", DayKind::working_weekend)}, Week::six_day));
  EXPECT_THROW(build({special("2015-03-07", DayKind::working_weekend)}, Week::six_day), BadInput);
}

TEST(WorkingCalendar, MovedOrTransferredDayOffWouldOtherwiseBeWorked) {
  for (const DayKind kind : {DayKind::moved_day_off, DayKind::transferred_day_off}) {
    EXPECT_NO_THROW(build({special("2015-03-06", kind)}));
    EXPECT_THROW(build({special("2015-03-07", kind)}), BadInput);  // Saturday
    EXPECT_NO_THROW(build({special("2015-03-07", kind)}, Week::six_day));
    EXPECT_THROW(build({special("2015-03-08", kind)}, Week::six_day), BadInput);
  }
}

TEST(WorkingCalendar, HolidayKeepsItsRowOnAWeekend) {
  for (const DayKind kind : {DayKind::holiday, DayKind::day_off}) {
    EXPECT_NO_THROW(build({special("2015-03-07", kind), special("2015-03-08", kind)}));
  }
}

TEST(WorkingCalendar, YearsAreInOrder) {
  EXPECT_THROW((WorkingCalendar{"test", Week::five_day, 2016, 2015, {}}), BadInput);
  EXPECT_THROW((WorkingCalendar{"test", Week::five_day, 0, 2015, {}}), BadInput);
  EXPECT_THROW((WorkingCalendar{"test", Week::five_day, 2015, 10000, {}}), BadInput);
  EXPECT_NO_THROW((WorkingCalendar{"test", Week::five_day, 1, 9999, {}}));
}

TEST(DayKind, CodesAreFrozenAndReadBack) {
  EXPECT_EQ(code(DayKind::holiday), "holiday");
  EXPECT_EQ(code(DayKind::day_off), "day_off");
  EXPECT_EQ(code(DayKind::transferred_day_off), "transferred_day_off");
  EXPECT_EQ(code(DayKind::moved_day_off), "moved_day_off");
  EXPECT_EQ(code(DayKind::working_weekend), "working_weekend");
  for (const DayKind kind : {DayKind::holiday, DayKind::day_off, DayKind::transferred_day_off,
                             DayKind::moved_day_off, DayKind::working_weekend}) {
    EXPECT_EQ(parse_day_kind(code(kind)), kind);
  }
  EXPECT_EQ(parse_day_kind("weekend"), std::nullopt);
  EXPECT_EQ(parse_day_kind(""), std::nullopt);
}

TEST(Week, CodesAreFrozen) {
  EXPECT_EQ(code(Week::five_day), "five");
  EXPECT_EQ(code(Week::six_day), "six");
}

}  // namespace
}  // namespace reglament
