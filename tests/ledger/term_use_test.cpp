#include "engine/ledger/term_use.hpp"

#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

using testing::instant;
using testing::kLocalUnit;
using testing::permit_framework;

Deadline deadline(std::string_view since, std::string_view due_at, std::string_view ended_at) {
  Deadline made;
  made.scope = Symbol(deadline_scope::step);
  made.office = Symbol(kLocalUnit);
  made.calendar = Symbol("kz-five-day-2026");
  made.term = made.rest = Symbol("1wd");
  made.since = instant(since);
  made.due_at = instant(due_at);
  if (!ended_at.empty()) made.ended_at = instant(ended_at);
  return made;
}

std::optional<TermUse::Minutes> minutes(const Deadline& one, const Counting& counting = {}) {
  TermUse use(permit_framework().directory, permit_framework().calendars);
  return use.minutes(one, Symbol("border-zone-permit"), counting);
}

TEST(TermUse, CountsTheHoursOfTheOfficeOnly) {
  // Offered on Friday at 16:00, answered on Monday at 10:00, due on Monday at 18:00. The unit works
  // from 9 to 18 with a break from 13:00 to 14:30.
  const auto found = minutes(deadline("2015-07-17T16:00:00+06:00", "2015-07-20T18:00:00+06:00",
                                      "2015-07-20T10:00:00+06:00"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->worked, WorkingMinutes{120 + 60});
  EXPECT_EQ(found->term, WorkingMinutes{120 + 450});
  EXPECT_EQ(found->share(), 180 * 10'000 / 570);
}

TEST(TermUse, OfALateAnswerIsMoreThanTheTerm) {
  const auto found = minutes(deadline("2015-07-16T18:00:00+06:00", "2015-07-17T18:00:00+06:00",
                                      "2015-07-20T18:00:00+06:00"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->share(), 20'000);
}

TEST(TermUse, OfATermWithoutAWorkingMinuteThereIsNoShare) {
  const auto found = minutes(deadline("2015-07-17T18:00:00+06:00", "2015-07-17T18:00:00+06:00",
                                      "2015-07-20T10:00:00+06:00"));
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->share().has_value());
}

TEST(TermUse, IsNotMeasuredWhereTheTermStoodStill) {
  Deadline one = deadline("2015-07-17T16:00:00+06:00", "2015-07-20T18:00:00+06:00",
                          "2015-07-20T10:00:00+06:00");
  one.term = Symbol("7wd");  // resumed with one day left
  EXPECT_FALSE(minutes(one).has_value());
  // The act counts the day of the event: one day less is the whole term.
  one.term = Symbol("2wd");
  EXPECT_TRUE(minutes(one, {StartRule::event_day, false, {}}).has_value());
}

TEST(TermUse, IsNotMeasuredWhileOpenNorBeyondTheCalendar) {
  EXPECT_FALSE(
      minutes(deadline("2015-07-17T18:00:00+06:00", "2015-07-20T18:00:00+06:00", "")).has_value());
  EXPECT_FALSE(minutes(deadline("2028-12-29T18:00:00+05:00", "2028-12-29T18:00:00+05:00",
                                "2029-01-20T10:00:00+05:00"))
                   .has_value());
}

TEST(TermUse, AnUnknownOfficeOrCalendarIsAFault) {
  Deadline one = deadline("2015-07-17T16:00:00+06:00", "2015-07-20T18:00:00+06:00",
                          "2015-07-20T10:00:00+06:00");
  one.calendar = Symbol("kz-five-day-2031");
  EXPECT_THROW(static_cast<void>(minutes(one)), Unavailable);
  one.office = Symbol("kz.nowhere");
  EXPECT_THROW(static_cast<void>(minutes(one)), Unavailable);
}

}  // namespace
}  // namespace reglament
