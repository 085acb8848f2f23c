// What an honest clerk would have answered, on each day since 2009: the editions against the table
// of late changes, the norms as they were published, and the law as it stood on each day.
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>

#include "engine/base/csv.hpp"
#include "engine/time/calendar_changes.hpp"
#include "engine/time/calendar_file.hpp"
#include "processes/calendars/kazakhstan.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace data {
extern const std::string_view kz_norms_csv;
}  // namespace data

namespace {

using std::chrono::days;

const WorkingCalendar& known_on(std::string_view day, Week week) {
  return kazakhstan_editions().known_on(date(day)).calendar(week);
}

struct LateChange {
  std::string_view known_since;
  Week week;
  std::string_view start;
  std::string_view next_before;  // the working day after `start`, as known the day before
  std::string_view next_since;   // as known on the day
};

constexpr Week kFive = Week::five_day;
constexpr Week kSix = Week::six_day;

// clang-format off
constexpr LateChange kLateChanges[] = {
    // Law 152-IV: Republic Day (a Sunday in 2009, with 26 October) ends, Nauryz has three days.
    {"2009-04-22", kFive, "2009-10-23", "2009-10-27", "2009-10-26"},
    {"2009-04-22", kSix,  "2009-10-24", "2009-10-27", "2009-10-26"},
    {"2009-04-22", kFive, "2009-03-20", "2009-03-24", "2009-03-24"},
    {"2009-04-22", kFive, "2010-03-19", "2010-03-23", "2010-03-25"},
    {"2009-04-22", kFive, "2021-10-22", "2021-10-26", "2021-10-25"},
    {"2009-11-26", kFive, "2009-12-17", "2009-12-18", "2009-12-20"},
    {"2009-11-26", kSix,  "2009-12-17", "2009-12-18", "2009-12-19"},
    {"2011-08-23", kFive, "2011-08-26", "2011-08-29", "2011-08-27"},
    {"2011-08-23", kSix,  "2011-08-26", "2011-08-27", "2011-08-27"},
    {"2011-12-14", kFive, "2012-11-30", "2012-12-03", "2012-12-04"},
    {"2011-12-14", kSix,  "2012-11-30", "2012-12-01", "2012-12-03"},
    {"2012-10-19", kFive, "2013-05-06", "2013-05-07", "2013-05-08"},
    {"2012-10-19", kFive, "2016-05-09", "2016-05-10", "2016-05-11"},
    {"2012-12-06", kFive, "2012-12-28", "2012-12-31", "2012-12-29"},
    {"2013-12-06", kFive, "2013-12-27", "2013-12-30", "2013-12-28"},
    {"2013-12-06", kFive, "2014-01-02", "2014-01-03", "2014-01-06"},
    {"2013-12-06", kSix,  "2014-01-02", "2014-01-03", "2014-01-03"},
    {"2014-04-18", kFive, "2014-04-30", "2014-05-02", "2014-05-04"},
    {"2014-04-18", kSix,  "2014-04-30", "2014-05-02", "2014-05-03"},
    {"2014-04-18", kFive, "2014-05-07", "2014-05-08", "2014-05-11"},
    {"2016-02-15", kFive, "2016-03-04", "2016-03-07", "2016-03-05"},
    {"2016-02-15", kFive, "2016-03-05", "2016-03-07", "2016-03-09"},
    {"2017-01-18", kFive, "2017-03-17", "2017-03-20", "2017-03-18"},
    {"2017-01-18", kFive, "2017-06-30", "2017-07-03", "2017-07-01"},
    {"2017-12-23", kFive, "2018-04-27", "2018-04-30", "2018-04-28"},
    {"2017-12-23", kFive, "2018-12-28", "2018-12-31", "2018-12-29"},
    {"2018-12-26", kFive, "2019-05-09", "2019-05-10", "2019-05-13"},
    {"2019-11-01", kFive, "2020-05-07", "2020-05-08", "2020-05-11"},
    {"2019-11-01", kFive, "2020-05-08", "2020-05-12", "2020-05-11"},
    {"2019-11-01", kSix,  "2020-01-02", "2020-01-03", "2020-01-04"},
    {"2021-10-06", kFive, "2022-03-04", "2022-03-07", "2022-03-05"},
    {"2021-10-06", kFive, "2022-08-26", "2022-08-29", "2022-08-27"},
    // Law 143-VII: Republic Day is back; 1, 17 and 19 December are worked.
    {"2022-09-29", kFive, "2022-10-24", "2022-10-25", "2022-10-26"},
    {"2022-09-29", kSix,  "2022-10-24", "2022-10-25", "2022-10-26"},
    {"2022-09-29", kFive, "2022-10-21", "2022-10-24", "2022-10-24"},
    {"2022-09-29", kFive, "2022-11-30", "2022-12-02", "2022-12-01"},
    {"2022-09-29", kFive, "2022-12-16", "2022-12-20", "2022-12-19"},
    {"2022-09-29", kSix,  "2022-12-16", "2022-12-19", "2022-12-17"},
    {"2022-09-29", kFive, "2023-12-15", "2023-12-20", "2023-12-19"},
    {"2022-10-08", kFive, "2022-10-21", "2022-10-24", "2022-10-22"},
    {"2022-10-08", kFive, "2022-10-23", "2022-10-24", "2022-10-26"},
    {"2022-10-08", kSix,  "2022-10-22", "2022-10-24", "2022-10-24"},
    {"2023-04-25", kFive, "2023-07-06", "2023-07-07", "2023-07-10"},
    {"2023-04-25", kSix,  "2023-07-06", "2023-07-07", "2023-07-07"},
    {"2024-04-18", kFive, "2024-05-07", "2024-05-08", "2024-05-10"},
    {"2024-04-18", kFive, "2024-05-03", "2024-05-06", "2024-05-04"},
    // Kurban Ait a day earlier: Monday 17 June is worked.
    {"2024-06-07", kFive, "2024-06-14", "2024-06-18", "2024-06-17"},
    {"2024-06-07", kSix,  "2024-06-15", "2024-06-18", "2024-06-17"},
    {"2024-11-21", kFive, "2025-01-02", "2025-01-03", "2025-01-05"},
    {"2024-11-21", kSix,  "2025-01-02", "2025-01-03", "2025-01-04"},
    // 30 August is no holiday any more, 15 March is one from 2027.
    {"2026-03-18", kFive, "2026-08-28", "2026-09-01", "2026-08-31"},
    {"2026-03-18", kSix,  "2026-08-29", "2026-09-01", "2026-08-31"},
    {"2026-03-18", kFive, "2026-03-13", "2026-03-16", "2026-03-16"},
    {"2026-03-18", kFive, "2027-03-12", "2027-03-15", "2027-03-16"},
    {"2026-03-18", kFive, "2027-08-27", "2027-08-31", "2027-08-30"},
};
// clang-format on

TEST(KazakhstanEditions, LateChangesAreKnownFromTheirDay) {
  std::set<std::string_view> tried;
  for (const LateChange& change : kLateChanges) {
    tried.insert(change.known_since);
    const std::string eve = format_date(date(change.known_since) - days{1});
    const Date start = date(change.start);
    EXPECT_EQ(known_on(eve, change.week).add(start, WorkingDays{1}), date(change.next_before))
        << change.start << " known on " << eve;
    EXPECT_EQ(known_on(change.known_since, change.week).add(start, WorkingDays{1}),
              date(change.next_since))
        << change.start << " known on " << change.known_since;
  }
  EXPECT_EQ(tried.size(), kazakhstan_editions().size() - 1)
      << "each edition but the first is tried";
}

TEST(KazakhstanEditions, AreFrozen) {
  const CalendarEditions& editions = kazakhstan_editions();
  ASSERT_EQ(editions.size(), 22U);
  EXPECT_EQ(editions[0].code, "kz-2009-01-01");
  EXPECT_EQ(editions[0].known_since, date("2009-01-01"));
  EXPECT_EQ(editions.latest().code, "kz-2026");
  EXPECT_EQ(editions.latest().known_since, date("2026-03-18"));
  for (std::size_t i = 0; i + 1 < editions.size(); ++i) {
    EXPECT_EQ(editions[i].code, "kz-" + format_date(editions[i].known_since));
    EXPECT_EQ(editions[i].five_day.edition(), calendar_name(editions[i].code, Week::five_day));
    EXPECT_FALSE(editions[i].act.empty());
  }
  EXPECT_THROW(static_cast<void>(editions.known_on(date("2008-12-31"))), BadInput);
}

TEST(KazakhstanEditions, LatestIsTheCalendarInForce) {
  for (const Week week : {Week::five_day, Week::six_day}) {
    const WorkingCalendar& latest = kazakhstan_editions().latest().calendar(week);
    EXPECT_EQ(latest.edition(), kazakhstan(week).edition());
    EXPECT_EQ(latest.special_days().size(), kazakhstan(week).special_days().size());
    EXPECT_TRUE(changes_between(latest, kazakhstan(week)).empty());
  }
}

TEST(KazakhstanEditions, EachDiffersFromTheOneBefore) {
  const CalendarEditions& editions = kazakhstan_editions();
  for (std::size_t i = 1; i < editions.size(); ++i) {
    EXPECT_FALSE(changes_between(editions[i - 1].five_day, editions[i].five_day).empty())
        << editions[i].code;
  }
  EXPECT_EQ(changes_between(known_on("2022-09-28", kFive), known_on("2022-09-29", kFive)).front(),
            date("2022-10-25"));
}

// However late an act was, it came before the day that it is about: no edition rewrites days that
// had passed when it became known.
TEST(KazakhstanEditions, NoneChangesADayThatHadPassed) {
  const CalendarEditions& editions = kazakhstan_editions();
  for (std::size_t i = 1; i < editions.size(); ++i) {
    for (const Week week : {Week::five_day, Week::six_day}) {
      for (const Date day :
           changes_between(editions[i - 1].calendar(week), editions[i].calendar(week))) {
        EXPECT_GT(day, editions[i].known_since) << editions[i].code << ' ' << format_date(day);
      }
    }
  }
}

int worked_in(const WorkingCalendar& calendar, int year, unsigned month) {
  const std::chrono::month first_month{month == 0 ? 1 : month};
  const std::chrono::month last_month{month == 0 ? 12 : month};
  const Date first{std::chrono::year{year} / first_month / 1};
  const Date last{std::chrono::year{year} / last_month / std::chrono::last};
  int worked = 0;
  for (Date day = first; day <= last; day += days{1}) worked += calendar.is_working(day) ? 1 : 0;
  return worked;
}

// The balance of a year is published around its beginning: what was known on 31 January must give
// its figures, also where a later law has overtaken them (2022, 2024, 2026). Two tables were copied
// as amended during the year: 2009 (Law 152-IV) and 2013 (resolution 1322).
TEST(KazakhstanEditions, PublishedNormsAreThoseOfTheEditionThenKnown) {
  const CsvTable norms{data::kz_norms_csv, "kz-norms.csv"};
  int compared = 0;
  int overtaken = 0;
  for (std::size_t row = 0; row < norms.size(); ++row) {
    const std::string& year = norms.cell(row, "year");
    const auto month = static_cast<unsigned>(std::stoul(norms.cell(row, "month")));
    const bool amended = year == "2009" || year == "2013";
    for (const Week week : {Week::five_day, Week::six_day}) {
      const std::string column = week == Week::five_day ? "five_day" : "six_day";
      const std::string& published = norms.cell(row, "published_" + column);
      if (published.empty()) continue;
      const WorkingCalendar& known = known_on(year + (amended ? "-12-31" : "-01-31"), week);
      EXPECT_EQ(worked_in(known, std::stoi(year), month), std::stoi(published))
          << year << '-' << month << ' ' << code(week);
      ++compared;
      if (published != norms.cell(row, column)) ++overtaken;
    }
  }
  EXPECT_GT(compared, 336);
  EXPECT_EQ(overtaken, 12);  // October, December and total of 2022; June and total of 2024; 2026
}

TEST(KazakhstanEditions, MoveOverTheNewYearChangedTheNormsOfTwoMonths) {
  EXPECT_EQ(worked_in(known_on("2013-12-05", kFive), 2013, 12), 19);
  EXPECT_EQ(worked_in(known_on("2013-12-06", kFive), 2013, 12), 20);
  EXPECT_EQ(worked_in(known_on("2013-12-05", kFive), 2014, 1), 20);
  EXPECT_EQ(worked_in(known_on("2013-12-06", kFive), 2014, 1), 19);
  EXPECT_EQ(worked_in(known_on("2013-12-05", kSix), 2013, 12), 23);
  EXPECT_EQ(worked_in(known_on("2013-12-06", kSix), 2014, 1), 24);
}

// ---- The law once more, as a program: holidays known on a day, their transfers, the moves ------

struct Move {
  std::string_view off;
  std::string_view worked;
  std::string_view known_since;  // empty: not known when; in every edition
};

// clang-format off
constexpr Move kMoves[] = {
    {"2009-12-18", "2009-12-20", "2009-11-26"}, {"2010-01-08", "2010-01-10", ""},
    {"2010-07-05", "2010-07-03", ""},           {"2011-03-07", "2011-03-05", ""},
    {"2011-08-29", "2011-08-27", "2011-08-23"}, {"2012-03-09", "2012-03-11", ""},
    {"2012-04-30", "2012-04-28", ""},           {"2012-12-31", "2012-12-29", "2012-12-06"},
    {"2013-05-10", "2013-05-04", ""},           {"2013-10-14", "2013-10-12", ""},
    {"2014-01-03", "2013-12-28", "2013-12-06"}, {"2014-05-02", "2014-05-04", "2014-04-18"},
    {"2014-05-08", "2014-05-11", "2014-04-18"}, {"2016-03-07", "2016-03-05", "2016-02-15"},
    {"2017-03-20", "2017-03-18", "2017-01-18"}, {"2017-07-07", "2017-07-01", "2017-01-18"},
    {"2018-03-09", "2018-03-03", "2017-12-23"}, {"2018-04-30", "2018-04-28", "2017-12-23"},
    {"2018-05-08", "2018-05-05", "2017-12-23"}, {"2018-08-31", "2018-08-25", "2017-12-23"},
    {"2018-12-31", "2018-12-29", "2017-12-23"}, {"2019-05-10", "2019-05-04", "2018-12-26"},
    {"2020-01-03", "2020-01-05", "2019-11-01"}, {"2020-12-18", "2020-12-20", "2019-11-01"},
    {"2020-05-08", "2020-05-11", "2019-11-01"}, {"2021-07-05", "2021-07-03", ""},
    {"2022-03-07", "2022-03-05", "2021-10-06"}, {"2022-08-29", "2022-08-27", "2021-10-06"},
    {"2022-10-24", "2022-10-22", "2022-10-08"}, {"2023-07-07", "2023-07-01", "2023-04-25"},
    {"2024-05-08", "2024-05-04", "2024-04-18"}, {"2025-01-03", "2025-01-05", "2024-11-21"},
};

constexpr std::string_view kKurbanAit[] = {
    "2009-11-27", "2010-11-16", "2011-11-06", "2012-10-26", "2013-10-15",
    "2014-10-04", "2015-09-24", "2016-09-12", "2017-09-01", "2018-08-21",
    "2019-08-11", "2020-07-31", "2021-07-20", "2022-07-09", "2023-06-28",
    "2024-06-16", "2025-06-06", "2026-05-27", "2027-05-16", "2028-05-05",
};
// clang-format on

class Law {
 public:
  Law(Date known_on, int year) : known_on_(known_on), year_(year) {}

