#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/time/civil.hpp"
#include "engine/time/term.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::minutes;

TEST(Date, EveryDateOfTheYears1To9999IsReadBack) {
  const Date last = date("9999-12-31");
  int read = 0;
  for (Date day = date("0001-01-01"); day <= last; day += days{1}) {
    ASSERT_EQ(parse_date(format_date(day)), day) << format_date(day);
    ++read;
  }
  EXPECT_EQ(read, 3652059);
}

RC_GTEST_PROP(Instant, IsReadBackWithEveryOffset, ()) {
  // A day away from both ends, so that the offset cannot leave the years.
  const auto first = instant("0001-01-02T00:00:00Z").time_since_epoch().count();
  const auto last = instant("9999-12-30T00:00:00Z").time_since_epoch().count();
  const Instant at{microseconds{*rc::gen::inRange(first, last)}};
  const minutes offset{*rc::gen::inRange(-1439, 1440)};
  const std::string text = format_instant(at, offset);
  RC_ASSERT(parse_instant(text) == at);
  RC_ASSERT(text.ends_with('Z') == (offset == minutes{0}));
}

RC_GTEST_PROP(Instant, WhatIsReadFromAnyTextIsWrittenAndReadBack, ()) {
  // One change to a good text: mostly refused, and where it is not, it means what it says.
  std::string text = "2015-07-14T10:15:00.250000+06:00";
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::elementOf(std::string{"0123456789-+:.TZtz "});
  const auto read = parse_instant(text);
  if (!read) return;
  const auto offset = *rc::gen::inRange(-1439, 1440);
  RC_ASSERT(parse_instant(format_instant(*read, minutes{offset})) == read);
}

RC_GTEST_PROP(Duration, IsTheSumOfItsComponents, ()) {
  const auto day = *rc::gen::inRange(0, 100000);
  const auto hour = *rc::gen::inRange(0, 100000);
  const auto minute = *rc::gen::inRange(0, 100000);
  const auto second = *rc::gen::inRange(0, 100000);
  const std::string text = fmt::format("P{}DT{}H{}M{}S", day, hour, minute, second);
  const microseconds expected =
      days{day} + std::chrono::hours{hour} + minutes{minute} + std::chrono::seconds{second};
  RC_ASSERT(parse_duration(text) == expected);
}

RC_GTEST_PROP(Term, IsReadBackFromItsCode, ()) {
  const auto number = *rc::gen::inRange<std::int32_t>(0, 2147483647);
  const Term term = *rc::gen::element(Term{WorkingDays{number}}, Term{CalendarDays{number}},
                                      Term{CalendarMonths{number}}, Term{WorkingMinutes{number}});
  RC_ASSERT(parse_term_code(term_code(term)) == term);
}

}  // namespace
}  // namespace reglament
