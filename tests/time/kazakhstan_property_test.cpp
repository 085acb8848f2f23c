// Every start of 2009-2028 and every term up to 260 working days, in every edition, against a walk
// day by day that knows nothing of the tables.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "engine/time/calendar_changes.hpp"
#include "processes/calendars/kazakhstan.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace {

using std::chrono::days;

constexpr std::int32_t kLongestTerm = 260;

// Worked or not, for each date of the calendar in order.
std::vector<bool> worked_days(const WorkingCalendar& calendar) {
  std::map<Date, DayKind> special;
  for (const SpecialDay& day : calendar.special_days()) special[day.date] = day.kind;
  std::vector<bool> worked;
  for (Date date = calendar.first(); date <= calendar.last(); date += days{1}) {
    const auto found = special.find(date);
    const std::chrono::weekday day{date};
    const bool weekend = day == std::chrono::Sunday ||
                         (day == std::chrono::Saturday && calendar.week() == Week::five_day);
    worked.push_back(found == special.end() ? !weekend : found->second == DayKind::working_weekend);
  }
  return worked;
}

// Asserted once a loop and not once a step: there are eighty million steps.
std::size_t count_wrong_walks_forward(const WorkingCalendar& calendar, std::size_t& checked) {
  const std::vector<bool> worked = worked_days(calendar);
  std::size_t wrong = 0;
  for (std::size_t start = 0; start < worked.size(); ++start) {
    const Date from = calendar.first() + days{start};
    wrong += calendar.is_working(from) == worked[start] ? 0 : 1;
    std::int32_t term = 0;
    for (std::size_t at = start + 1; at < worked.size() && term < kLongestTerm; ++at) {
      const Date to = calendar.first() + days{at};
      if (worked[at]) {
        ++term;
        wrong += calendar.add(from, WorkingDays{term}) == to ? 0 : 1;
        ++checked;
      }
      wrong += calendar.count(from, to).days == term ? 0 : 1;
    }
  }
  return wrong;
}

std::size_t count_wrong_walks_backward(const WorkingCalendar& calendar) {
  const std::vector<bool> worked = worked_days(calendar);
  std::size_t wrong = 0;
  for (std::size_t start = 0; start < worked.size(); ++start) {
    const Date from = calendar.first() + days{start};
    std::int32_t term = 0;
    for (std::size_t at = start; at-- > 0 && term < kLongestTerm;) {
      if (!worked[at]) continue;
      ++term;
      const Date to = calendar.first() + days{at};
      wrong += calendar.subtract(from, WorkingDays{term}) == to ? 0 : 1;
    }
  }
  return wrong;
}

// The last dates of the calendar, whose terms run out of it.
void expect_no_answer_beyond(const WorkingCalendar& calendar) {
  for (Date from = calendar.last() - days{30}; from <= calendar.last(); from += days{1}) {
    const std::int32_t left = calendar.count(from, calendar.last()).days;
    EXPECT_THROW(static_cast<void>(calendar.add(from, WorkingDays{left + 1})), OutsideCalendar);
  }
  for (Date from = calendar.first(); from <= calendar.first() + days{30}; from += days{1}) {
    const std::int32_t before = from == calendar.first()
                                    ? 0
                                    : calendar.count(calendar.first(), from - days{1}).days +
                                          (calendar.is_working(calendar.first()) ? 1 : 0);
    EXPECT_THROW(static_cast<void>(calendar.subtract(from, WorkingDays{before + 1})),
                 OutsideCalendar);
  }
}

class EveryTerm : public ::testing::TestWithParam<Week> {};

TEST_P(EveryTerm, EqualsAWalkForwardInEveryEdition) {
  const CalendarEditions& editions = kazakhstan_editions();
  for (std::size_t i = 0; i < editions.size(); ++i) {
    std::size_t checked = 0;
    EXPECT_EQ(count_wrong_walks_forward(editions[i].calendar(GetParam()), checked), 0U)
        << editions[i].code;
    EXPECT_GT(checked, 1800000U);
  }
}

TEST_P(EveryTerm, EqualsAWalkBackwardInEveryEdition) {
  const CalendarEditions& editions = kazakhstan_editions();
  for (std::size_t i = 0; i < editions.size(); ++i) {
    EXPECT_EQ(count_wrong_walks_backward(editions[i].calendar(GetParam())), 0U) << editions[i].code;
  }
}

TEST_P(EveryTerm, HasNoAnswerBeyondTheYearsOfAnyEdition) {
  const CalendarEditions& editions = kazakhstan_editions();
  for (std::size_t i = 0; i < editions.size(); ++i) {
    expect_no_answer_beyond(editions[i].calendar(GetParam()));
  }
}

// A calendar with a day less of work is never earlier, and two editions agree on each term that
// touches no changed date: only such deadlines can move.
TEST_P(EveryTerm, MovesBetweenEditionsOnlyOverAChangedDate) {
  const CalendarEditions& editions = kazakhstan_editions();
  for (std::size_t i = 1; i < editions.size(); ++i) {
    const WorkingCalendar& before = editions[i - 1].calendar(GetParam());
    const WorkingCalendar& after = editions[i].calendar(GetParam());
    const std::vector<Date> changed = changes_between(before, after);
    std::size_t wrong = 0;
    for (Date from = before.first(); from < before.last() - days{120}; from += days{1}) {
      for (const std::int32_t term : {1, 2, 7, 15, 30}) {
        const Date due = before.add(from, WorkingDays{term});
        if (after.add(from, WorkingDays{term}) == due) continue;
        const auto first = std::upper_bound(changed.begin(), changed.end(), from);
        const Date latest = std::max(due, after.add(from, WorkingDays{term}));
        wrong += first != changed.end() && *first <= latest ? 0 : 1;
      }
    }
    EXPECT_EQ(wrong, 0U) << editions[i].code;
  }
}

INSTANTIATE_TEST_SUITE_P(BothWeeks, EveryTerm, ::testing::Values(Week::five_day, Week::six_day),
                         [](const auto& week) { return std::string(code(week.param)) + "Day"; });

}  // namespace
}  // namespace reglament
