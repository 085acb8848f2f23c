// The zones of Kazakhstan out of tzdata, and the clock of the machine.
#include <date/tz.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <rapidcheck/gtest.h>
#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/clock/system_clock.hpp"
#include "adapters/clock/zones.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace {

Instant instant(std::string_view text) { return parse_instant(text).value(); }

CivilTime civil(std::string_view date, int hours, int minutes) {
  return CivilTime(parse_date(date).value()) + std::chrono::hours(hours) +
         std::chrono::minutes(minutes);
}

std::chrono::hours offset(const Zone& zone, std::string_view at) {
  return std::chrono::duration_cast<std::chrono::hours>(zone.offset_at(instant(at)));
}

// The last hour of `date` came twice: clocks went back from midnight to 23:00 at `change`.
void expect_last_hour_twice(const Zone& zone, std::string_view date, std::string_view change) {
  const Instant went_back = instant(change);
  const std::chrono::microseconds tick(1);
  EXPECT_EQ(zone.offset_at(went_back - tick), std::chrono::hours(6));
  EXPECT_EQ(zone.offset_at(went_back), std::chrono::hours(5));
  EXPECT_EQ(zone.to_instant(civil(date, 23, 30)), went_back + std::chrono::minutes(30));
  EXPECT_EQ(zone.to_instant(civil(date, 22, 59)), went_back - std::chrono::minutes(61));
  EXPECT_EQ(zone.to_instant(civil(date, 24, 0)), went_back + std::chrono::hours(1));
  EXPECT_EQ(zone.to_civil(went_back - std::chrono::minutes(30)), civil(date, 23, 30));
  EXPECT_EQ(zone.to_civil(went_back + std::chrono::minutes(30)), civil(date, 23, 30));
}

TEST(Zones, AlmatyAndQostanayWentToUtcPlus5OnTheFirstOfMarch2024) {
  for (const std::string_view name : {"Asia/Almaty", "Asia/Qostanay"}) {
    SCOPED_TRACE(name);
    const Zone zone = read_zone(name);
    EXPECT_EQ(zone.name(), name);
    EXPECT_EQ(offset(zone, "2009-01-01T00:00:00Z"), std::chrono::hours(6));
    EXPECT_EQ(offset(zone, "2028-12-31T00:00:00Z"), std::chrono::hours(5));
    expect_last_hour_twice(zone, "2024-02-29", "2024-02-29T18:00:00Z");
  }
}

TEST(Zones, QyzylordaWentToUtcPlus5OnThe21stOfDecember2018) {
  const Zone zone = read_zone("Asia/Qyzylorda");
  EXPECT_EQ(offset(zone, "2009-01-01T00:00:00Z"), std::chrono::hours(6));
  EXPECT_EQ(offset(zone, "2028-12-31T00:00:00Z"), std::chrono::hours(5));
  expect_last_hour_twice(zone, "2018-12-20", "2018-12-20T18:00:00Z");
}

TEST(Zones, TheWestHasKeptUtcPlus5) {
  for (const std::string_view name : {"Asia/Aqtobe", "Asia/Aqtau", "Asia/Atyrau", "Asia/Oral"}) {
    SCOPED_TRACE(name);
    const Zone zone = read_zone(name);
    for (Instant at = instant("2009-01-01T00:00:00Z"); at < instant("2029-01-01T00:00:00Z");
         at += std::chrono::days(1)) {
      ASSERT_EQ(zone.offset_at(at), std::chrono::hours(5)) << format_instant(at, {});
    }
  }
}

RC_GTEST_PROP(Zones, OffsetsAreThoseOfTheLibraryAtEveryInstant, ()) {
  const auto name = *rc::gen::element<std::string>("Asia/Almaty", "Asia/Qostanay", "Asia/Qyzylorda",
                                                   "Asia/Aqtobe", "Asia/Aqtau", "Asia/Atyrau",
                                                   "Asia/Oral", "Europe/Berlin", "UTC");
  constexpr std::int64_t from_1990 = 631'152'000;
  constexpr std::int64_t to_2051 = 2'556'144'000;
  const std::chrono::seconds since_epoch(*rc::gen::inRange(from_1990, to_2051));
  const auto info = date::locate_zone(name)->get_info(date::sys_seconds(since_epoch));
  RC_ASSERT(read_zone(name).offset_at(Instant(since_epoch)) == info.offset);
}

TEST(Zones, AnUnknownNameIsAFaultThatNamesIt) {
  try {
    (void)read_zone("Asia/Atlantis");
    FAIL() << "expected a fault";
  } catch (const Unavailable& fault) {
    EXPECT_THAT(fault.what(), ::testing::StartsWith(
                                  "expected the time zone Asia/Atlantis in tzdata, found none"));
  }
}

TEST(Zones, TzdataNamesItsRelease) {
  // "2026f": a year and a letter; older ones are wrong for Kazakhstan after 1 March 2024.
  const std::string version = tzdata_version();
  EXPECT_THAT(version, ::testing::MatchesRegex("20[0-9][0-9][a-z]+"));
  EXPECT_GE(version, "2024a");
}

TEST(SystemClock, ReadsTheTimeOfTheMachine) {
  const SystemClock clock;
  const Instant before =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const Instant read = clock.now();
  EXPECT_GE(read, before);
  EXPECT_LT(read - before, std::chrono::minutes(1));
}

