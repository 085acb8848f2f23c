#include "engine/time/schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using namespace std::chrono_literals;
using std::chrono::Friday;
using std::chrono::minutes;
using std::chrono::Monday;
using std::chrono::Saturday;
using std::chrono::Sunday;
using std::chrono::Thursday;
using std::chrono::Tuesday;
using std::chrono::Wednesday;
using ::testing::HasSubstr;

std::string complaint(std::string_view notation) {
  try {
    static_cast<void>(Schedule::parse(notation));
  } catch (const BadInput& trouble) {
    return trouble.what();
  }
  return "none";
}

TEST(Schedule, ReadsTheNotationOfTheDirectory) {
  const Schedule schedule =
      Schedule::parse("Mo-Fr 09:00-13:00,14:30-18:00; Sa 09:00-13:00; Su,PH off");
  EXPECT_EQ(schedule.notation(), "Mo-Fr 09:00-13:00,14:30-18:00; Sa 09:00-13:00; Su,PH off");
  for (const auto day : {Monday, Tuesday, Wednesday, Thursday, Friday}) {
    ASSERT_EQ(schedule.on(day).size(), 2U);
    EXPECT_EQ(schedule.on(day)[0].opens, minutes{9h});
    EXPECT_EQ(schedule.on(day)[0].closes, minutes{13h});
    EXPECT_EQ(schedule.on(day)[1].opens, 14h + 30min);
    EXPECT_EQ(schedule.closing(day), minutes{18h});
  }
  EXPECT_EQ(schedule.closing(Saturday), minutes{13h});
  EXPECT_TRUE(schedule.on(Sunday).empty());
  EXPECT_EQ(schedule.closing(Sunday), std::nullopt);
}

TEST(Schedule, DayThatIsNotNamedIsClosed) {
  const Schedule schedule = Schedule::parse("Tu,Th 16:00-18:00");
  EXPECT_EQ(schedule.closing(Tuesday), minutes{18h});
  EXPECT_EQ(schedule.closing(Thursday), minutes{18h});
  for (const auto day : {Monday, Wednesday, Friday, Saturday, Sunday}) {
    EXPECT_EQ(schedule.closing(day), std::nullopt);
  }
}

TEST(Schedule, RoundTheClockClosesAt24) {
  EXPECT_EQ(Schedule::parse("Mo-Su 00:00-24:00").closing(Sunday), minutes{24h});
}

TEST(Schedule, IntervalsMayTouch) {
  EXPECT_EQ(Schedule::parse("Mo 09:00-13:00,13:00-18:00").on(Monday).size(), 2U);
}

TEST(Schedule, PartThatCannotBeReadIsNamed) {
  EXPECT_THAT(complaint("Mo-Fr 09:00-18:00; Xx off"), HasSubstr("'Xx'"));
  EXPECT_THAT(complaint("Mo 9:00-18:00"), HasSubstr("'9:00'"));
  EXPECT_THAT(complaint("We 17:00-19:00 (by appointment)"), HasSubstr("'19:00 (by appointment)'"));
  EXPECT_THAT(complaint("Mo closed"), HasSubstr("'closed'"));
}

TEST(Schedule, OtherNotationsAreRefused) {
  for (const char* notation : {"",
                               " ",
                               ";",
                               "Mo",
                               "Mo-Fr",
                               "09:00-18:00",
                               "off",
                               "Mo off;",
                               "; Mo off",
                               "mo off",
                               "Mo- off",
                               "-Mo off",
                               "Mo, off",
                               "Fr-Mo 09:00-18:00",
                               "Mo-PH off",
                               "Mo 09:00",
                               "Mo 09:00-",
                               "Mo 09:00-13:00,",
                               "Mo 09:00-18:60",
                               "Mo 09:00-24:01",
                               "Mo 09.00-18.00",
                               "Mo 09:00-18:00 Tu off",
                               "Mo 09:00-18:00, 19:00-20:00",
                               "Mo-Fr, Sa off",
                               "24/7"}) {
    EXPECT_NE(complaint(notation), "none") << notation;
  }
}

TEST(Schedule, DayGivenTwiceIsRefused) {
  for (const char* notation : {"Mo off; Mo off", "Mo-Fr 09:00-18:00; We off", "Mo,Mo off",
                               "Mo-We,Tu off", "PH off; Su,PH off"}) {
    EXPECT_THAT(complaint(notation), HasSubstr("each day once")) << notation;
  }
}

TEST(Schedule, IntervalThatDoesNotCloseAfterItOpensIsRefused) {
  EXPECT_THAT(complaint("Mo 18:00-09:00"), HasSubstr("'18:00-09:00'"));
  EXPECT_THAT(complaint("Mo 09:00-09:00"), HasSubstr("'09:00-09:00'"));
}

TEST(Schedule, IntervalsThatOverlapAreRefused) {
  EXPECT_THAT(complaint("Mo 09:00-14:00,13:00-18:00"), HasSubstr("one after the other"));
  EXPECT_THAT(complaint("Mo 14:00-18:00,09:00-13:00"), HasSubstr("one after the other"));
}

TEST(Schedule, PublicHolidaysTakeOnlyOff) {
  EXPECT_THAT(complaint("Mo-Fr 09:00-18:00; PH 10:00-12:00"), HasSubstr("public holidays"));
}

TEST(ScheduleDeathTest, DayBeyondTheWeekIsADefect) {
  const Schedule schedule = Schedule::parse("Mo off");
  EXPECT_EXIT(static_cast<void>(schedule.on(std::chrono::weekday{9})),
              ::testing::ExitedWithCode(70), "one of seven");
}

}  // namespace
}  // namespace reglament
