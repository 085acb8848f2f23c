// How an engine follows the calendar: decrees published into the database, editions of the program
// whose day comes, restarts and failed commits in the middle of it.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <set>

#include "engine/casework/apply.hpp"
#include "engine/casework/deadline.hpp"
#include "engine/runtime/calendar_course.hpp"
#include "engine/runtime/standing_checks.hpp"
#include "engine/time/calendar_file.hpp"
#include "tests/support/hosted_engine.hpp"

namespace reglament {
namespace {

using testing::answer_of;
using testing::complete_filing;
using testing::date;
using testing::EngineUnderTest;
using testing::instant;
using testing::kLocalUnit;
using testing::MemoryStore;
using testing::permit_framework;

CalendarPublication decree(const std::string& days) {
  return {"decree.csv", "date,kind\n" + days, "Resolution 1", {}};
}

// The program of a country in which 17 and 20 July 2015 are known to be off since 16 July.
const Framework& july_framework() {
  static const Framework framework = [] {
    const Framework& law = permit_framework();
    const CalendarEditions before = law.calendars.until(date("2015-07-01"));
    return Framework{law.catalogue, law.directory,
                     before.with(read_calendar_edition(
                         "date,kind\n2015-07-17,day_off\n2015-07-20,day_off\n", "july",
                         "Resolution of July", date("2015-07-16"), before.latest())),
                     law.warn_before};
  }();
  return framework;
}

class FollowingEngine : public ::testing::Test {
 protected:
  const Instant start_ = instant("2015-07-14T10:15:00+06:00");
  MemoryStore store_{{3, true, start_, ""}};

  Case stored_case(CaseNumber number) { return decode_case(*store_.reader()->case_state(number)); }
  Date due_of(CaseNumber number) { return stored_case(number).service_deadline()->due; }
  std::vector<Entry> calendar_entries() {
    std::vector<Entry> found;
    for (const auto& [place, stored] : store_.tables().entries) {
      const Entry entry = decode_entry(stored.bytes);
      if (entry.kind == entry_kind::calendar) found.push_back(entry);
    }
    return found;
  }
  void expect_followed(std::string_view code) {
    for (const auto& [log, row] : store_.tables().logs) EXPECT_EQ(row.calendar, code) << log;
  }
  void expect_sound() {
    const auto reader = store_.reader();
    const StandingReport report =
        run_standing_checks(*reader, *reader->settings().clock_now, permit_framework());
    for (const StandingFinding& finding : report.findings) ADD_FAILURE() << finding.text;
  }
};

TEST_F(FollowingEngine, PublishedDecreeMovesOpenDeadlinesAndIsCounted) {
  EngineUnderTest engine(store_, start_);
  const CaseNumber number = engine.file(complete_filing("r-1")).case_number;
  EXPECT_EQ(due_of(number), date("2015-07-23"));
  const PublicationReply reply = engine.publish(decree("2015-07-15,day_off\n2015-07-20,day_off\n"));
  EXPECT_EQ(reply.edition, "kz-2015-07-14");
  EXPECT_EQ(reply.changed, 2U);  // the service's and the first step's
  EXPECT_EQ(due_of(number), date("2015-07-27"));
  const auto entries = calendar_entries();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].ground, "Resolution 1");
  EXPECT_EQ(entries[0].at, start_);
  ASSERT_EQ(entries[0].deadlines.size(), 2U);
  EXPECT_EQ(entries[0].deadlines[0].old_due, date("2015-07-23"));
  EXPECT_EQ(entries[0].deadlines[0].due, date("2015-07-27"));
  EXPECT_EQ(entries[0].deadlines[1].old_due, date("2015-07-15"));
  EXPECT_EQ(entries[0].deadlines[1].due, date("2015-07-16"));
  expect_followed("kz-2015-07-14");
  expect_sound();
}

TEST_F(FollowingEngine, NewDeadlinesCountWithThePublishedEdition) {
  EngineUnderTest engine(store_, start_);
  EXPECT_EQ(engine.publish(decree("2015-07-15,day_off\n")).changed, 0U);
  EXPECT_EQ(engine.file(complete_filing("r-1")).due_date, date("2015-07-24"));
  const Case state = stored_case(engine.file(complete_filing("r-2")).case_number);
  EXPECT_EQ(state.service_deadline()->calendar.view(), "kz-five-day-2015-07-14");
}

