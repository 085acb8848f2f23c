// Every start of 2009-2028 and every term up to 260 working days, against a walk day by day that
// knows nothing of the tables.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

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

class EveryTerm : public ::testing::TestWithParam<Week> {};

TEST_P(EveryTerm, EqualsAWalkForward) {
  const WorkingCalendar& calendar = kazakhstan(GetParam());
  const std::vector<bool> worked = worked_days(calendar);
  ASSERT_EQ(worked.size(), 7305U);
  std::size_t checked = 0;
  for (std::size_t start = 0; start < worked.size(); ++start) {
    const Date from = calendar.first() + days{start};
    ASSERT_EQ(calendar.is_working(from), worked[start]) << format_date(from);
    std::int32_t term = 0;
    for (std::size_t at = start + 1; at < worked.size() && term < kLongestTerm; ++at) {
      const Date to = calendar.first() + days{at};
      if (worked[at]) {
        ++term;
        ASSERT_EQ(calendar.add(from, WorkingDays{term}), to) << format_date(from) << ' ' << term;
        ++checked;
      }
      ASSERT_EQ(calendar.count(from, to).days, term) << format_date(from);
    }
    if (term < kLongestTerm) {
      ASSERT_THROW(static_cast<void>(calendar.add(from, WorkingDays{term + 1})), OutsideCalendar);
    }
  }
  EXPECT_GT(checked, 1800000U);
}

TEST_P(EveryTerm, EqualsAWalkBackward) {
  const WorkingCalendar& calendar = kazakhstan(GetParam());
  const std::vector<bool> worked = worked_days(calendar);
  for (std::size_t start = 0; start < worked.size(); ++start) {
    const Date from = calendar.first() + days{start};
    std::int32_t term = 0;
    for (std::size_t at = start; at-- > 0 && term < kLongestTerm;) {
      if (!worked[at]) continue;
      ++term;
      ASSERT_EQ(calendar.subtract(from, WorkingDays{term}), calendar.first() + days{at})
          << format_date(from) << ' ' << term;
    }
    if (term < kLongestTerm) {
      ASSERT_THROW(static_cast<void>(calendar.subtract(from, WorkingDays{term + 1})),
                   OutsideCalendar);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(BothWeeks, EveryTerm, ::testing::Values(Week::five_day, Week::six_day),
                         [](const auto& week) { return std::string(code(week.param)) + "Day"; });

}  // namespace
}  // namespace reglament
