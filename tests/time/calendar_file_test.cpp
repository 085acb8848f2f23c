#include "engine/time/calendar_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "engine/time/calendar_changes.hpp"
#include "tests/time/test_edition.hpp"

namespace reglament {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kHeader = "date,kind,name_en,basis,source,confidence\n";
constexpr std::string_view kHeaderWithWeek = "week,date,kind,name_en,basis\n";

CalendarEdition before() { return test_edition("zz-2015", "2015-01-01"); }

CalendarEdition read(std::string_view header, std::string_view rows,
                     std::string_view known_since = "2015-06-01") {
  return read_calendar_edition(std::string(header) + std::string(rows), "decree.csv", "Decree 5",
                               date(known_since), before());
}

std::string complaint(std::string_view header, std::string_view rows,
                      std::string_view known_since = "2015-06-01") {
  try {
    static_cast<void>(read(header, rows, known_since));
  } catch (const BadInput& error) {
    return error.what();
  }
  return "none";
}

TEST(CalendarFile, MakesTheNextEdition) {
  const CalendarEdition edition = read(kHeader, "2015-07-06,holiday,Capital Day,Law,s,high\n");
  EXPECT_EQ(edition.code, "zz-2015-06-01");
  EXPECT_EQ(edition.known_since, date("2015-06-01"));
  EXPECT_EQ(edition.act, "Decree 5");
  EXPECT_EQ(edition.five_day.edition(), "zz-five-day-2015-06-01");
  EXPECT_EQ(edition.six_day.edition(), "zz-six-day-2015-06-01");
  for (const Week week : {Week::five_day, Week::six_day}) {
    EXPECT_THAT(changes_between(before().calendar(week), edition.calendar(week)),
                ElementsAre(date("2015-07-06")));
    EXPECT_EQ(edition.calendar(week).describe(date("2015-07-06")).name, "Capital Day");
  }
  EXPECT_EQ(CalendarEditions{{before()}}.with(edition).latest().code, "zz-2015-06-01");
}

TEST(CalendarFile, DateAndKindAreEnough) {
  const CalendarEdition edition = read("kind,date\n", "day_off,2015-07-06\n");
  EXPECT_EQ(edition.five_day.describe(date("2015-07-06")).name, "Decree 5");
  EXPECT_EQ(edition.five_day.describe(date("2015-07-06")).basis, "Decree 5");
}

TEST(CalendarFile, OrdinaryDayFollowsTheWeekAgain) {
  const CalendarEdition edition =
      read(kHeader, "2015-05-09,ordinary,,,,\n2015-05-11,ordinary,,,,\n2015-01-07,ordinary,,,,\n");
  EXPECT_EQ(edition.five_day.describe(date("2015-05-09")).kind, "weekend");
  EXPECT_EQ(edition.six_day.describe(date("2015-05-09")).kind, "working");
  EXPECT_EQ(edition.five_day.describe(date("2015-05-11")).kind, "working");
  EXPECT_EQ(edition.six_day.describe(date("2015-05-11")).kind, "working");
  EXPECT_EQ(edition.six_day.describe(date("2015-01-07")).kind, "working");
}

TEST(CalendarFile, MoveFromASaturdayIsOfTheFiveDayWeek) {
  const CalendarEdition edition =
      read(kHeader, "2015-07-04,working_weekend,,,,\n2015-07-03,moved_day_off,,,,\n");
  EXPECT_THAT(changes_between(before().five_day, edition.five_day),
              ElementsAre(date("2015-07-03"), date("2015-07-04")));
  EXPECT_THAT(changes_between(before().six_day, edition.six_day), IsEmpty());
  EXPECT_EQ(edition.five_day.describe(date("2015-07-03")).basis,
            "Decree 5; day off moved from Sat 2015-07-04");
  EXPECT_EQ(edition.five_day.describe(date("2015-07-04")).basis,
            "Decree 5; day off moved to Fri 2015-07-03");
}

TEST(CalendarFile, MoveFromASundayIsOfBothWeeks) {
  const CalendarEdition edition =
      read(kHeader, "2015-07-03,moved_day_off,,,,\n2015-07-05,working_weekend,,,,\n");
  for (const Week week : {Week::five_day, Week::six_day}) {
    EXPECT_THAT(changes_between(before().calendar(week), edition.calendar(week)),
                ElementsAre(date("2015-07-03"), date("2015-07-05")));
  }
}

TEST(CalendarFile, PairsOfAMoveNameEachOtherInEitherBasis) {
  // In the order of the dates 4 July would be paired with 10 July.
  const CalendarEdition edition = read(kHeader,
                                       "2015-07-04,working_weekend,,for 2015-07-20,,\n"
                                       "2015-07-10,moved_day_off,,instead of 2015-07-12,,\n"
                                       "2015-07-12,working_weekend,,,,\n"
                                       "2015-07-20,moved_day_off,,,,\n");
  EXPECT_EQ(moved_from(edition.five_day.describe(date("2015-07-10")).basis), date("2015-07-12"));
  EXPECT_EQ(moved_from(edition.five_day.describe(date("2015-07-20")).basis), date("2015-07-04"));
  EXPECT_FALSE(edition.six_day.is_working(date("2015-07-10")));
  EXPECT_TRUE(edition.six_day.is_working(date("2015-07-20")));
}

TEST(CalendarFile, ReasonTakesNoWorkedWeekendFromAnotherDayOff) {
  const CalendarEdition edition = read(kHeader,
                                       "2015-07-03,moved_day_off,,Res. 1; jubilee of the city,,\n"
                                       "2015-07-11,working_weekend,,Res. 1,,\n"
                                       "2015-07-13,moved_day_off,,Res. 1,,\n");
  EXPECT_EQ(moved_from(edition.five_day.describe(date("2015-07-13")).basis), date("2015-07-11"));
  EXPECT_EQ(moved_from(edition.five_day.describe(date("2015-07-03")).basis), std::nullopt);
}

TEST(CalendarFile, FirstTransferredDayAfterASundayIsOfBothWeeks) {
  const CalendarEdition edition = read(kHeader,
                                       "2015-07-04,holiday,,,,\n2015-07-05,holiday,,,,\n"
                                       "2015-07-06,transferred_day_off,,,,\n"
                                       "2015-07-07,transferred_day_off,,,,\n"
                                       "2015-07-11,holiday,,,,\n"
                                       "2015-07-13,transferred_day_off,,,,\n");
  EXPECT_THAT(changes_between(before().six_day, edition.six_day),
              ElementsAre(date("2015-07-04"), date("2015-07-06"), date("2015-07-11")));
  EXPECT_THAT(changes_between(before().five_day, edition.five_day),
              ElementsAre(date("2015-07-06"), date("2015-07-07"), date("2015-07-13")));
}

TEST(CalendarFile, DayOffMovedForAReasonNeedsNoWorkedWeekend) {
  const CalendarEdition edition = read(kHeaderWithWeek,
                                       "five,2015-05-08,moved_day_off,,Res. 820; 11 May is worked\n"
                                       "five,2015-05-11,ordinary,,\n");
  EXPECT_THAT(changes_between(before().five_day, edition.five_day),
              ElementsAre(date("2015-05-08"), date("2015-05-11")));
  EXPECT_THAT(changes_between(before().six_day, edition.six_day), IsEmpty());
}

TEST(CalendarFile, WeekColumnSaysWhoseDayItIs) {
  const CalendarEdition edition = read(kHeaderWithWeek,
                                       "five,2015-07-06,holiday,a,a\n"
                                       "six,2015-07-06,day_off,b,b\n"
                                       "both,2015-07-07,holiday,c,c\n"
                                       ",2015-07-08,holiday,d,d\n"
                                       "six,2015-07-09,holiday,e,e\n");
  EXPECT_EQ(edition.five_day.describe(date("2015-07-06")).name, "a");
  EXPECT_EQ(edition.six_day.describe(date("2015-07-06")).name, "b");
  EXPECT_FALSE(edition.six_day.is_working(date("2015-07-07")));
  EXPECT_FALSE(edition.six_day.is_working(date("2015-07-08")));
  EXPECT_TRUE(edition.five_day.is_working(date("2015-07-09")));
  EXPECT_FALSE(edition.six_day.is_working(date("2015-07-09")));
}

TEST(CalendarFile, DayTwiceIsRefusedWithBothLines) {
  EXPECT_THAT(complaint(kHeader, "2015-07-06,holiday,,,,\n\n2015-07-06,day_off,,,,\n"),
              AllOf(HasSubstr("decree.csv line 4"), HasSubstr("line 2"), HasSubstr("2015-07-06")));
  EXPECT_THAT(complaint(kHeaderWithWeek, "six,2015-07-06,holiday,,\nboth,2015-07-06,day_off,,\n"),
              HasSubstr("line 3"));
}

TEST(CalendarFile, MovedDayOffWithoutAPartnerIsRefused) {
  EXPECT_THAT(complaint(kHeader, "2015-07-06,moved_day_off,Bridge,Res. 1,,\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("worked for the moved day off")));
  EXPECT_THAT(complaint(kHeader,
                        "2015-07-04,working_weekend,,,,\n2015-07-03,moved_day_off,,,,\n"
                        "2015-07-10,moved_day_off,,,,\n"),
              HasSubstr("line 4"));
  EXPECT_THAT(
      complaint(kHeader, "2015-07-03,moved_day_off,,Res. 1; day off moved from Sat 2015-07-11,,\n"),
      HasSubstr("line 2"));
  EXPECT_THAT(complaint(kHeader,
                        "2015-07-04,working_weekend,,,,\n"
                        "2015-07-03,moved_day_off,,Res. 1; day off moved from Sat 2015-07-11,,\n"),
              HasSubstr("line 3"));
  EXPECT_THAT(
      complaint(kHeader, "2015-07-03,moved_day_off,,Res. 1; day off moved from Sun 2015-07-04,,\n"),
      AllOf(HasSubstr("line 2"), HasSubstr("Sun 2015-07-04")));
}

TEST(CalendarFile, HalfOfAMoveCannotBeTakenBack) {
  const CalendarEdition moved =
      read(kHeader, "2015-07-03,moved_day_off,,,,\n2015-07-05,working_weekend,,,,\n");
  EXPECT_THROW(static_cast<void>(read_calendar_edition("date,kind\n2015-07-05,ordinary\n", "f", "D",
                                                       date("2015-06-02"), moved)),
               BadInput);
  const CalendarEdition back = read_calendar_edition(
      "date,kind\n2015-07-05,ordinary\n2015-07-03,ordinary\n", "f", "D", date("2015-06-02"), moved);
  EXPECT_THAT(changes_between(before().six_day, back.six_day), IsEmpty());
}

TEST(CalendarFile, KindsAreOfTheRightDays) {
  EXPECT_THAT(complaint(kHeader, "2015-07-06,working_weekend,,,,\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("Mon 2015-07-06")));
  EXPECT_THAT(complaint(kHeaderWithWeek, "both,2015-07-04,working_weekend,,\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("six-day week")));
  EXPECT_THAT(complaint(kHeader, "2015-07-04,transferred_day_off,,,,\n"), HasSubstr("line 2"));
  EXPECT_THAT(complaint(kHeader, "2015-07-05,moved_day_off,,x; reason,,\n"), HasSubstr("line 2"));
  EXPECT_THAT(complaint(kHeader, "2015-07-06,bank_holiday,,,,\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("'bank_holiday'")));
  EXPECT_THAT(complaint(kHeader, "2015-02-29,holiday,,,,\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("'2015-02-29'")));
  EXPECT_THAT(complaint(kHeaderWithWeek, "four,2015-07-06,holiday,,\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("'four'")));
}

TEST(CalendarFile, DateBeforeTheYearsIsRefused) {
  EXPECT_THAT(complaint(kHeader, "2014-12-31,holiday,,,,\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("'2014-12-31'")));
}

TEST(CalendarFile, KnownNotAfterThePreviousEditionIsRefused) {
  for (const char* since : {"2015-01-01", "2014-06-01"}) {
    EXPECT_THAT(complaint(kHeader, "2015-07-06,holiday,,,,\n", since), HasSubstr("zz-2015"));
  }
}

TEST(CalendarFile, FileWithoutDaysOrColumnsOrDecreeIsRefused) {
  EXPECT_THAT(complaint(kHeader, ""), HasSubstr("expected a day"));
  EXPECT_THAT(complaint("date,name_en\n", "2015-07-06,x\n"), HasSubstr("'kind'"));
  EXPECT_THAT(complaint(kHeader, "2015-07-06,holiday\n"), HasSubstr("line 2"));
  EXPECT_THROW(static_cast<void>(read_calendar_edition("date,kind\n2015-07-06,holiday\n", "f", "",
                                                       date("2016-01-01"), before())),
               BadInput);
}

// 1 January 2017 is a Sunday, 7 January a Saturday, 8 March a Wednesday, 9 May a Tuesday.
constexpr std::string_view kYear2017 =
    "2017-01-01,holiday,New Year,Law,,\n2017-01-02,transferred_day_off,New Year,Law,,\n"
    "2017-01-07,day_off,Christmas,Code,,\n2017-03-08,holiday,March,Law,,\n"
    "2017-05-09,holiday,Victory,Law,,\n";

TEST(CalendarFile, ExtendsTheCalendarByAWholeYear) {
  const CalendarEdition edition = read(kHeader, kYear2017);
  for (const Week week : {Week::five_day, Week::six_day}) {
    const WorkingCalendar& calendar = edition.calendar(week);
    EXPECT_EQ(calendar.last(), date("2017-12-31"));
    EXPECT_EQ(calendar.add(date("2016-12-31"), WorkingDays{1}), date("2017-01-03"));
  }
}

TEST(CalendarFile, NewYearBringsEachHoliday) {
  std::string without_march(kYear2017);
  const std::string march = "2017-03-08,holiday,March,Law,,\n";
  without_march.erase(without_march.find(march), march.size());
  EXPECT_THAT(complaint(kHeader, without_march), HasSubstr("2017-03-08"));
  EXPECT_EQ(complaint(kHeader, without_march + "2017-03-08,ordinary,,,,\n"), "none");
  std::string without_christmas(kYear2017);
  const std::string christmas = "2017-01-07,day_off,Christmas,Code,,\n";
  without_christmas.erase(without_christmas.find(christmas), christmas.size());
  EXPECT_THAT(complaint(kHeader, without_christmas), HasSubstr("2017-01-07"));
}

TEST(CalendarFile, NewYearBringsEachTransferredDay) {
  std::string without(kYear2017);
  const std::string transfer = "2017-01-02,transferred_day_off,New Year,Law,,\n";
  without.erase(without.find(transfer), transfer.size());
  EXPECT_THAT(complaint(kHeader, without), AllOf(HasSubstr("transferred"), HasSubstr("2017")));
}

TEST(CalendarFile, GapInTheYearsIsRefused) {
  EXPECT_THAT(complaint(kHeader, std::string(kYear2017) + "2019-01-01,holiday,,,,\n"),
              AllOf(HasSubstr("line 7"), HasSubstr("2018"), HasSubstr("'2019-01-01'")));
  EXPECT_THAT(complaint(kHeader, "2018-01-01,holiday,,,,\n"), HasSubstr("line 2"));
}

}  // namespace
}  // namespace reglament
