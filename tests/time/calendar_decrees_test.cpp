#include "engine/time/calendar_decrees.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "tests/time/test_edition.hpp"

namespace reglament {
namespace {

using ::testing::ElementsAre;

const std::string kHeader = "date,kind\n";

// Three editions of the program: July 6 is off since June, August 31 since August.
CalendarEditions carried() {
  const SpecialDay july{date("2015-07-06"), DayKind::day_off, "Day", "Act"};
  const SpecialDay august{date("2015-08-31"), DayKind::day_off, "Day", "Act"};
  return CalendarEditions({test_edition("zz-2015", "2015-01-01"),
                           test_edition("zz-2015-06-01", "2015-06-01", {july}),
                           test_edition("zz-2015-08-01", "2015-08-01", {july, august})});
}

std::vector<std::string> codes(const CalendarEditions& editions) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < editions.size(); ++i) found.push_back(editions[i].code);
  return found;
}

bool works(const CalendarEditions& editions, std::string_view known_on, std::string_view day) {
  return editions.known_on(date(known_on)).five_day.is_working(date(day));
}

TEST(CalendarDecrees, WithoutOneTheEditionsStay) {
  EXPECT_EQ(codes(with_decrees(carried(), {})), codes(carried()));
}

TEST(CalendarDecrees, IsTheLatestEditionWhereNothingLaterIsCarried) {
  const CalendarDecree decree{date("2015-09-01"), "Decree", kHeader + "2015-10-05,day_off\n"};
  const CalendarEditions editions = with_decrees(carried(), {&decree, 1});
  EXPECT_THAT(codes(editions),
              ElementsAre("zz-2015", "zz-2015-06-01", "zz-2015-08-01", "zz-2015-09-01"));
  EXPECT_TRUE(works(editions, "2015-08-31", "2015-10-05"));
  EXPECT_FALSE(works(editions, "2015-09-01", "2015-10-05"));
  EXPECT_FALSE(works(editions, "2015-09-01", "2015-08-31"));
}

TEST(CalendarDecrees, LaterCarriedEditionsKeepWhatItSetAndAreCalledOtherwise) {
  const CalendarDecree decree{date("2015-06-15"), "Decree", kHeader + "2015-10-05,day_off\n"};
  const CalendarEditions editions = with_decrees(carried(), {&decree, 1});
  EXPECT_THAT(codes(editions),
              ElementsAre("zz-2015", "zz-2015-06-01", "zz-2015-06-15", "zz-2015-08-01+2015-06-15"));
  EXPECT_EQ(editions.latest().six_day.edition(), "zz-six-day-2015-08-01+2015-06-15");
  EXPECT_TRUE(works(editions, "2015-07-31", "2015-08-31"));
  EXPECT_FALSE(works(editions, "2015-08-01", "2015-08-31"));
  EXPECT_FALSE(works(editions, "2015-08-01", "2015-10-05"));
  EXPECT_FALSE(works(editions, "2015-08-01", "2015-07-06"));
}

TEST(CalendarDecrees, LaterCarriedEditionDecidesOnTheDayThatBothSet) {
  const CalendarDecree decree{
      date("2015-06-15"), "Decree",
      kHeader + "2015-08-30,working_weekend\n2015-08-31,moved_day_off\n2015-07-06,ordinary\n"};
  const CalendarEditions editions = with_decrees(carried(), {&decree, 1});
  EXPECT_EQ(editions.latest().five_day.describe(date("2015-08-31")).kind, "day_off");
  EXPECT_TRUE(works(editions, "2015-08-01", "2015-07-06"));  // August did not set it anew
}

TEST(CalendarDecrees, TakesThePlaceOfTheCarriedEditionOfItsDay) {
  const CalendarDecree decree{date("2015-06-01"), "Decree", kHeader + "2015-10-05,day_off\n"};
  const CalendarEditions editions = with_decrees(carried(), {&decree, 1});
  EXPECT_THAT(codes(editions), ElementsAre("zz-2015", "zz-2015-06-01", "zz-2015-08-01+2015-06-01"));
  EXPECT_TRUE(works(editions, "2015-06-01", "2015-07-06"));
  EXPECT_FALSE(works(editions, "2015-06-01", "2015-10-05"));
}

TEST(CalendarDecrees, StandOnOneAnother) {
  const std::vector<CalendarDecree> decrees{
      {date("2015-06-15"), "First", kHeader + "2015-10-05,day_off\n"},
      {date("2015-09-01"), "Second", kHeader + "2015-10-05,ordinary\n2015-10-06,day_off\n"}};
  const CalendarEditions editions = with_decrees(carried(), decrees);
  EXPECT_EQ(editions.latest().code, "zz-2015-09-01");
  EXPECT_FALSE(works(editions, "2015-08-31", "2015-10-05"));
  EXPECT_TRUE(works(editions, "2015-09-01", "2015-10-05"));
  EXPECT_FALSE(works(editions, "2015-09-01", "2015-10-06"));
}

TEST(CalendarDecrees, BeforeEveryEditionIsBadInput) {
  const CalendarDecree decree{date("2015-01-01"), "Decree", kHeader + "2015-10-05,day_off\n"};
  EXPECT_THROW(static_cast<void>(with_decrees(carried(), {&decree, 1})), BadInput);
}

}  // namespace
}  // namespace reglament
