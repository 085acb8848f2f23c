#include "engine/time/term.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>

namespace reglament {
namespace {

static_assert(!std::is_convertible_v<WorkingDays, CalendarDays>);
static_assert(!std::is_constructible_v<CalendarDays, WorkingDays>);
static_assert(!std::is_convertible_v<int, WorkingDays>);

TEST(Term, IsDescribedWithItsUnit) {
  EXPECT_EQ(describe(WorkingDays{2}), "2 working days");
  EXPECT_EQ(describe(WorkingDays{1}), "1 working day");
  EXPECT_EQ(describe(CalendarDays{0}), "0 calendar days");
  EXPECT_EQ(describe(CalendarMonths{1}), "1 calendar month");
  EXPECT_EQ(describe(WorkingMinutes{20}), "20 working minutes");
}

TEST(Term, CodesAreFrozen) {
  EXPECT_EQ(term_code(WorkingDays{2}), "2wd");
  EXPECT_EQ(term_code(CalendarDays{30}), "30cd");
  EXPECT_EQ(term_code(CalendarMonths{3}), "3cm");
  EXPECT_EQ(term_code(WorkingMinutes{20}), "20wm");
}

TEST(Term, IsReadBackFromItsCode) {
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  for (const Term& term :
       {Term{WorkingDays{0}}, Term{WorkingDays{15}}, Term{CalendarDays{30}},
        Term{CalendarMonths{most}}, Term{WorkingMinutes{20}}, Term{WorkingDays{most}}}) {
    EXPECT_EQ(parse_term_code(term_code(term)), term) << term_code(term);
  }
}

TEST(Term, OtherCodesAreRefused) {
  for (const char* code : {"", "wd", "2", "2 wd", "2WD", "-2wd", "-0wd", "+2wd", "02wd", "00wd",
                           "2wd ", " 2wd", "2wdx", "2d", "2.5wd", "2147483648wd"}) {
    EXPECT_FALSE(parse_term_code(code).has_value()) << code;
  }
}

TEST(TermDeathTest, NegativeTermIsADefect) {
  EXPECT_EXIT(static_cast<void>(term_code(WorkingDays{-1})), ::testing::ExitedWithCode(70),
              "a term is not negative");
}

}  // namespace
}  // namespace reglament
