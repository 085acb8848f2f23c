#include "engine/time/civil.hpp"

#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::microseconds;

TEST(Date, ReadsAndWritesIso8601) {
  const auto read = parse_date("2015-07-14");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(std::chrono::year_month_day{*read}, std::chrono::year{2015} / 7 / 14);
  EXPECT_EQ(format_date(*read), "2015-07-14");
}

TEST(Date, EpochIsDayZero) { EXPECT_EQ(date("1970-01-01").time_since_epoch(), days{0}); }

TEST(Date, LeapDaysFollowTheGregorianRule) {
  for (const char* text : {"2016-02-29", "2000-02-29", "0004-02-29"}) {
    EXPECT_TRUE(parse_date(text).has_value()) << text;
  }
  for (const char* text : {"2015-02-29", "1900-02-29", "2016-02-30"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << text;
  }
}

TEST(Date, OtherFormsAndOtherDatesAreRefused) {
  for (const char* text :
       {"",           "2015",       "2015-07",     "2015-7-14",   "15-07-14",    "2015/07/14",
        "14.07.2015", "20150714",   "2015-07-14 ", " 2015-07-14", "2015-07-14T", "2015-00-10",
        "2015-13-01", "2015-01-00", "2015-04-31",  "0000-01-01",  "-001-01-01",  "+2015-07-14",
        "2015-07-1a", "12015-07-14"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << text;
  }
}

TEST(Date, FirstAndLastYearHaveATextForm) {
  EXPECT_EQ(format_date(date("0001-01-01")), "0001-01-01");
  EXPECT_EQ(format_date(date("9999-12-31")), "9999-12-31");
  EXPECT_THROW(static_cast<void>(format_date(date("0001-01-01") - days{1})), BadInput);
  EXPECT_THROW(static_cast<void>(format_date(date("9999-12-31") + days{1})), BadInput);
}

TEST(Instant, ReadsAnOffset) {
  EXPECT_EQ(instant("2015-07-14T10:15:00+06:00"), instant("2015-07-14T04:15:00Z"));
  EXPECT_EQ(instant("2015-07-14T10:15:00-03:30"), instant("2015-07-14T13:45:00Z"));
  EXPECT_EQ(instant("2015-01-01T00:00:00+23:59"), instant("2014-12-31T00:01:00Z"));
  EXPECT_EQ(instant("1970-01-01T00:00:00-00:00").time_since_epoch(), microseconds{0});
}

TEST(Instant, ReadsFractionsUpToMicroseconds) {
  const Instant whole = instant("2015-07-14T10:15:00Z");
  EXPECT_EQ(instant("2015-07-14T10:15:00.5Z") - whole, 500ms);
  EXPECT_EQ(instant("2015-07-14T10:15:00.000001Z") - whole, 1us);
  EXPECT_EQ(instant("2015-07-14T10:15:00.123456+00:00") - whole, 123456us);
  EXPECT_FALSE(parse_instant("2015-07-14T10:15:00.Z").has_value());
  EXPECT_FALSE(parse_instant("2015-07-14T10:15:00.1234567Z").has_value());
}

TEST(Instant, WithoutAnOffsetItIsNone) {
  for (const char* text :
       {"2015-07-14", "2015-07-14T10:15:00", "2015-07-14T10:15:00.5", "2015-07-14T10:15:00+06",
        "2015-07-14T10:15:00+0600", "2015-07-14T10:15:00+6:00", "2015-07-14T10:15:00+06:0"}) {
    EXPECT_FALSE(parse_instant(text).has_value()) << text;
  }
}

TEST(Instant, TimesThatDoNotExistAreRefused) {
  for (const char* text :
       {"2015-07-14T24:00:00Z", "2015-07-14T23:60:00Z", "2015-07-14T23:59:60Z",
        "2015-13-14T10:15:00Z", "2015-02-30T10:15:00Z", "2015-00-01T10:15:00Z",
        "2015-07-14T10:15:00+24:00", "2015-07-14T10:15:00-24:00", "2015-07-14T10:15:00+06:60"}) {
    EXPECT_FALSE(parse_instant(text).has_value()) << text;
  }
}

TEST(Instant, OtherFormsAreRefused) {
  for (const char* text :
       {"", "T10:15:00Z", "2015-07-14t10:15:00Z", "2015-07-14T10:15:00z", "2015-07-14 10:15:00Z",
        "2015-07-14T10:15Z", "2015-07-14T1:15:00Z", "2015-07-14T10:15:00Z ",
        "2015-07-14T10:15:00ZZ", "2015-07-14T10:15:00+06:00Z", " 2015-07-14T10:15:00Z",
        "2015-07-14T10:15:00,5Z", "2015-07-14T10:15:00 +06:00"}) {
    EXPECT_FALSE(parse_instant(text).has_value()) << text;
  }
}

TEST(Instant, LiesInTheYears1To9999OfUtc) {
  EXPECT_TRUE(parse_instant("0001-01-01T06:00:00+06:00").has_value());
  EXPECT_FALSE(parse_instant("0001-01-01T05:59:59+06:00").has_value());
  EXPECT_TRUE(parse_instant("9999-12-31T23:59:59.999999Z").has_value());
  EXPECT_FALSE(parse_instant("9999-12-31T23:59:59-00:01").has_value());
}

TEST(Instant, IsWrittenWithItsOffset) {
  const Instant at = instant("2015-07-14T04:15:00Z");
  EXPECT_EQ(format_instant(at, 0s), "2015-07-14T04:15:00Z");
  EXPECT_EQ(format_instant(at, 6h), "2015-07-14T10:15:00+06:00");
  EXPECT_EQ(format_instant(at, -(3h + 30min)), "2015-07-14T00:45:00-03:30");
  EXPECT_EQ(format_instant(at, -30min), "2015-07-14T03:45:00-00:30");
  EXPECT_EQ(format_instant(at, -(4h + 16min)), "2015-07-13T23:59:00-04:16");
}

TEST(Instant, FractionIsWrittenOnlyWhereThereIsOne) {
  EXPECT_EQ(format_instant(instant("2015-07-14T04:15:00.5Z"), 0s), "2015-07-14T04:15:00.500000Z");
  EXPECT_EQ(format_instant(instant("1969-12-31T23:59:59.999999Z"), 5h),
            "1970-01-01T04:59:59.999999+05:00");
}

TEST(Instant, SecondsOfAnOffsetAreCutOffAndTheInstantKept) {
  const Instant at = instant("1900-01-01T00:00:00Z");
  EXPECT_EQ(format_instant(at, 5h + 7min + 48s), "1900-01-01T05:07:00+05:07");  // Almaty to 1924
  EXPECT_EQ(format_instant(at, -(5h + 7min + 48s)), "1899-12-31T18:53:00-05:07");
  EXPECT_EQ(instant(format_instant(at, -(5h + 7min + 48s))), at);
  EXPECT_EQ(format_instant(at, 59s), "1900-01-01T00:00:00Z");
}

TEST(Instant, WhatHasNoTextFormIsBadInput) {
  const Instant last = instant("9999-12-31T23:59:59Z");
  EXPECT_THROW(static_cast<void>(format_instant(last, 1min)), BadInput);
  EXPECT_THROW(static_cast<void>(format_instant(last + 1s, 0s)), BadInput);
  EXPECT_THROW(static_cast<void>(format_instant(last, -24h)), BadInput);
}

TEST(Duration, ReadsFixedLengths) {
  EXPECT_EQ(parse_duration("PT2H"), microseconds{2h});
  EXPECT_EQ(parse_duration("P1DT30M"), microseconds{24h + 30min});
  EXPECT_EQ(parse_duration("PT90S"), microseconds{90s});
  EXPECT_EQ(parse_duration("P2DT3H4M5S"), microseconds{51h + 4min + 5s});
  EXPECT_EQ(parse_duration("PT0S"), microseconds{0});
  EXPECT_EQ(parse_duration("P3652058D"), date("9999-12-31") - date("0001-01-01"));
}

TEST(Duration, OtherFormsAreRefused) {
  for (const char* text :
       {"",       "P",      "PT",    "P1DT",  "1D",    "P1",     "P1Y",     "P1M",    "P1W",
        "PT1D",   "P1H",    "-PT1H", "PT-1H", "P-1D",  "PT1M1H", "PT1S1M",  "PT1H1H", "P1D1D",
        "PT1.5H", "PT0.5S", "pt1h",  "PT1h",  "PT1H ", " PT1H",  "P1DT1HX", "PTH",    "P+1D"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

TEST(Duration, LongerThanTheYears1To9999IsRefused) {
  for (const char* text : {"P3652059D", "P3652058DT1S", "PT99999999999999999999999999S",
                           "P999999999999D", "PT9223372036854775807H"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace reglament
