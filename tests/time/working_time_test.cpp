#include "engine/time/working_time.hpp"

#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace {

using namespace std::chrono_literals;

// Resolution 20 of 2024-01-19: the whole country on UTC+5 from 2024-03-01 00:00.
const Zone& almaty() {
  static const Zone zone{"Asia/Almaty", 6h, {{instant("2024-02-29T18:00:00Z"), 5h}}};
  return zone;
}

// 2016: Saturday 5 March is worked for Monday 7 March, Tuesday 8 March is a holiday.
// 2024: Friday 8 March is a holiday. 2025: Sunday 5 January is worked for Friday 3 January.
const WorkingCalendar& calendar() {
  static const WorkingCalendar days{"test",
                                    Week::five_day,
                                    2016,
                                    2025,
                                    {{date("2016-03-05"), DayKind::working_weekend, "n", "b"},
                                     {date("2016-03-07"), DayKind::moved_day_off, "n", "b"},
                                     {date("2016-03-08"), DayKind::holiday, "n", "b"},
                                     {date("2024-03-08"), DayKind::holiday, "n", "b"},
                                     {date("2025-01-03"), DayKind::moved_day_off, "n", "b"},
                                     {date("2025-01-05"), DayKind::working_weekend, "n", "b"}}};
  return days;
}

const Schedule& police() {
  static const Schedule hours =
      Schedule::parse("Mo-Fr 09:00-13:00,14:30-18:00; Sa 09:00-13:00; Su,PH off");
  return hours;
}

WorkingTime by_calendar(const Schedule& schedule = police()) {
  return {schedule, almaty(), calendar(), OfficeDays::by_calendar};
}

WorkingTime by_hours(const Schedule& schedule = police()) {
  return {schedule, almaty(), calendar(), OfficeDays::by_opening_hours};
}

struct Event {
  const char* at;
  const char* counts_from;
};

TEST(WorkingTime, EventOutsideTheHoursCountsFromTheNextWorkingMoment) {
  // clang-format off
  constexpr Event events[] = {
      {"2016-03-02T10:15:30+06:00", "2016-03-02T10:15:30+06:00"},  // Wednesday, open
      {"2016-03-02T09:00:00+06:00", "2016-03-02T09:00:00+06:00"},  // at the opening
      {"2016-03-02T08:59:59+06:00", "2016-03-02T09:00:00+06:00"},  // before it
      {"2016-03-02T00:00:00+06:00", "2016-03-02T09:00:00+06:00"},
      {"2016-03-02T13:00:00+06:00", "2016-03-02T14:30:00+06:00"},  // the break begins
      {"2016-03-02T14:29:59+06:00", "2016-03-02T14:30:00+06:00"},
      {"2016-03-02T18:00:00+06:00", "2016-03-03T09:00:00+06:00"},  // at closing
      {"2016-03-02T23:59:59+06:00", "2016-03-03T09:00:00+06:00"},
      {"2016-03-04T18:00:01+06:00", "2016-03-05T09:00:00+06:00"},  // Friday; the Saturday is worked
      {"2016-03-05T13:00:00+06:00", "2016-03-09T09:00:00+06:00"},  // Sunday, moved day off, holiday
      {"2016-03-11T18:00:00+06:00", "2016-03-14T09:00:00+06:00"},  // Friday; a plain weekend
  };
  // clang-format on
  for (const Event& event : events) {
    EXPECT_EQ(by_calendar().next_working_moment(instant(event.at)), instant(event.counts_from))
        << event.at;
  }
}

TEST(WorkingTime, SaturdayHoursCountByTheRule) {
  const Instant friday = instant("2016-03-11T18:00:00+06:00");
  EXPECT_EQ(by_calendar().next_working_moment(friday), instant("2016-03-14T09:00:00+06:00"));
  EXPECT_EQ(by_hours().next_working_moment(friday), instant("2016-03-12T09:00:00+06:00"));
  EXPECT_EQ(by_hours().next_working_moment(instant("2016-03-12T13:00:00+06:00")),
            instant("2016-03-14T09:00:00+06:00"));
  const Instant monday = instant("2016-03-14T09:00:00+06:00");
  EXPECT_EQ(by_calendar().between(friday, monday), WorkingMinutes{0});
  EXPECT_EQ(by_hours().between(friday, monday), WorkingMinutes{240});
}