TEST_F(FollowingEngine, EditionLivesOnAfterARestart) {
  CaseNumber number{};
  {
    EngineUnderTest engine(store_, start_);
    number = engine.file(complete_filing("r-1")).case_number;
    engine.publish(decree("2015-07-15,day_off\n"));
  }
  EngineUnderTest engine(store_, start_);
  EXPECT_EQ(engine.file(complete_filing("r-2")).due_date, date("2015-07-24"));
  EXPECT_EQ(due_of(number), date("2015-07-24"));
  EXPECT_EQ(calendar_entries().size(), 1U);
}

TEST_F(FollowingEngine, SameDecreeAgainPublishesNothing) {
  EngineUnderTest engine(store_, start_);
  engine.file(complete_filing("r-1"));
  engine.publish(decree("2015-07-15,day_off\n"));
  const PublicationReply again = engine.publish(decree("2015-07-15,day_off\n"));
  EXPECT_EQ(again.edition, "kz-2015-07-14");
  EXPECT_EQ(again.changed, 0U);
  EXPECT_EQ(store_.tables().calendar_editions.size(), 1U);
}

TEST_F(FollowingEngine, WrongDecreeChangesNothing) {
  EngineUnderTest engine(store_, start_);
  engine.file(complete_filing("r-1"));
  const std::size_t entries = store_.tables().entries.size();
  CalendarPublication future = decree("2015-07-15,day_off\n");
  future.known_from = date("2015-07-15");
  CalendarPublication past = decree("2015-07-15,day_off\n");
  past.known_from = date("2014-04-18");  // since when the edition in use is known
  EXPECT_THROW(engine.publish(future), BadInput);
  EXPECT_THROW(engine.publish(past), BadInput);
  EXPECT_THROW(engine.publish(decree("2015-07-15,day_off\n2015-07-15,day_off\n")), BadInput);
  EXPECT_THROW(engine.publish(decree("2015-07-15,moved_day_off\n")), BadInput);
  EXPECT_TRUE(store_.tables().calendar_editions.empty());
  EXPECT_EQ(store_.tables().entries.size(), entries);
  EXPECT_EQ(engine.file(complete_filing("r-2")).due_date, date("2015-07-23"));
}

TEST_F(FollowingEngine, WhatExpiredBeforeStaysExpired) {
  EngineUnderTest engine(store_, start_);
  const CaseNumber number = engine.file(complete_filing("r-1")).case_number;
  engine.engine().advance_clock(instant("2015-07-16T09:00:00+06:00"));
  engine.publish(decree("2015-07-15,day_off\n"));
  const Case state = stored_case(number);
  EXPECT_EQ(state.deadlines[1].due, date("2015-07-15"));
  EXPECT_TRUE(state.deadlines[1].expired);
  EXPECT_EQ(state.deadlines[0].due, date("2015-07-24"));
  EXPECT_FALSE(state.deadlines[0].expired);
}

TEST_F(FollowingEngine, DeadlineThatMovesIntoThePastExpiresAtThePublication) {
  // 16 July becomes a working day after all, told at noon of the 20th.
  EngineUnderTest engine(store_, start_);
  engine.publish(decree("2015-07-15,day_off\n2015-07-16,day_off\n2015-07-17,day_off\n"));
  const CaseNumber number = engine.file(complete_filing("r-1")).case_number;
  ASSERT_EQ(stored_case(number).deadlines[1].due, date("2015-07-20"));
  engine.engine().advance_clock(instant("2015-07-20T12:00:00+06:00"));
  engine.publish(decree("2015-07-16,ordinary\n"));
  const Case state = stored_case(number);
  EXPECT_EQ(state.deadlines[1].due, date("2015-07-16"));
  EXPECT_EQ(state.deadlines[1].due_at, instant("2015-07-20T12:00:00+06:00"));
  EXPECT_TRUE(state.deadlines[1].expired);
  const auto entries = store_.tables().entries;
  const Entry last = decode_entry(entries.rbegin()->second.bytes);
  EXPECT_EQ(last.kind, entry_kind::expired);
  EXPECT_EQ(last.at, instant("2015-07-20T12:00:00+06:00"));
  expect_sound();
}

