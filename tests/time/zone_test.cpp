#include "engine/time/zone.hpp"

#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace {

using namespace std::chrono_literals;

CivilTime civil(std::string_view day, std::chrono::seconds time) {
  return CivilTime{date(day)} + time;
}

// Resolution 20 of 2024-01-19: the whole country on UTC+5 from 2024-03-01 00:00.
Zone almaty() { return Zone{"Asia/Almaty", 6h, {{instant("2024-02-29T18:00:00Z"), 5h}}}; }

// Clocks forward on 29 March 2020, back on 25 October 2020.
Zone with_summer_time() {
  return Zone{"Test/Summer",
              1h,
              {{instant("2020-03-29T01:00:00Z"), 2h}, {instant("2020-10-25T01:00:00Z"), 1h}}};
}

TEST(Zone, OffsetChangesAtTheInstantOfTheChange) {
  const Zone zone = almaty();
  EXPECT_EQ(zone.name(), "Asia/Almaty");
  EXPECT_EQ(zone.offset_at(instant("2015-07-14T00:00:00Z")), 6h);
  EXPECT_EQ(zone.offset_at(instant("2024-02-29T17:59:59.999999Z")), 6h);
  EXPECT_EQ(zone.offset_at(instant("2024-02-29T18:00:00Z")), 5h);
}

TEST(Zone, WithoutChangesHasOneOffset) {
  const Zone zone{"Asia/Aqtobe", 5h, {}};
  EXPECT_EQ(zone.offset_at(instant("2009-01-01T00:00:00Z")), 5h);
  EXPECT_EQ(zone.to_instant(civil("2009-01-01", 18h)), instant("2009-01-01T13:00:00Z"));
}

TEST(Zone, CivilTimeIsFlooredToTheSecond) {
  const Zone zone{"Asia/Aqtobe", 5h, {}};
  EXPECT_EQ(zone.to_civil(instant("1969-12-31T23:59:59.999999Z")),
            civil("1970-01-01", 4h + 59min + 59s));
}

TEST(Zone, LastHourOfTheDayPassesTwice) {
  const Zone zone = almaty();
  EXPECT_EQ(zone.to_civil(instant("2024-02-29T17:30:00Z")), civil("2024-02-29", 23h + 30min));
  EXPECT_EQ(zone.to_civil(instant("2024-02-29T18:30:00Z")), civil("2024-02-29", 23h + 30min));
}

TEST(Zone, HourThatHappensTwiceIsTheLaterOne) {
  const Zone zone = almaty();
  EXPECT_EQ(zone.to_instant(civil("2024-02-29", 22h + 59min + 59s)),
            instant("2024-02-29T16:59:59Z"));
  EXPECT_EQ(zone.to_instant(civil("2024-02-29", 23h)), instant("2024-02-29T18:00:00Z"));
  EXPECT_EQ(zone.to_instant(civil("2024-02-29", 23h + 59min + 59s)),
            instant("2024-02-29T18:59:59Z"));
  EXPECT_EQ(zone.to_instant(civil("2024-03-01", 0h)), instant("2024-02-29T19:00:00Z"));
}

TEST(Zone, SkippedTimeIsTheInstantOfTheChange) {
  const Zone zone = with_summer_time();
  EXPECT_EQ(zone.to_instant(civil("2020-03-29", 1h + 59min + 59s)),
            instant("2020-03-29T00:59:59Z"));
  EXPECT_EQ(zone.to_instant(civil("2020-03-29", 2h)), instant("2020-03-29T01:00:00Z"));
  EXPECT_EQ(zone.to_instant(civil("2020-03-29", 2h + 30min)), instant("2020-03-29T01:00:00Z"));
  EXPECT_EQ(zone.to_instant(civil("2020-03-29", 3h)), instant("2020-03-29T01:00:00Z"));
  EXPECT_EQ(zone.to_instant(civil("2020-03-29", 3h + 1s)), instant("2020-03-29T01:00:01Z"));
}

TEST(Zone, ClocksGoBackInAutumn) {
  const Zone zone = with_summer_time();
  EXPECT_EQ(zone.to_instant(civil("2020-10-25", 2h + 30min)), instant("2020-10-25T01:30:00Z"));
  EXPECT_EQ(zone.to_instant(civil("2020-10-25", 1h + 59min)), instant("2020-10-24T23:59:00Z"));
  EXPECT_EQ(zone.to_instant(civil("2020-07-01", 12h)), instant("2020-07-01T10:00:00Z"));
}

TEST(Zone, TimeHeldByAnEarlierPeriodIsNotSkipped) {
  // Back by two hours, and half an hour later forward by one: 11:00 was once, before both.
  const Zone zone{"Test/Restless",
                  0h,
                  {{instant("2020-01-01T12:00:00Z"), -2h}, {instant("2020-01-01T12:30:00Z"), -1h}}};
  EXPECT_EQ(zone.to_instant(civil("2020-01-01", 11h)), instant("2020-01-01T11:00:00Z"));
  EXPECT_EQ(zone.to_instant(civil("2020-01-01", 10h + 15min)), instant("2020-01-01T12:15:00Z"));
  EXPECT_EQ(zone.to_instant(civil("2020-01-01", 10h + 30min)), instant("2020-01-01T10:30:00Z"));
}

TEST(Zone, TimeSkippedTwiceIsTheLaterChange) {
  // 11:00 is jumped over at 10:30Z and, after the clock went back, again at 10:50Z.
  const Zone zone{"Test/Restless",
                  0h,
                  {{instant("2020-01-01T10:30:00Z"), 1h},
                   {instant("2020-01-01T10:40:00Z"), 0h},
                   {instant("2020-01-01T10:50:00Z"), 1h}}};
  EXPECT_EQ(zone.to_instant(civil("2020-01-01", 11h)), instant("2020-01-01T10:50:00Z"));
}

TEST(Zone, ChangesOutOfOrderAreBadInput) {
  const Instant first = instant("2020-03-29T01:00:00Z");
  EXPECT_THROW((Zone{"Test/Twice", 1h, {{first, 2h}, {first, 1h}}}), BadInput);
  EXPECT_THROW((Zone{"Test/Back", 1h, {{first, 2h}, {first - 1s, 1h}}}), BadInput);
}

TEST(Zone, OffsetOfADayIsBadInput) {
  EXPECT_THROW((Zone{"Test/Far", 24h, {}}), BadInput);
  EXPECT_THROW((Zone{"Test/Far", 0h, {{instant("2020-01-01T00:00:00Z"), -24h}}}), BadInput);
}

}  // namespace
}  // namespace reglament
