#include "engine/time/calendar_editions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/time/calendar_changes.hpp"
#include "tests/time/dates.hpp"
#include "tests/time/test_edition.hpp"

namespace reglament {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

CalendarEditions three() {
  return CalendarEditions{
      {test_edition("zz-a", "2015-01-01"),
       test_edition("zz-b", "2015-03-01", {{date("2015-05-08"), DayKind::day_off, "b", "b"}}),
       test_edition("zz-c", "2015-06-01")}};
}

TEST(CalendarEditions, EachIsKnownFromItsDateToTheNext) {
  const CalendarEditions editions = three();
  EXPECT_EQ(editions.size(), 3U);
  EXPECT_EQ(editions.known_on(date("2015-01-01")).code, "zz-a");
  EXPECT_EQ(editions.known_on(date("2015-02-28")).code, "zz-a");
  EXPECT_EQ(editions.known_on(date("2015-03-01")).code, "zz-b");
  EXPECT_EQ(editions.known_on(date("2015-05-31")).code, "zz-b");
  EXPECT_EQ(editions.known_on(date("2015-06-01")).code, "zz-c");
  EXPECT_EQ(editions.known_on(date("2099-01-01")).code, "zz-c");
  EXPECT_EQ(editions.latest().code, "zz-c");
  EXPECT_EQ(editions[1].calendar(Week::six_day).edition(), "zz-six-day-b");
}

TEST(CalendarEditions, BeforeTheFirstThereIsNoAnswer) {
  const CalendarEditions editions = three();
  EXPECT_THROW(static_cast<void>(editions.known_on(date("2014-12-31"))), BadInput);
  EXPECT_THROW(static_cast<void>(editions.until(date("2014-12-31"))), BadInput);
}

TEST(CalendarEditions, AreFoundByCodeAndByCalendar) {
  const CalendarEditions editions = three();
  EXPECT_EQ(editions.find("zz-b"), &editions[1]);
  EXPECT_EQ(editions.find("zz-five-day-b"), &editions[1]);
  EXPECT_EQ(editions.find("zz-six-day-c"), &editions[2]);
  EXPECT_EQ(editions.find("zz-d"), nullptr);
  EXPECT_EQ(editions.find(""), nullptr);
}

TEST(CalendarEditions, NewOneIsAppendedToACopy) {
  const CalendarEditions editions = three();
  const CalendarEditions longer = editions.with(test_edition("zz-d", "2015-07-01"));
  EXPECT_EQ(editions.size(), 3U);
  EXPECT_EQ(longer.size(), 4U);
  EXPECT_EQ(longer.latest().code, "zz-d");
  EXPECT_EQ(&longer[0], &editions[0]) << "editions are shared, not copied";
}

TEST(CalendarEditions, UntilADateKnowsNothingLater) {
  const CalendarEditions known = three().until(date("2015-05-31"));
  EXPECT_EQ(known.size(), 2U);
  EXPECT_EQ(known.latest().code, "zz-b");
  EXPECT_EQ(known.with(test_edition("zz-x", "2015-04-01")).latest().code, "zz-x");
}

TEST(CalendarEditions, KnownBeforeThePreviousOneIsBadInput) {
  const CalendarEditions editions = three();
  for (const char* since : {"2015-05-31", "2015-06-01", "2014-01-01"}) {
    EXPECT_THROW(static_cast<void>(editions.with(test_edition("zz-d", since))), BadInput) << since;
  }
}

TEST(CalendarEditions, NameGivenTwiceIsBadInput) {
  EXPECT_THROW(static_cast<void>(three().with(test_edition("zz-a", "2016-01-01"))), BadInput);
  CalendarEdition same_calendar = test_edition("zz-d", "2016-01-01");
  same_calendar.six_day = test_edition("zz-b", "2016-01-01").six_day;
  EXPECT_THROW(static_cast<void>(three().with(same_calendar)), BadInput);
}

TEST(CalendarEditions, CalendarOfTheOtherWeekIsBadInput) {
  CalendarEdition swapped = test_edition("zz-d", "2016-01-01");
  std::swap(swapped.five_day, swapped.six_day);
  EXPECT_THROW(static_cast<void>(three().with(swapped)), BadInput);
}

TEST(CalendarEditions, YearsAreNeverLost) {
  CalendarEdition shorter = test_edition("zz-d", "2016-01-01");
  shorter.five_day = WorkingCalendar{"zz-short", Week::five_day, 2015, 2015, {}};
  EXPECT_THROW(static_cast<void>(three().with(shorter)), BadInput);
}

TEST(CalendarEditions, OfNothingAreBadInput) {
  EXPECT_THROW(CalendarEditions{std::vector<CalendarEdition>{}}, BadInput);
}

TEST(CalendarEditions, CalendarNamesAreFrozen) {
  EXPECT_EQ(calendar_name("kz-2026", Week::five_day), "kz-five-day-2026");
  EXPECT_EQ(calendar_name("kz-2014-04-18", Week::six_day), "kz-six-day-2014-04-18");
  EXPECT_EQ(calendar_name("test", Week::five_day), "test-five-day");
}

TEST(CalendarChanges, AreTheDatesWorkedInOneCalendarOnly) {
  const CalendarEditions editions = three();
  EXPECT_THAT(changes_between(editions[0].five_day, editions[1].five_day),
              ElementsAre(date("2015-05-08")));
  EXPECT_THAT(changes_between(editions[1].five_day, editions[0].five_day),
              ElementsAre(date("2015-05-08")));
  EXPECT_THAT(changes_between(editions[0].five_day, editions[2].five_day), IsEmpty());
}

TEST(CalendarChanges, RenamedHolidayAndDayOffOnAWeekendChangeNothing) {
  const WorkingCalendar before{
      "a", Week::five_day, 2015, 2015, {{date("2015-05-01"), DayKind::holiday, "a", "a"}}};
  const WorkingCalendar after{"b",
                              Week::five_day,
                              2015,
                              2015,
                              {{date("2015-05-01"), DayKind::day_off, "b", "b"},
                               {date("2015-05-09"), DayKind::holiday, "b", "b"}}};
  EXPECT_THAT(changes_between(before, after), IsEmpty());
}

TEST(CalendarChanges, AreLookedForInTheYearsOfBoth) {
  const WorkingCalendar shorter{"a", Week::five_day, 2015, 2015, {}};
  const WorkingCalendar longer{"b",
                               Week::five_day,
                               2014,
                               2016,
                               {{date("2014-01-01"), DayKind::holiday, "b", "b"},
                                {date("2015-12-31"), DayKind::holiday, "b", "b"},
                                {date("2016-01-01"), DayKind::holiday, "b", "b"}}};
  EXPECT_THAT(changes_between(shorter, longer), ElementsAre(date("2015-12-31")));
}

TEST(CalendarChanges, SetAddAndTakeAwayDays) {
  const WorkingCalendar before{"a",
                               Week::five_day,
                               2015,
                               2015,
                               {{date("2015-05-01"), DayKind::holiday, "May", "act"},
                                {date("2015-07-06"), DayKind::holiday, "July", "act"}}};
  const WorkingCalendar after = with_changes(
      before, "b", 2016,
      {{date("2016-01-01"), SpecialDay{date("2016-01-01"), DayKind::holiday, "new", "act"}},
       {date("2015-07-06"), std::nullopt},
       {date("2015-05-01"), SpecialDay{date("2015-05-01"), DayKind::day_off, "other", "act"}},
       {date("2015-01-01"), SpecialDay{date("2015-01-01"), DayKind::holiday, "first", "act"}},
       {date("2015-02-02"), std::nullopt}});
  EXPECT_EQ(after.edition(), "b");
  EXPECT_EQ(after.last(), date("2016-12-31"));
  EXPECT_EQ(after.special_days().size(), 3U);
  EXPECT_EQ(after.describe(date("2015-01-01")).name, "first");
  EXPECT_EQ(after.describe(date("2015-05-01")).kind, "day_off");
  EXPECT_EQ(after.describe(date("2015-07-06")).kind, "working");
  EXPECT_EQ(after.describe(date("2016-01-01")).kind, "holiday");
  EXPECT_THROW(static_cast<void>(with_changes(
                   before, "c", 2015,
                   {{date("2015-02-02"), std::nullopt}, {date("2015-02-02"), std::nullopt}})),
               BadInput);
}

WorkingCalendar with_move(std::string moved_basis, std::string worked_basis) {
  return {"moves",
          Week::five_day,
          2016,
          2016,
          {{date("2016-03-05"), DayKind::working_weekend, "worked", std::move(worked_basis)},
           {date("2016-03-07"), DayKind::moved_day_off, "off", std::move(moved_basis)}}};
}

TEST(Moves, DayOffAndTheDayWorkedForItNameEachOther) {
  EXPECT_NO_THROW(check_moves(with_move("res. 67; day off moved from Sat 2016-03-05",
                                        "res. 67; day off moved to Mon 2016-03-07")));
  EXPECT_THROW(check_moves(with_move("res. 67; day off moved from Sat 2016-03-05", "res. 67")),
               BadInput);
  EXPECT_THROW(check_moves(with_move("res. 67; day off moved from Sat 2016-03-05",
                                     "res. 67; day off moved to Tue 2016-03-08")),
               BadInput);
  EXPECT_THROW(check_moves(with_move("res. 67; day off moved from Sat 2016-03-12",
                                     "res. 67; day off moved to Mon 2016-03-07")),
               BadInput);
}

TEST(Moves, DayOffWithoutADayWorkedForItGivesAReason) {
  EXPECT_NO_THROW(check_moves(with_move("res. 820; 11 May became a working day", "res. 820")));
  EXPECT_THROW(check_moves(with_move("res. 820", "res. 820")), BadInput);
  EXPECT_THROW(check_moves(with_move("res. 820; ", "res. 820")), BadInput);
}

TEST(Moves, OtherDateIsReadFromTheBasis) {
  EXPECT_EQ(moved_from("res. 67; day off moved from Sat 2016-03-05"), date("2016-03-05"));
  EXPECT_EQ(moved_to("res. 67; day off moved to Mon 2016-03-07"), date("2016-03-07"));
  EXPECT_EQ(moved_to("res. 67; day off moved from Sat 2016-03-05"), std::nullopt);
  EXPECT_EQ(moved_from(""), std::nullopt);
  for (const char* basis : {"day off moved from Sun 2016-03-05", "day off moved from 2016-03-05",
                            "day off moved from Sat 2016-02-30", "day off moved from Sat"}) {
    EXPECT_THROW(static_cast<void>(moved_from(basis)), BadInput) << basis;
  }
}

}  // namespace
}  // namespace reglament