TEST(WorkingTime, DaysOffOfTheCalendarAreClosedByEitherRule) {
  for (const WorkingTime& time : {by_calendar(), by_hours()}) {
    EXPECT_FALSE(time.works_on(date("2016-03-07")));
    EXPECT_FALSE(time.works_on(date("2016-03-08")));
    EXPECT_TRUE(time.works_on(date("2016-03-05")));
    EXPECT_FALSE(time.works_on(date("2016-03-06")));
  }
}

TEST(WorkingTime, WorkedSundayHasTheHoursOfMonday) {
  for (const WorkingTime& time : {by_calendar(), by_hours()}) {
    EXPECT_EQ(
        time.between(instant("2025-01-05T00:00:00+05:00"), instant("2025-01-06T00:00:00+05:00")),
        WorkingMinutes{450});
  }
}

TEST(WorkingTime, WeekdayWithoutHoursStaysClosed) {
  const Schedule two_days = Schedule::parse("Tu,Th 16:00-18:00");
  EXPECT_EQ(by_calendar(two_days).next_working_moment(instant("2016-03-10T18:00:00+06:00")),
            instant("2016-03-15T16:00:00+06:00"));
}

struct Addition {
  const char* from;
  std::int32_t minutes;
  const char* to;
};

TEST(WorkingTime, AddsMinutesOverBreaksAndDaysOff) {
  // clang-format off
  constexpr Addition additions[] = {
      {"2016-03-02T10:00:00+06:00",   20, "2016-03-02T10:20:00+06:00"},
      {"2016-03-02T10:00:30+06:00",   20, "2016-03-02T10:20:30+06:00"},
      {"2016-03-02T12:50:00+06:00",   10, "2016-03-02T13:00:00+06:00"},  // just filled
      {"2016-03-02T12:50:00+06:00",   20, "2016-03-02T14:40:00+06:00"},  // over the break
      {"2016-03-02T12:59:30+06:00",    1, "2016-03-02T14:30:30+06:00"},
      {"2016-03-02T17:50:00+06:00",   20, "2016-03-03T09:10:00+06:00"},  // over the night
      {"2016-03-02T20:00:00+06:00",   20, "2016-03-03T09:20:00+06:00"},  // after closing
      {"2016-03-02T20:00:00+06:00",    0, "2016-03-03T09:00:00+06:00"},
      {"2016-03-02T09:00:00+06:00",  450, "2016-03-02T18:00:00+06:00"},  // one day of work
      {"2016-03-04T17:00:00+06:00",  120, "2016-03-05T10:00:00+06:00"},  // the worked Saturday
      {"2016-03-05T12:00:00+06:00",  120, "2016-03-09T10:00:00+06:00"},  // four days further
  };
  // clang-format on
  for (const Addition& addition : additions) {
    const Instant from = instant(addition.from);
    const Instant to = by_calendar().add(from, WorkingMinutes{addition.minutes});
    EXPECT_EQ(to, instant(addition.to)) << addition.from << " + " << addition.minutes;
    EXPECT_EQ(by_calendar().between(from, to), WorkingMinutes{addition.minutes});
  }
}

TEST(WorkingTime, RoundTheClockDutyWorksOnHolidaysByItsHoursOnly) {
  const Schedule duty = Schedule::parse("Mo-Su 00:00-24:00");
  const Schedule closed = Schedule::parse("Mo-Su 00:00-24:00; PH off");
  const Instant holiday = instant("2016-03-08T03:00:00+06:00");
  EXPECT_EQ(by_hours(duty).next_working_moment(holiday), holiday);
  EXPECT_EQ(by_hours(closed).next_working_moment(holiday), instant("2016-03-09T00:00:00+06:00"));
  EXPECT_EQ(by_calendar(duty).next_working_moment(holiday), instant("2016-03-09T00:00:00+06:00"));
  EXPECT_EQ(by_hours(duty).between(instant("2016-03-05T00:00:00+06:00"),
                                   instant("2016-03-12T00:00:00+06:00")),
            WorkingMinutes{7 * 24 * 60});
  EXPECT_EQ(by_hours(duty).add(holiday, WorkingMinutes{1500}), holiday + 25h);
}

