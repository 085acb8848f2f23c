// The words in which a due date is explained, for the days on which terms are most often counted
// wrongly.
#include "engine/ledger/explanation.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "engine/base/fault.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

using testing::date;
using testing::instant;
using testing::kLocalUnit;
using testing::permit_framework;

struct Example {
  std::string_view term;
  std::string_view start;
  std::string_view due;
  std::string_view calendar = "kz-five-day-2026";
  std::string_view office = kLocalUnit;
};

Deadline deadline_of(const Example& example) {
  const Directory& directory = permit_framework().directory;
  Deadline deadline;
  deadline.scope = Symbol(deadline_scope::service);
  deadline.office = Symbol(example.office);
  deadline.paragraph = Symbol("003 §14");
  deadline.term = deadline.rest = Symbol(example.term);
  deadline.calendar = Symbol(example.calendar);
  deadline.start = date(example.start);
  deadline.since = instant(std::string(example.start) + "T10:00:00+06:00");
  deadline.due = date(example.due);
  deadline.due_at = directory.closing_instant(*directory.find(example.office), deadline.due);
  return deadline;
}

DeadlineStory at_once(const Deadline& deadline) { return {deadline.since, {}}; }

std::string explained(const Deadline& deadline, const DeadlineStory& story) {
  return explain(deadline, story, "border-zone-permit", permit_framework().calendars,
                 permit_framework().directory);
}
std::string explained(const Deadline& deadline) { return explained(deadline, at_once(deadline)); }
std::string explained(const Example& example) { return explained(deadline_of(example)); }

TEST(Explanation, OfAnOrdinaryWeek) {
  EXPECT_EQ(explained({"7wd", "2015-07-13", "2015-07-22"}),
            "due 2015-07-22: 7 working days after 2015-07-13 (003 §14); not counted: 2015-07-18 "
            "and 19 weekend; calendar kz-five-day-2026; ends at closing 18:00");
  EXPECT_EQ(explained({"2wd", "2015-07-13", "2015-07-15"}),
            "due 2015-07-15: 2 working days after 2015-07-13 (003 §14); every day counted; "
            "calendar kz-five-day-2026; ends at closing 18:00");
}

TEST(Explanation, OverTheNewYearOf2016) {
  EXPECT_EQ(explained({"5wd", "2015-12-30", "2016-01-11"}),
            "due 2016-01-11: 5 working days after 2015-12-30 (003 §14); not counted: 2016-01-01 "
            "and 02 New Year's Day (holiday), 2016-01-03 weekend, 2016-01-04 New Year's Day "
            "(transferred day off; Law 267-II of 2001-12-13 art. 5: holiday 2016-01-02 fell on "
            "Sat), 2016-01-07 Orthodox Christmas (day off), 2016-01-09 and 10 weekend; calendar "
            "kz-five-day-2026; ends at closing 18:00");
}

TEST(Explanation, OverTheMovedDaysOfMarch2016) {
  EXPECT_EQ(
      explained({"3wd", "2016-03-03", "2016-03-09"}),
      "due 2016-03-09: 3 working days after 2016-03-03 (003 §14); not counted: 2016-03-06 "
      "weekend, 2016-03-07 Day off moved from 2016-03-05 (moved day off; Government "
      "resolution 67 of 2016-02-15), 2016-03-08 International Women's Day (holiday); "
      "counted too: 2016-03-05 Working day in place of 2016-03-07 (working weekend; Government "
      "resolution 67 of 2016-02-15); calendar kz-five-day-2026; ends at closing 18:00");
}

TEST(Explanation, ByTheEditionThatWasKnownBeforeTheDecree) {
  EXPECT_EQ(explained({"3wd", "2016-03-03", "2016-03-09", "kz-five-day-2014-04-18"}),
            "due 2016-03-09: 3 working days after 2016-03-03 (003 §14); not counted: 2016-03-05 "
            "and 06 weekend, 2016-03-08 International Women's Day (holiday); calendar "
            "kz-five-day-2014-04-18; ends at closing 18:00");
}

TEST(Explanation, OfASixDayWeek) {
  EXPECT_EQ(explained({"4wd", "2015-12-30", "2016-01-06", "kz-six-day-2026"}),
            "due 2016-01-06: 4 working days after 2015-12-30 (003 §14); not counted: 2016-01-01 "
            "and 02 New Year's Day (holiday), 2016-01-03 weekend; calendar kz-six-day-2026; ends "
            "at closing 18:00");
}

TEST(Explanation, SumsUpTheWeekendsOfALongTerm) {
  EXPECT_EQ(explained({"30wd", "2015-07-13", "2015-08-24"}),
            "due 2015-08-24: 30 working days after 2015-07-13 (003 §14); not counted: 12 days of "
            "6 weekends; calendar kz-five-day-2026; ends at closing 18:00");
}

