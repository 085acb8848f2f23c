// The released calendars of Kazakhstan against what was published: a released edition does not
// change.
#include "processes/calendars/kazakhstan.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "engine/base/csv.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace data {
extern const std::string_view kz_days_csv;
extern const std::string_view kz_days_six_day_csv;
extern const std::string_view kz_norms_csv;
extern const std::string_view every_byte;
}  // namespace data

namespace {

using std::chrono::days;

std::string read_source(const std::string& path) {
  std::ifstream file(std::string(REGLAMENT_SOURCE_DIR) + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(EmbeddedData, ArrivesByteForByte) {
  const std::string folder = "processes/calendars/";
  ASSERT_GT(read_source(folder + "kz-days.csv").size(), 50000U);
  EXPECT_EQ(data::kz_days_csv, read_source(folder + "kz-days.csv"));
  EXPECT_EQ(data::kz_days_six_day_csv, read_source(folder + "kz-days-six-day.csv"));
  EXPECT_EQ(data::kz_norms_csv, read_source(folder + "kz-norms.csv"));
}

TEST(EmbeddedData, AnyByteAndAnyQuoteSurvive) {
  std::string expected;
  for (int byte = 0; byte < 256; ++byte) expected.push_back(static_cast<char>(byte));
  expected += ")embedded\"\r\n";
  EXPECT_EQ(data::every_byte, expected);
}

TEST(KazakhstanCalendar, EditionsAreFrozen) {
  const WorkingCalendar& five = kazakhstan(Week::five_day);
  const WorkingCalendar& six = kazakhstan(Week::six_day);
  EXPECT_EQ(five.edition(), "kz-five-day-2026");
  EXPECT_EQ(six.edition(), "kz-six-day-2026");
  EXPECT_EQ(five.week(), Week::five_day);
  EXPECT_EQ(six.week(), Week::six_day);
  EXPECT_EQ(five.special_days().size(), 443U);
  EXPECT_EQ(six.special_days().size(), 358U);
  EXPECT_EQ(&five, &kazakhstan(Week::five_day));
  for (const WorkingCalendar* calendar : {&five, &six}) {
    EXPECT_EQ(calendar->first(), date("2009-01-01"));
    EXPECT_EQ(calendar->last(), date("2028-12-31"));
  }
}

TEST(KazakhstanCalendar, OutsideItsYearsThereIsNoAnswer) {
  for (const Week week : {Week::five_day, Week::six_day}) {
    const WorkingCalendar& calendar = kazakhstan(week);
    EXPECT_THROW(static_cast<void>(calendar.is_working(date("2008-12-31"))), OutsideCalendar);
    EXPECT_THROW(static_cast<void>(calendar.is_working(date("2029-01-01"))), OutsideCalendar);
    EXPECT_THROW(static_cast<void>(calendar.add(date("2028-12-29"), WorkingDays{2})),
                 OutsideCalendar);
  }
}

int worked_between(const WorkingCalendar& calendar, Date first, Date last) {
  int worked = 0;
  for (Date day = first; day <= last; day += days{1}) worked += calendar.is_working(day) ? 1 : 0;
  return worked;
}

TEST(KazakhstanCalendar, EveryMonthHasTheNormInForce) {
  const CsvTable norms{data::kz_norms_csv, "kz-norms.csv"};
  ASSERT_EQ(norms.size(), 260U);  // 20 years of twelve months and a total
  for (std::size_t row = 0; row < norms.size(); ++row) {
    const std::chrono::year year{std::stoi(norms.cell(row, "year"))};
    const auto month = static_cast<unsigned>(std::stoul(norms.cell(row, "month")));
    const std::chrono::month first_month{month == 0 ? 1 : month};
    const std::chrono::month last_month{month == 0 ? 12 : month};
    const Date first{year / first_month / std::chrono::day{1}};
    const Date last{year / last_month / std::chrono::last};
    for (const Week week : {Week::five_day, Week::six_day}) {
      const int norm = std::stoi(norms.cell(row, week == Week::five_day ? "five_day" : "six_day"));
      EXPECT_EQ(worked_between(kazakhstan(week), first, last), norm)
          << norms.cell(row, "year") << '-' << month << ' ' << code(week);
    }
  }
}

// The Labour ministry's balances as amended, written here a second time: year, five-day, six-day.
TEST(KazakhstanCalendar, EveryYearHasItsTotal) {
  // clang-format off
  constexpr std::array<std::array<int, 3>, 20> totals{{
      {2009, 249, 301}, {2010, 247, 299}, {2011, 247, 300}, {2012, 247, 298}, {2013, 246, 297},
      {2014, 245, 297}, {2015, 245, 297}, {2016, 245, 298}, {2017, 245, 296}, {2018, 246, 298},
      {2019, 246, 298}, {2020, 246, 298}, {2021, 245, 297}, {2022, 246, 298}, {2023, 246, 297},
      {2024, 249, 301}, {2025, 246, 298}, {2026, 247, 299}, {2027, 247, 299}, {2028, 245, 298},
  }};
  // clang-format on
  for (const auto& [number, five_day, six_day] : totals) {
    const std::chrono::year year{number};
    const Date first{year / 1 / 1};
    const Date last{year / 12 / 31};
    EXPECT_EQ(worked_between(kazakhstan(Week::five_day), first, last), five_day) << number;
    EXPECT_EQ(worked_between(kazakhstan(Week::six_day), first, last), six_day) << number;
  }
}

struct KnownDay {
  std::string_view date;
  std::string_view five_day;
  std::string_view six_day;
};

// clang-format off
constexpr KnownDay kKnownDays[] = {
    // 2009: Nauryz has one day, Republic Day is abolished; resolution 1936 moves 18 December.
    {"2009-01-07", "day_off", "day_off"},
    {"2009-03-22", "holiday", "holiday"},
    {"2009-03-23", "transferred_day_off", "transferred_day_off"},
    {"2009-03-24", "working", "working"},
    {"2009-05-09", "holiday", "holiday"},
    {"2009-05-11", "transferred_day_off", "working"},
    {"2009-10-25", "weekend", "weekend"},
    {"2009-10-26", "working", "working"},
    {"2009-12-18", "moved_day_off", "moved_day_off"},
    {"2009-12-20", "working_weekend", "working_weekend"},
    // 2010: Nauryz has three days; a Sunday moves for both weeks, a Saturday for the five-day one.
    {"2010-01-08", "moved_day_off", "moved_day_off"},
    {"2010-01-10", "working_weekend", "working_weekend"},
    {"2010-03-24", "transferred_day_off", "transferred_day_off"},
    {"2010-07-03", "working_weekend", "working"},
    {"2010-07-05", "moved_day_off", "working"},
    // 2011: two holidays on one weekend take two days; Kurban Ait on a Sunday takes none.
    {"2011-01-03", "transferred_day_off", "transferred_day_off"},
    {"2011-01-04", "transferred_day_off", "working"},
    {"2011-03-05", "working_weekend", "working"},
    {"2011-03-07", "moved_day_off", "working"},
    {"2011-08-29", "moved_day_off", "working"},
    {"2011-11-06", "day_off", "day_off"},
    {"2011-11-07", "working", "working"},
    {"2011-12-01", "working", "working"},
    // 2012: 1 December is a holiday for the first time, 7 May not yet.
    {"2012-03-09", "moved_day_off", "moved_day_off"},
    {"2012-03-11", "working_weekend", "working_weekend"},
    {"2012-04-28", "working_weekend", "working"},
    {"2012-05-07", "working", "working"},
    {"2012-12-01", "holiday", "holiday"},
    {"2012-12-03", "transferred_day_off", "working"},
    {"2012-12-18", "transferred_day_off", "transferred_day_off"},
    {"2012-12-31", "moved_day_off", "working"},
    // 2013: 7 May begins; 28 December is worked for a day of the next year.
    {"2013-05-04", "working_weekend", "working"},
    {"2013-05-07", "holiday", "holiday"},
    {"2013-05-10", "moved_day_off", "working"},
    {"2013-10-12", "working_weekend", "working"},
    {"2013-10-14", "moved_day_off", "working"},
    {"2013-12-28", "working_weekend", "working"},
    // 2014: two Sundays of May are worked, by both weeks.
    {"2014-01-03", "moved_day_off", "working"},
    {"2014-05-02", "moved_day_off", "moved_day_off"},
    {"2014-05-04", "working_weekend", "working_weekend"},
    {"2014-05-08", "moved_day_off", "moved_day_off"},
    {"2014-05-11", "working_weekend", "working_weekend"},
    // 2015: Nauryz on Saturday, Sunday, Monday.
    {"2015-03-09", "transferred_day_off", "transferred_day_off"},
    {"2015-03-24", "transferred_day_off", "transferred_day_off"},
    {"2015-03-25", "transferred_day_off", "working"},
    {"2015-03-26", "working", "working"},
    {"2015-09-24", "day_off", "day_off"},
    // 2016: 7 May on a Saturday and 9 May on a Monday give Tuesday, not Monday.
    {"2016-03-05", "working_weekend", "working"},
    {"2016-03-07", "moved_day_off", "working"},
    {"2016-05-09", "holiday", "holiday"},
    {"2016-05-10", "transferred_day_off", "working"},
    {"2016-09-12", "day_off", "day_off"},
    // 2017
    {"2017-01-03", "transferred_day_off", "transferred_day_off"},
    {"2017-03-18", "working_weekend", "working"},
    {"2017-03-20", "moved_day_off", "working"},
    {"2017-07-01", "working_weekend", "working"},
    {"2017-07-07", "moved_day_off", "working"},
    {"2017-09-01", "day_off", "day_off"},
    {"2017-12-18", "transferred_day_off", "transferred_day_off"},
    {"2017-12-19", "transferred_day_off", "working"},
    // 2018: resolution 864 moves five days.
    {"2018-03-03", "working_weekend", "working"},
    {"2018-03-09", "moved_day_off", "working"},
    {"2018-04-28", "working_weekend", "working"},
    {"2018-04-30", "moved_day_off", "working"},
    {"2018-05-05", "working_weekend", "working"},
    {"2018-05-08", "moved_day_off", "working"},
    {"2018-08-25", "working_weekend", "working"},
    {"2018-08-31", "moved_day_off", "working"},
    {"2018-12-29", "working_weekend", "working"},
    {"2018-12-31", "moved_day_off", "working"},
    // 2019
    {"2019-05-04", "working_weekend", "working"},
    {"2019-05-10", "moved_day_off", "working"},
    {"2019-08-11", "day_off", "day_off"},
    {"2019-08-12", "working", "working"},
    {"2019-12-02", "transferred_day_off", "transferred_day_off"},
    // 2020: resolution 820 moves the transferred day of 9 May itself.
    {"2020-01-03", "moved_day_off", "moved_day_off"},
    {"2020-01-05", "working_weekend", "working_weekend"},
    {"2020-03-24", "transferred_day_off", "transferred_day_off"},
    {"2020-03-25", "transferred_day_off", "working"},
    {"2020-05-08", "moved_day_off", "working"},
    {"2020-05-11", "working", "working"},
    {"2020-12-18", "moved_day_off", "moved_day_off"},
    {"2020-12-20", "working_weekend", "working_weekend"},
    // 2021: 1 and 17 December are holidays for the last time.
    {"2021-07-03", "working_weekend", "working"},
    {"2021-07-05", "moved_day_off", "working"},
    {"2021-12-01", "holiday", "holiday"},
    {"2021-12-17", "holiday", "holiday"},
    // 2022: Law 143-VII of 29 September restores Republic Day and ends 1 and 17 December.
    {"2022-01-03", "transferred_day_off", "transferred_day_off"},
    {"2022-01-04", "transferred_day_off", "working"},
    {"2022-03-07", "moved_day_off", "working"},
    {"2022-05-10", "transferred_day_off", "working"},
    {"2022-08-29", "moved_day_off", "working"},
    {"2022-10-22", "working_weekend", "working"},
    {"2022-10-24", "moved_day_off", "working"},
    {"2022-10-25", "holiday", "holiday"},
    {"2022-12-01", "working", "working"},
    {"2022-12-17", "weekend", "working"},
    {"2022-12-19", "working", "working"},
    // 2023
    {"2023-01-03", "transferred_day_off", "transferred_day_off"},
    {"2023-06-28", "day_off", "day_off"},
    {"2023-07-01", "working_weekend", "working"},
    {"2023-07-07", "moved_day_off", "working"},
    {"2023-12-18", "transferred_day_off", "working"},
    // 2024: Kurban Ait came a day earlier than published, on a Sunday.
    {"2024-03-25", "transferred_day_off", "working"},
    {"2024-05-04", "working_weekend", "working"},
    {"2024-05-08", "moved_day_off", "working"},
    {"2024-06-16", "day_off", "day_off"},
    {"2024-06-17", "working", "working"},
    // 2025
    {"2025-01-03", "moved_day_off", "moved_day_off"},
    {"2025-01-05", "working_weekend", "working_weekend"},
    {"2025-06-06", "day_off", "day_off"},
    {"2025-09-01", "transferred_day_off", "working"},
    {"2025-10-25", "holiday", "holiday"},
    {"2025-10-27", "transferred_day_off", "working"},
    // 2026: 30 August is a holiday no more, 15 March not yet.
    {"2026-03-15", "weekend", "weekend"},
    {"2026-03-16", "working", "working"},
    {"2026-03-24", "transferred_day_off", "transferred_day_off"},
    {"2026-03-25", "transferred_day_off", "working"},
    {"2026-08-30", "weekend", "weekend"},
    {"2026-08-31", "working", "working"},
    {"2026-10-26", "transferred_day_off", "transferred_day_off"},
    // 2027
    {"2027-03-15", "holiday", "holiday"},
    {"2027-05-16", "day_off", "day_off"},
    {"2027-05-17", "working", "working"},
    {"2027-08-30", "working", "working"},
    // 2028
    {"2028-01-03", "transferred_day_off", "transferred_day_off"},
    {"2028-01-04", "transferred_day_off", "working"},
    {"2028-03-15", "holiday", "holiday"},
    {"2028-05-05", "day_off", "day_off"},
};
// clang-format on

TEST(KazakhstanCalendar, KnownDaysOfEveryYear) {
  std::set<std::string_view> years;
  for (const KnownDay& day : kKnownDays) {
    years.insert(day.date.substr(0, 4));
    EXPECT_EQ(kazakhstan(Week::five_day).describe(date(day.date)).kind, day.five_day) << day.date;
    EXPECT_EQ(kazakhstan(Week::six_day).describe(date(day.date)).kind, day.six_day) << day.date;
  }
  EXPECT_EQ(years.size(), 20U);
}

TEST(KazakhstanCalendar, EverySpecialDayNamesItsActAndHoliday) {
  for (const Week week : {Week::five_day, Week::six_day}) {
    for (const SpecialDay& day : kazakhstan(week).special_days()) {
      EXPECT_FALSE(day.name.empty()) << format_date(day.date);
      EXPECT_FALSE(day.basis.empty()) << format_date(day.date);
    }
  }
}

TEST(KazakhstanCalendar, DaysOffOfTheSixDayWeekAreDaysOffOfTheFiveDayWeek) {
  const WorkingCalendar& five = kazakhstan(Week::five_day);
  const WorkingCalendar& six = kazakhstan(Week::six_day);
  for (const SpecialDay& day : six.special_days()) {
    EXPECT_EQ(five.describe(day.date).working, six.describe(day.date).working)
        << format_date(day.date);
  }
}

TEST(KazakhstanCalendar, TermsAcrossHolidays) {
  const WorkingCalendar& five = kazakhstan(Week::five_day);
  // Two working days from Friday 20 March 2015: Nauryz and its transfers last to the 25th.
  EXPECT_EQ(five.add(date("2015-03-20"), WorkingDays{2}), date("2015-03-27"));
  EXPECT_EQ(five.add(date("2015-07-14"), WorkingDays{7}), date("2015-07-23"));
  // 30 December 2013: 31 December, 6, 8 and 9 January.
  EXPECT_EQ(five.add(date("2013-12-30"), WorkingDays{4}), date("2014-01-09"));
  EXPECT_EQ(five.count(date("2020-05-07"), date("2020-05-11")), WorkingDays{1});
}

}  // namespace
}  // namespace reglament
