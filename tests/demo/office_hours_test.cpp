#include "deploy/demo/office_hours.hpp"

#include <gtest/gtest.h>

#include "deploy/demo/chance.hpp"
#include "tests/demo/country.hpp"

namespace reglament::demo {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::date;
using testing::demo_country;
using testing::instant;
using testing::office;

// Mo-Fr 09:00-13:00,14:30-18:00; Sa 09:00-13:00.
OfficeHours unit(std::optional<Silence> silence = {}) {
  static const Country country = demo_country();
  return OfficeHours(country, office(testing::kLocalUnit), silence);
}

TEST(OfficeHours, WorkPausesAtNoon) {
  EXPECT_EQ(unit().after(instant("2015-07-13T12:30:00+06:00"), minutes(60)),
            instant("2015-07-13T15:00:00+06:00"));
}

TEST(OfficeHours, WorkGoesOnTheNextMorning) {
  EXPECT_EQ(unit().after(instant("2015-07-13T17:30:00+06:00"), hours(1)),
            instant("2015-07-14T09:30:00+06:00"));
}

TEST(OfficeHours, WhatComesAtNightBeginsInTheMorning) {
  EXPECT_EQ(unit().after(instant("2015-07-13T22:00:00+06:00"), minutes(10)),
            instant("2015-07-14T09:10:00+06:00"));
}

TEST(OfficeHours, SaturdayIsShortAndSundayClosed) {
  EXPECT_EQ(unit().after(instant("2015-07-17T17:00:00+06:00"), hours(6)),
            instant("2015-07-20T10:00:00+06:00"));
}

TEST(OfficeHours, HolidaysAreClosed) {
  // 30 August 2015 is Constitution Day, a Sunday; Monday is free in its place.
  EXPECT_EQ(unit().after(instant("2015-08-29T12:30:00+06:00"), hours(1)),
            instant("2015-09-01T09:30:00+06:00"));
}

TEST(OfficeHours, NothingIsDoneAtClosingTime) {
  EXPECT_EQ(unit().after(instant("2015-07-13T17:00:00+06:00"), hours(1)),
            instant("2015-07-14T09:00:00+06:00"));
}

TEST(OfficeHours, NobodyWorksDuringASilence) {
  const Silence silence{date("2015-07-16"), date("2015-07-23")};
  EXPECT_EQ(unit(silence).after(instant("2015-07-15T17:30:00+06:00"), hours(1)),
            instant("2015-07-23T09:30:00+06:00"));
}

TEST(OfficeHours, AnAnswerIsAlwaysGivenWhileTheOfficeIsOpen) {
  const OfficeHours hours_of_unit = unit();
  Chance chance(3, "office hours");
  for (int i = 0; i < 2'000; ++i) {
    const Instant from = instant("2015-07-13T00:00:00+06:00") + minutes(chance.between(0, 60'000));
    const Instant done = hours_of_unit.after(from, minutes(chance.between(0, 2'000)));
    ASSERT_GE(done, from);
    const CivilTime civil = hours_of_unit.zone().to_civil(done);
    const Date day = std::chrono::floor<std::chrono::days>(civil);
    ASSERT_GE(done, hours_of_unit.opening(day));
    ASSERT_LT(done, testing::permit_framework().directory.closing_instant(
                        office(testing::kLocalUnit), day));
  }
}

TEST(OfficeHours, CountsTheMinutesOfADay) {
  EXPECT_EQ(unit().open_on(date("2015-07-13")), minutes(450));
  EXPECT_EQ(unit().open_on(date("2015-07-18")), minutes(240));
  EXPECT_EQ(unit().open_on(date("2015-07-19")), minutes(0));
  EXPECT_EQ(unit().minute_of(date("2015-07-13"), minutes(240)),
            instant("2015-07-13T14:30:00+06:00"));
}

}  // namespace
}  // namespace reglament::demo