TEST(Explanation, OfCalendarDaysWhoseLastIsOff) {
  EXPECT_EQ(explained({"5cd", "2015-07-13", "2015-07-20"}),
            "due 2015-07-20: 5 calendar days after 2015-07-13 (003 §14); its last day, "
            "2015-07-18, is off: the next working day; not counted: 2015-07-18 and 19 weekend; "
            "calendar kz-five-day-2026; ends at closing 18:00");
  EXPECT_EQ(explained({"7cd", "2015-07-13", "2015-07-20"}),
            "due 2015-07-20: 7 calendar days after 2015-07-13 (003 §14); calendar "
            "kz-five-day-2026; ends at closing 18:00");
  EXPECT_EQ(explained({"1cm", "2016-01-31", "2016-02-29"}),
            "due 2016-02-29: 1 calendar month after 2016-01-31 (003 §14); calendar "
            "kz-five-day-2026; ends at closing 18:00");
}

TEST(Explanation, OfAnOfficeWithoutPublishedHours) {
  EXPECT_EQ(explained({"1wd", "2015-07-13", "2015-07-14", "kz-five-day-2026", "kz.min.mvd.mpc"}),
            "due 2015-07-14: 1 working day after 2015-07-13 (003 §14); every day counted; calendar "
            "kz-five-day-2026; ends at 24:00, no opening hours are published");
}

TEST(Explanation, OfAnEventOutsideTheHoursOfTheOffice) {
  const Deadline deadline = deadline_of({"2wd", "2015-07-20", "2015-07-22"});
  EXPECT_EQ(explained(deadline, {instant("2015-07-17T19:30:00+06:00"), {}}),
            "due 2015-07-22: 2 working days after 2015-07-20 (003 §14); what happened on "
            "2015-07-17 at 19:30 was outside the hours of the office and counts from its next "
            "working moment; every day counted; calendar kz-five-day-2026; ends at closing 18:00");
}

TEST(Explanation, OfTheFirstAndTheLastDayAsTheActCountsThem) {
  Deadline deadline = deadline_of({"3wd", "2015-07-13", "2015-07-15"});
  deadline.rest = Symbol("2wd");
  EXPECT_EQ(explained(deadline),
            "due 2015-07-15: 3 working days of which 2015-07-13 is the first (003 §14); every day "
            "counted; calendar kz-five-day-2026; ends at closing 18:00");
  deadline = deadline_of({"3wd", "2015-07-13", "2015-07-17"});
  deadline.rest = Symbol("4wd");
  EXPECT_EQ(explained(deadline),
            "due 2015-07-17: 3 working days after 2015-07-13 (003 §14), the days of acceptance and "
            "of issue not counted; every day counted; calendar kz-five-day-2026; ends at closing "
            "18:00");
}

TEST(Explanation, OfATermThatIsCountedBack) {
  EXPECT_EQ(explained({"2wd", "2015-07-13", "2015-07-20"}),
            "due 2015-07-20: 2 working days before the service is due (003 §14); calendar "
            "kz-five-day-2026; ends at closing 18:00");
}

TEST(Explanation, OfWorkingMinutes) {
  Deadline deadline = deadline_of({"20wm", "2015-07-13", "2015-07-13"});
  deadline.due_at = instant("2015-07-13T10:20:00+06:00");
  EXPECT_EQ(explained(deadline),
            "due 2015-07-13 at 10:20: 20 working minutes after 2015-07-13 (003 §14), from 10:00 "
            "on; calendar kz-five-day-2026");
}

// The entries of one deadline: set, then these changes.
class ExplanationOfActs : public ::testing::Test {
 protected:
  ExplanationOfActs() { change("2015-07-13T10:00:00+06:00", deadline_change::set); }

  DeadlineChange& change(std::string_view at, std::string_view what) {
    Entry entry;
    entry.at = instant(at);
    entry.paragraph = "004.4 §7";
    DeadlineChange made;
    made.change = what;
    made.scope = deadline_scope::service;
    made.old_due = date("2015-07-14");
    entry.deadlines.push_back(made);
    entries_.push_back(std::move(entry));
    return entries_.back().deadlines.front();
  }

  std::string explained(const Deadline& deadline) {
    DeadlineStories stories;
    for (const Entry& entry : entries_) stories.add(entry);
    return reglament::explained(deadline, stories.of(0));
  }

  std::deque<Entry> entries_;
};

TEST_F(ExplanationOfActs, ExtendedFromTheOriginalStart) {
  change("2015-07-14T12:00:00+06:00", deadline_change::extended).term = "30wd";
  EXPECT_EQ(explained(deadline_of({"30wd", "2015-07-13", "2015-08-24"})),
            "due 2015-08-24: 30 working days after 2015-07-13 (003 §14); not counted: 12 days of "
            "6 weekends; calendar kz-five-day-2026; ends at closing 18:00; extended 2015-07-14 to "
            "30 working days (004.4 §7), was due 2015-07-14");
}