// A machine whose two clocks the test moves.
class Machine {
 public:
  explicit Machine(std::string_view wall) : reading_{instant(wall), std::chrono::hours(5)} {}

  void run(std::chrono::microseconds time) {
    reading_.wall += time;
    reading_.running += time;
  }
  void jump(std::chrono::microseconds by) { reading_.wall += by; }
  [[nodiscard]] std::function<SystemClock::Reading()> source() const {
    return [this] { return reading_; };
  }

 private:
  SystemClock::Reading reading_;
};

TEST(SystemClock, DoesNotFollowAJumpForwardUntilTheMachineHasKeptIt) {
  Machine machine("2015-07-14T10:00:00Z");
  const SystemClock clock(std::nullopt, machine.source());
  machine.run(std::chrono::minutes(1));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:01:00Z"));
  machine.jump(std::chrono::hours(72));
  machine.run(std::chrono::seconds(5));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:01:05Z"));
  EXPECT_EQ(clock.jump_on_trial(), std::chrono::hours(72));
  machine.run(SystemClock::kTrial - std::chrono::seconds(1));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:11:04Z"));
  machine.run(std::chrono::seconds(1));
  EXPECT_EQ(clock.now(), instant("2015-07-17T10:11:05Z"));
  EXPECT_EQ(clock.jump_on_trial(), std::nullopt);
}

TEST(SystemClock, ForgetsAJumpThatTheMachineTakesBack) {
  Machine machine("2015-07-14T10:00:00Z");
  const SystemClock clock(std::nullopt, machine.source());
  for (const auto jump : {std::chrono::hours(1000), std::chrono::hours(-1000)}) {
    machine.jump(jump);
    const Instant before = clock.now();
    machine.run(std::chrono::minutes(3));
    EXPECT_EQ(clock.now() - before, std::chrono::minutes(3));
    machine.jump(-jump);
    machine.run(std::chrono::minutes(1));
    EXPECT_EQ(clock.now() - before, std::chrono::minutes(4));
    EXPECT_EQ(clock.jump_on_trial(), std::nullopt);
  }
}

TEST(SystemClock, StandsStillWhenItIsBelievedToBeBehind) {
  Machine machine("2015-07-14T10:00:00Z");
  const SystemClock clock(std::nullopt, machine.source());
  machine.jump(std::chrono::hours(-1));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:00:00Z"));
  machine.run(SystemClock::kTrial);
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:00:00Z"));
  machine.run(std::chrono::minutes(50));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:00:00Z"));
  machine.run(std::chrono::seconds(1));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:00:01Z"));
}

TEST(SystemClock, IsNeverEarlierThanWhatTheStoreHasSeen) {
  Machine machine("2015-07-14T10:00:00Z");
  const SystemClock clock(instant("2015-07-14T10:30:00Z"), machine.source());
  machine.run(std::chrono::minutes(29));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:30:00Z"));
  machine.run(std::chrono::minutes(2));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:31:00Z"));
}

TEST(SystemClock, FollowsSmallStepsAndSleep) {
  Machine machine("2015-07-14T10:00:00Z");
  const SystemClock clock(std::nullopt, machine.source());
  machine.jump(std::chrono::milliseconds(900));
  EXPECT_EQ(clock.now(), instant("2015-07-14T10:00:00.900000Z"));
  machine.run(std::chrono::hours(9));  // it slept: its steady clock has counted that
  EXPECT_EQ(clock.now(), instant("2015-07-14T19:00:00.900000Z"));
}

RC_GTEST_PROP(SystemClock, NeverFallsAndNeverRunsAheadOfTheTimeThatPassed, ()) {
  Machine machine("2015-07-14T10:00:00Z");
  const SystemClock clock(std::nullopt, machine.source());
  const Instant start = clock.now();
  Instant last = start;
  std::chrono::microseconds passed{0};
  const auto moves = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 100), rc::gen::inRange(-100'000, 100'000)));
  for (const auto& [seconds, jump] : moves) {
    machine.jump(std::chrono::seconds(jump));
    machine.run(std::chrono::seconds(seconds));
    passed += std::chrono::seconds(seconds);
    const Instant next = clock.now();
    RC_ASSERT(next >= last);
    last = next;
    if (passed >= SystemClock::kTrial) break;
    // Steps within the tolerance are followed, and may add up.
    const auto followed = SystemClock::kTolerance * static_cast<int>(moves.size());
    RC_ASSERT(next - start <= passed + followed);
  }
}

TEST(SystemClock, NeverFallsInAnyThread) {
  std::atomic<std::int64_t> calls{0};
  // A machine whose time swings back and forth.
  const SystemClock clock(std::nullopt, [&] {
    const std::int64_t call = calls++;
    const std::chrono::microseconds time(call + ((call % 3 == 0) ? 500 : 0));
    return SystemClock::Reading{Instant(time), std::chrono::microseconds(call)};
  });
  std::atomic<int> falls{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      Instant last = clock.now();
      for (int reading = 0; reading < 20'000; ++reading) {
        const Instant next = clock.now();
        if (next < last) ++falls;
        last = next;
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(falls.load(), 0);
  EXPECT_GE(calls.load(), 80'000);
}

}  // namespace
}  // namespace reglament