TEST(WorkingTime, DayOf25HoursIsWorkedRoundTheClock) {
  const Schedule duty = Schedule::parse("Mo-Su 00:00-24:00");
  EXPECT_EQ(by_hours(duty).between(instant("2024-02-29T00:00:00+06:00"),
                                   instant("2024-03-01T00:00:00+05:00")),
            WorkingMinutes{25 * 60});
  EXPECT_EQ(by_hours(duty).add(instant("2024-02-29T22:30:00+06:00"), WorkingMinutes{90}),
            instant("2024-02-29T18:00:00Z"));
}

TEST(WorkingTime, HourThatHappensTwiceIsTheLaterOne) {
  const Schedule evening = Schedule::parse("Mo-Fr 22:00-23:30");
  // Open from 22:00 at +06 to the second 23:30, at +05.
  EXPECT_EQ(by_calendar(evening).between(instant("2024-02-29T16:00:00Z"),
                                         instant("2024-02-29T19:00:00Z")),
            WorkingMinutes{150});
  const Schedule night = Schedule::parse("Mo-Fr 23:00-24:00");
  EXPECT_EQ(by_calendar(night).next_working_moment(instant("2024-02-29T17:30:00Z")),
            instant("2024-02-29T18:00:00Z"));
}

TEST(WorkingTime, ClocksThatGoBackOverMidnightKeepTheEvening) {
  // At 00:30 of 2 March the clock shows 23:30 of 1 March again.
  const Zone zone{"Test/Midnight", 6h, {{instant("2016-03-01T18:30:00Z"), 5h}}};
  const Schedule late = Schedule::parse("Mo-Fr 20:00-24:00");
  const WorkingTime time{late, zone, calendar(), OfficeDays::by_calendar};
  const Instant first_pass = instant("2016-03-01T18:10:00Z");  // shown as 00:10 of 2 March
  EXPECT_EQ(time.next_working_moment(first_pass), first_pass);
  EXPECT_EQ(time.between(instant("2016-03-01T14:00:00Z"), instant("2016-03-01T20:00:00Z")),
            WorkingMinutes{300});
}

TEST(WorkingTime, SkippedHourIsNotWorked) {
  // At 02:00 of 29 March the clock goes to 03:00.
  const Zone zone{"Test/Summer", 1h, {{instant("2016-03-29T01:00:00Z"), 2h}}};
  const Schedule night = Schedule::parse("Mo-Fr 01:00-04:00");
  const Schedule inside = Schedule::parse("Mo-Fr 02:10-02:50");
  const Instant from = instant("2016-03-28T23:00:00Z");
  const Instant to = instant("2016-03-29T10:00:00Z");
  EXPECT_EQ((WorkingTime{night, zone, calendar(), OfficeDays::by_calendar}.between(from, to)),
            WorkingMinutes{120});
  EXPECT_EQ((WorkingTime{inside, zone, calendar(), OfficeDays::by_calendar}.between(from, to)),
            WorkingMinutes{0});
}

TEST(WorkingTime, BeyondTheCalendarThereIsNoAnswer) {
  const Schedule never = Schedule::parse("Mo-Su off");
  EXPECT_THROW(static_cast<void>(
                   by_calendar(never).next_working_moment(instant("2016-03-02T10:00:00+06:00"))),
               OutsideCalendar);
  EXPECT_THROW(static_cast<void>(
                   by_calendar().add(instant("2025-12-31T17:00:00+05:00"), WorkingMinutes{61})),
               OutsideCalendar);
  EXPECT_EQ(by_calendar().add(instant("2025-12-31T17:00:00+05:00"), WorkingMinutes{60}),
            instant("2025-12-31T18:00:00+05:00"));
  EXPECT_THROW(
      static_cast<void>(by_calendar().next_working_moment(instant("2015-12-31T23:00:00+06:00"))),
      OutsideCalendar);
  EXPECT_THROW(static_cast<void>(by_calendar().between(instant("2025-12-31T17:00:00+05:00"),
                                                       instant("2026-01-01T00:00:00+05:00"))),
               OutsideCalendar);
}

TEST(WorkingTime, NegativeTermAndBackwardSpanAreBadInput) {
  const Instant at = instant("2016-03-02T10:00:00+06:00");
  EXPECT_THROW(static_cast<void>(by_calendar().add(at, WorkingMinutes{-1})), BadInput);
  EXPECT_THROW(static_cast<void>(by_calendar().between(at, at - 1s)), BadInput);
  EXPECT_EQ(by_calendar().between(at, at), WorkingMinutes{0});
}

}  // namespace
}  // namespace reglament