TEST_F(FollowingEngine, EditionOfTheProgramIsFollowedWhenItsDayComes) {
  EngineUnderTest engine(store_, start_, {}, july_framework());
  const CaseNumber number = engine.file(complete_filing("r-1")).case_number;
  EXPECT_EQ(due_of(number), date("2015-07-23"));
  engine.engine().advance_clock(instant("2015-07-15T23:59:00+06:00"));
  EXPECT_TRUE(calendar_entries().empty());
  engine.engine().advance_clock(instant("2015-07-25T00:00:00+06:00"));
  EXPECT_EQ(due_of(number), date("2015-07-27"));
  const auto entries = calendar_entries();
  ASSERT_EQ(entries.size(), 1U);
  // At the moment at which the day has begun in the last zone of the country.
  EXPECT_EQ(entries[0].at, instant("2015-07-16T00:00:00+05:00"));
  EXPECT_EQ(entries[0].noticed_at, entries[0].at);
  EXPECT_FALSE(stored_case(number).service_deadline()->expired);
  expect_followed("kz-2015-07-16");
}

TEST_F(FollowingEngine, EditionThatCameWhileNobodyRanIsFollowedBeforeWhatFellDueAfterIt) {
  CaseNumber number{};
  {
    EngineUnderTest engine(store_, start_, {}, july_framework());
    number = engine.file(complete_filing("r-1")).case_number;
  }
  const Instant later = instant("2015-07-24T09:00:00+06:00");  // the old date has passed
  EngineUnderTest engine(store_, later, {}, july_framework());
  engine.engine().advance_clock(later);
  const Case state = stored_case(number);
  EXPECT_EQ(state.service_deadline()->due, date("2015-07-27"));
  EXPECT_FALSE(state.service_deadline()->expired);
  EXPECT_TRUE(state.deadlines[1].expired) << "the step's term had run out on the 15th";
  const auto entries = calendar_entries();
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].at, instant("2015-07-16T00:00:00+05:00"));
  EXPECT_EQ(entries[0].noticed_at, later);
  expect_sound();
}

TEST_F(FollowingEngine, PublishedDecreeOutlivesTheNextEditionOfTheProgram) {
  EngineUnderTest engine(store_, start_, {}, july_framework());
  const CaseNumber number = engine.file(complete_filing("r-1")).case_number;
  engine.publish(decree("2015-07-22,day_off\n"));
  EXPECT_EQ(due_of(number), date("2015-07-24"));
  engine.engine().advance_clock(instant("2015-07-16T12:00:00+06:00"));
  EXPECT_EQ(due_of(number), date("2015-07-28"));
  expect_followed("kz-2015-07-16+2015-07-14");
}

// A commit whose outcome is unknown ends an engine as a kill does: what was committed is there, the
// rest is not, and the next engine goes on.
TEST_F(FollowingEngine, GoesOnWhereItWasEndedAndMovesEachDeadlineOnce) {
  constexpr int kCases = 3000;
  {
    EngineUnderTest engine(store_, start_);
    for (int i = 0; i < kCases; ++i) {
      engine.engine().file(complete_filing(std::to_string(i)), [](auto, const auto&) {});
    }
    engine.engine().drain();
  }
  int ends = 0;
  for (std::uint64_t changed = 1, runs = 0; changed != 0; ++runs) {
    ASSERT_LT(runs, 10U);
    int commits = 0;
    store_.after_commit = [&](const Batch&) {
      if (runs < 3 && ++commits == 2) throw CommitUnknown("killed");
    };
    EngineUnderTest engine(store_, start_);
    try {
      changed = engine.publish(decree("2015-07-15,day_off\n")).changed;
      if (runs > 3) {
        EXPECT_EQ(changed, 0U);
      }
    } catch (const CommitUnknown&) {
      ++ends;
    }
  }
  store_.after_commit = nullptr;
  EXPECT_EQ(ends, 3);
  std::set<std::pair<CaseNumber, std::string>> moved;
  for (const Entry& entry : calendar_entries()) {
    for (const DeadlineChange& change : entry.deadlines) {
      EXPECT_TRUE(moved.emplace(entry.case_number, change.scope).second) << "moved twice";
    }
  }
  EXPECT_EQ(moved.size(), 2U * kCases);
  expect_followed("kz-2015-07-14");
  expect_sound();
}