  [[nodiscard]] std::set<Date> holidays() const {
    std::set<Date> all{on(1, 1), on(1, 2), on(3, 8), on(3, 22),
                       on(5, 1), on(5, 9), on(7, 6), on(12, 16)};
    const bool since_152 = known("2009-04-22");
    const bool since_143 = known("2022-09-29");
    const bool since_2026 = known("2026-03-18");
    if (since_152 && year_ >= 2010) all.insert({on(3, 21), on(3, 23)});
    if (known("2012-10-19") && year_ >= 2013) all.insert(on(5, 7));
    if (!since_2026 || year_ <= 2025) all.insert(on(8, 30));
    if (since_2026 && year_ >= 2027) all.insert(on(3, 15));
    if (!since_152 || (since_143 && year_ >= 2022)) all.insert(on(10, 25));
    const bool before_143 = !since_143 || year_ <= 2021;
    if (known("2011-12-14") && year_ >= 2012 && before_143) all.insert(on(12, 1));
    if (before_143) all.insert(on(12, 17));
    return all;
  }

  [[nodiscard]] std::set<Date> days_off() const {
    const std::string_view listed = kKurbanAit[year_ - 2009];
    const Date ait = year_ == 2024 && !known("2024-06-07") ? date("2024-06-17") : date(listed);
    return {on(1, 7), ait};
  }