TEST_F(ExplanationOfActs, SuspendedAndResumedWithWhatWasLeft) {
  change("2015-07-14T12:00:00+06:00", deadline_change::suspended).rest = "3wd";
  Deadline deadline = deadline_of({"5wd", "2015-07-13", "2015-07-20"});
  deadline.suspended_at = instant("2015-07-14T12:00:00+06:00");
  deadline.rest = Symbol("3wd");
  EXPECT_EQ(explained(deadline),
            "stands still: 3 working days left of 5 working days (003 §14); suspended 2015-07-14 "
            "with 3 working days left (004.4 §7)");
  change("2015-07-22T12:00:00+06:00", deadline_change::resumed);
  deadline.suspended_at.reset();
  deadline.since = instant("2015-07-22T12:00:00+06:00");
  deadline.due = date("2015-07-27");
  deadline.due_at = instant("2015-07-27T18:00:00+06:00");
  EXPECT_EQ(explained(deadline),
            "due 2015-07-27: 3 working days, left of 5 working days, after 2015-07-22 (003 §14); "
            "not counted: 2015-07-25 and 26 weekend; calendar kz-five-day-2026; ends at closing "
            "18:00; suspended 2015-07-14 with 3 working days left (004.4 §7); resumed 2015-07-22 "
            "(004.4 §7), was due 2015-07-14");
}

TEST_F(ExplanationOfActs, SuspendedAfterItHadRunOut) {
  change("2015-07-14T18:00:00+06:00", deadline_change::expired);
  change("2015-07-15T12:00:00+06:00", deadline_change::suspended).rest = "2wd";  // to the next rung
  Deadline deadline = deadline_of({"1wd", "2015-07-13", "2015-07-14"});
  deadline.expired = true;
  deadline.suspended_at = instant("2015-07-15T12:00:00+06:00");
  deadline.rest = Symbol("2wd");
  EXPECT_EQ(explained(deadline),
            "stands still: 1 working day (003 §14) had run out; suspended 2015-07-15 (004.4 §7)");
  change("2015-07-22T12:00:00+06:00", deadline_change::resumed);
  deadline.suspended_at.reset();
  deadline.since = instant("2015-07-22T12:00:00+06:00");
  EXPECT_EQ(explained(deadline),
            "due 2015-07-14: 1 working day (003 §14) had run out before it stood still; calendar "
            "kz-five-day-2026; ends at closing 18:00; suspended 2015-07-15 (004.4 §7); resumed "
            "2015-07-22 (004.4 §7), was due 2015-07-14");
}

TEST_F(ExplanationOfActs, MovedByADecree) {
  entries_.front().at = instant("2016-02-12T10:00:00+06:00");
  change("2016-02-15T09:00:00+06:00", deadline_change::moved);
  entries_.back().kind = entry_kind::calendar;
  entries_.back().ground = "Government resolution 67 of 2016-02-15";
  EXPECT_EQ(explained(deadline_of({"16wd", "2016-02-12", "2016-03-05"})),
            "due 2016-03-05: 16 working days after 2016-02-12 (003 §14); not counted: 2016-02-13 "
            "and 14 weekend, 2016-02-20 and 21 weekend, 2016-02-27 and 28 weekend; counted too: "
            "2016-03-05 Working day in place of 2016-03-07 (working weekend; Government resolution "
            "67 of 2016-02-15); calendar kz-five-day-2026; ends at closing 13:00; moved 2016-02-15 "
            "(Government resolution 67 of 2016-02-15), was due 2015-07-14");
}

TEST_F(ExplanationOfActs, BelongToTheDeadlineThatWasOpen) {
  change("2015-07-14T12:00:00+06:00", deadline_change::met);
  change("2015-07-14T12:00:00+06:00", deadline_change::set);
  change("2015-07-15T12:00:00+06:00", deadline_change::restarted);
  DeadlineStories stories;
  for (const Entry& entry : entries_) stories.add(entry);
  EXPECT_TRUE(stories.of(0).acts.empty());
  ASSERT_EQ(stories.of(1).acts.size(), 1U);
  EXPECT_EQ(stories.of(1).acts[0].change, deadline_change::restarted);
  EXPECT_EQ(stories.of(1).set_at, instant("2015-07-14T12:00:00+06:00"));
}

TEST(Explanation, AnUnknownCalendarIsAFault) {
  EXPECT_THROW(explained({"1wd", "2015-07-13", "2015-07-14", "kz-five-day-2031"}), Unavailable);
}

}  // namespace
}  // namespace reglament