TEST_F(FollowingEngine, FullDiskInTheMiddleIsToldAndTheRestFollowsLater) {
  EngineUnderTest engine(store_, start_);
  const CaseNumber number = engine.file(complete_filing("r-1")).case_number;
  std::atomic<bool> full = true;
  store_.before_commit = [&](const Batch& batch) {
    if (full && !batch.entries.empty()) throw Unavailable("full");
  };
  EXPECT_THROW(engine.publish(decree("2015-07-15,day_off\n")), Unavailable);
  EXPECT_EQ(store_.tables().calendar_editions.size(), 1U);
  EXPECT_EQ(due_of(number), date("2015-07-23"));
  full = false;
  engine.publish(decree("2015-07-15,day_off\n"));
  EXPECT_EQ(due_of(number), date("2015-07-24"));
  EXPECT_EQ(calendar_entries().size(), 1U);
}

// Random case lives, decrees and moves of the clock: afterwards each running deadline is what the
// edition in use counts from scratch, and no entry moved anything to where it stood.
TEST_F(FollowingEngine, FollowingEqualsCountingFromScratch) {
  std::size_t moved = 0;
  const unsigned first = std::random_device{}();
  for (unsigned seed = first; seed != first + 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto pick = [&](int last) { return std::uniform_int_distribution(0, last)(random); };
    MemoryStore store({2, true, start_, ""});
    auto engine =
        std::make_unique<EngineUnderTest>(store, start_, EngineSettings{}, july_framework());
    for (int step = 0; step < 60; ++step) {
      const Instant now = engine->engine().now();
      const int what = pick(9);
      if (what < 3) {
        engine->file(complete_filing("r-" + std::to_string(step)));
      } else if (what < 5) {
        const CaseNumber number = 1 + static_cast<CaseNumber>(pick(9));
        engine->answer(answer_of(number, 1 + static_cast<std::uint32_t>(pick(1)), kLocalUnit,
                                 pick(1) == 0 ? "accepted" : "forwarded"));
      } else if (what < 7) {
        engine->engine().advance_clock(now + std::chrono::hours(1 + pick(30)));
      } else if (what == 7) {
        engine.reset();
        engine = std::make_unique<EngineUnderTest>(store, now, EngineSettings{}, july_framework());
      } else {
        const Date day =
            permit_framework().directory.date_everywhere(now) + std::chrono::days(1 + pick(6));
        try {
          engine->publish(decree(format_date(day) + (pick(1) == 0 ? ",day_off\n" : ",ordinary\n")));
        } catch (const BadInput&) {
          continue;  // one decree a day
        }
      }
    }
    const Instant now = engine->engine().now();
    engine.reset();
    const auto reader = store.reader();
    const CalendarCourse course(july_framework().calendars, reader->calendar_editions(),
                                permit_framework().directory);
    const OfficeIndex office = *permit_framework().directory.find(kLocalUnit);
    const Date today = permit_framework().directory.civil_date(office, now);
    // In the hour in which the day has begun here and not yet in the last zone there are both.
    if (course.editions().known_on(today).code != course.in_use(now)) continue;
    const CalendarEdition& edition = *course.editions().find(course.in_use(now));
    for (const auto& [number, row] : store.tables().cases) {
      for (const Deadline& deadline : decode_case(row.state).deadlines) {
        if (!deadline.is_open() || deadline.expired) continue;
        const DeadlineDates scratch = TermCount(permit_framework().directory, edition.five_day,
                                                office, "border-zone-permit", WorkingDays{1})
                                          .dates(*parse_term_code(deadline.rest.view()),
                                                 LastDay::next_working, deadline.since, now);
        EXPECT_EQ(deadline.due, scratch.due) << number;
      }
    }
    for (const auto& [place, stored] : store.tables().entries) {
      const Entry entry = decode_entry(stored.bytes);
      if (entry.kind != entry_kind::calendar) continue;
      for (const DeadlineChange& change : entry.deadlines) {
        EXPECT_NE(change.old_due, change.due);
        ++moved;
      }
    }
    const StandingReport report = run_standing_checks(*reader, now, permit_framework());
    for (const StandingFinding& finding : report.findings) ADD_FAILURE() << finding.text;
    if (HasFailure()) return;
  }
  EXPECT_GT(moved, 50U);
}

}  // namespace
}  // namespace reglament