  [[nodiscard]] std::vector<Move> moves() const {
    std::vector<Move> found;
    for (const Move& move : kMoves) {
      if (move.known_since.empty() || known(move.known_since)) found.push_back(move);
    }
    return found;
  }

 private:
  [[nodiscard]] Date on(unsigned month, unsigned day) const {
    return Date{std::chrono::year{year_} / std::chrono::month{month} / std::chrono::day{day}};
  }
  [[nodiscard]] bool known(std::string_view since) const { return known_on_ >= date(since); }

  Date known_on_;
  int year_;
};

// Worked or not, for each date of 2009-2028, by the law known on that day.
std::map<Date, bool> by_law(Date known_on, Week week) {
  std::map<Date, bool> worked;
  for (int year = 2009; year <= 2028; ++year) {
    const Law law{known_on, year};
    for (Date day{std::chrono::year{year} / 1 / 1}; day <= Date{std::chrono::year{year} / 12 / 31};
         day += days{1}) {
      worked[day] = !is_weekend(day, week);
    }
    const std::set<Date> holidays = law.holidays();
    for (const Date day : holidays) worked[day] = false;
    for (const Date day : law.days_off()) worked[day] = false;
    for (const Date holiday : holidays) {
      if (!is_weekend(holiday, week)) continue;
      Date next = holiday + days{1};
      while (!worked[next]) next += days{1};
      worked[next] = false;
    }
  }
  for (const Move& move : Law{known_on, 2009}.moves()) {
    const Date instead = date(move.worked);
    if (week == Week::six_day && std::chrono::weekday{instead} != std::chrono::Sunday) continue;
    worked[date(move.off)] = false;
    worked[instead] = true;
  }
  return worked;
}

TEST(KazakhstanEditions, AreTheLawAsItStoodOnTheirDay) {
  const CalendarEditions& editions = kazakhstan_editions();
  for (std::size_t i = 0; i < editions.size(); ++i) {
    for (const Week week : {Week::five_day, Week::six_day}) {
      const WorkingCalendar& calendar = editions[i].calendar(week);
      std::size_t compared = 0;
      for (const auto& [day, worked] : by_law(editions[i].known_since, week)) {
        EXPECT_EQ(calendar.is_working(day), worked)
            << editions[i].code << ' ' << code(week) << ' ' << format_date(day);
        ++compared;
      }
      EXPECT_EQ(compared, 7305U);
    }
  }
}

// ---- Publishing on top of them -----------------------------------------------------------------

TEST(KazakhstanEditions, NextDecreeIsPublishedOnTopOfTheLatest) {
  const CalendarEditions& editions = kazakhstan_editions();
  const CalendarEdition next = read_calendar_edition(
      "date,kind,name_en,basis,source,confidence\n"
      "2027-01-08,moved_day_off,,Order 7 of 2026; day off moved from Sun 2027-01-10,x,high\n"
      "2027-01-10,working_weekend,,Order 7 of 2026; day off moved to Fri 2027-01-08,x,high\n",
      "order-7.csv", "Order 7 of 2026", date("2026-12-01"), editions.latest());
  const CalendarEditions longer = editions.with(next);
  EXPECT_EQ(longer.latest().code, "kz-2026-12-01");
  EXPECT_EQ(longer.known_on(date("2026-11-30")).five_day.add(date("2027-01-07"), WorkingDays{1}),
            date("2027-01-08"));
  EXPECT_EQ(longer.known_on(date("2026-12-01")).five_day.add(date("2027-01-07"), WorkingDays{1}),
            date("2027-01-10"));
}

TEST(KazakhstanEditions, CalendarGrowsByTheYear2029) {
  // 7 January is a Sunday and never transferred; 24 April is Kurban Ait, as predicted.
  const CalendarEdition next = read_calendar_edition(
      "date,kind,name_en,basis\n"
      "2029-01-01,holiday,,\n2029-01-02,holiday,,\n2029-01-07,day_off,,\n2029-03-08,holiday,,\n"
      "2029-03-15,holiday,,\n2029-03-21,holiday,,\n2029-03-22,holiday,,\n2029-03-23,holiday,,\n"
      "2029-04-24,day_off,,\n2029-05-01,holiday,,\n2029-05-07,holiday,,\n2029-05-09,holiday,,\n"
      "2029-07-06,holiday,,\n2029-10-25,holiday,,\n2029-12-16,holiday,,\n"
      "2029-12-17,transferred_day_off,,\n",
      "2029.csv", "Balance of 2029", date("2028-12-01"), kazakhstan_editions().latest());
  EXPECT_EQ(next.five_day.last(), date("2029-12-31"));
  EXPECT_EQ(next.five_day.add(date("2028-12-29"), WorkingDays{1}), date("2029-01-03"));
  EXPECT_EQ(next.six_day.add(date("2029-12-15"), WorkingDays{1}), date("2029-12-18"));
}

}  // namespace
}  // namespace reglament
