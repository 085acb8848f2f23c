// Working minutes against a walk minute by minute, which asks of each minute whether it is worked.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/time/working_time.hpp"
#include "tests/time/dates.hpp"

namespace reglament {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

constexpr int kFirstDay = 20;  // the walks begin on 21 February 2024
constexpr int kDays = 16;      // and cross 29 February with its 25 hours in Almaty

int any_number(int from, int until) { return *rc::gen::resize(100, rc::gen::inRange(from, until)); }

template <class T>
T any_of(std::vector<T> choices) {
  return choices[static_cast<std::size_t>(any_number(0, static_cast<int>(choices.size())))];
}

// The world of one run; held together, because WorkingTime refers to it.
struct Office {
  Schedule schedule = Schedule::parse(any_of<std::string>(
      {"Mo-Fr 09:00-13:00,14:30-18:00; Sa 09:00-13:00; Su,PH off", "Mo-Su 00:00-24:00",
       "Mo-Sa 09:00-20:00; Su,PH off", "Tu,Th 16:00-18:00,18:00-23:30", "Mo-Fr 22:00-24:00",
       "Mo-Su 00:00-01:15,23:10-24:00; PH off"}));
  Zone zone = any_of<Zone>(
      {Zone{"Asia/Almaty", hours{6}, {{instant("2024-02-29T18:00:00Z"), hours{5}}}},
       Zone{"Asia/Oral", hours{5}, {}},
       Zone{"Test/Forward", hours{1}, {{instant("2024-02-29T01:00:00Z"), hours{2}}}},
       Zone{"Test/Midnight", hours{6}, {{instant("2024-02-28T18:30:00Z"), hours{5}}}}});
  WorkingCalendar calendar = any_calendar();
  OfficeDays rule = any_of<OfficeDays>({OfficeDays::by_calendar, OfficeDays::by_opening_hours});
  WorkingTime time{schedule, zone, calendar, rule};

  Office() = default;
  Office(const Office&) = delete;
  Office& operator=(const Office&) = delete;

  static WorkingCalendar any_calendar() {
    const Week week = any_of<Week>({Week::five_day, Week::six_day});
    std::vector<SpecialDay> special;
    for (int day = 0; day < kDays + kFirstDay; ++day) {
      const Date at = date("2024-02-01") + days{day};
      if (any_number(0, 4) != 0) continue;
      special.push_back(
          {at, is_weekend(at, week) ? DayKind::working_weekend : DayKind::holiday, "any", "any"});
    }
    return {"any", week, 2024, 2024, std::move(special)};
  }

  // The definition: the minute lies in an interval of the hours of a date that is worked.
  [[nodiscard]] bool is_working(Instant minute) const {
    for (int back = -1; back <= 1; ++back) {
      const Date day = std::chrono::floor<days>(zone.to_civil(minute)) + days{back};
      if (!works_on(day)) continue;
      for (const Schedule::Interval& interval : hours_on(day)) {
        const Instant opens = zone.to_instant(CivilTime{day} + interval.opens);
        const Instant closes = zone.to_instant(CivilTime{day} + interval.closes);
        if (opens <= minute && minute < closes) return true;
      }
    }
    return false;
  }

  [[nodiscard]] const std::vector<Schedule::Interval>& hours_on(Date day) const {
    const auto& own = schedule.on(std::chrono::weekday{day});
    const bool extra = own.empty() && calendar.describe(day).kind == "working_weekend";
    return extra ? schedule.on(std::chrono::Monday) : own;
  }

  [[nodiscard]] bool works_on(Date day) const {
    const auto description = calendar.describe(day);
    if (description.working || rule == OfficeDays::by_calendar) return description.working;
    // Never closed: the two notations of seven days, one of them with holidays off.
    return description.kind == "weekend" || schedule.notation() == "Mo-Su 00:00-24:00";
  }

  [[nodiscard]] int walk(Instant from, Instant to) const {
    int worked = 0;
    for (auto minute = std::chrono::floor<minutes>(from); minute < std::chrono::floor<minutes>(to);
         minute += minutes{1}) {
      worked += is_working(minute) ? 1 : 0;
    }
    return worked;
  }
};

// A quarter of them anywhere, a quarter on a whole minute, a quarter on a quarter of an hour or
// just beside it and a quarter while clocks go back over midnight, so that all edges are met.
Instant any_instant() {
  const microseconds offset{*rc::gen::resize(
      100, rc::gen::inRange<std::int64_t>(0, microseconds{days{kDays - 4}}.count()))};
  const Instant at = instant("2024-02-21T00:00:00Z") + offset;
  const int part = any_number(0, 4);
  if (part == 0) return at;
  if (part == 1) return std::chrono::floor<minutes>(at);
  if (part == 2) return instant("2024-02-28T17:30:00Z") + minutes{any_number(0, 120)};
  using QuarterHours = std::chrono::duration<std::int64_t, std::ratio<900>>;
  return std::chrono::floor<QuarterHours>(at) + microseconds{any_number(-1, 2)};
}

std::vector<Instant> any_instants(std::size_t count) {
  std::vector<Instant> at;
  while (at.size() < count) at.push_back(any_instant());
  std::sort(at.begin(), at.end());
  return at;
}

RC_GTEST_PROP(WorkingTime, BetweenEqualsAWalk, ()) {
  const Office office;
  const std::vector<Instant> at = any_instants(5);
  for (std::size_t i = 1; i < at.size(); ++i) {
    RC_ASSERT(office.time.between(at[i - 1], at[i]).minutes == office.walk(at[i - 1], at[i]));
  }
}

RC_GTEST_PROP(WorkingTime, BetweenOfPartsSumsUp, ()) {
  const Office office;
  const std::vector<Instant> at = any_instants(20);
  std::int32_t sum = 0;
  for (std::size_t i = 1; i < at.size(); ++i) sum += office.time.between(at[i - 1], at[i]).minutes;
  RC_ASSERT(sum == office.time.between(at.front(), at.back()).minutes);
}

RC_GTEST_PROP(WorkingTime, BetweenUndoesAdd, ()) {
  const Office office;
  for (const Instant from : any_instants(20)) {
    // Quarters of an hour end with the opening hours as often as not.
    const WorkingMinutes term{any_number(0, 2) == 0 ? any_number(0, 1200) : 15 * any_number(0, 80)};
    const Instant to = office.time.add(from, term);
    RC_ASSERT(to >= from);
    RC_ASSERT(office.time.between(from, to) == term);
    // It ends inside the hours, or at their end: the minute before the end is worked.
    RC_ASSERT(term.minutes == 0 || office.is_working(std::chrono::ceil<minutes>(to) - minutes{1}));
  }
}

RC_GTEST_PROP(WorkingTime, AddIsMonotone, ()) {
  const Office office;
  const std::vector<Instant> at = any_instants(20);
  const std::int32_t term = any_number(0, 1200);
  for (std::size_t i = 1; i < at.size(); ++i) {
    const Instant earlier = office.time.add(at[i - 1], WorkingMinutes{term});
    RC_ASSERT(earlier <= office.time.add(at[i], WorkingMinutes{term}));
    RC_ASSERT(earlier < office.time.add(at[i - 1], WorkingMinutes{term + 1}));
  }
}

RC_GTEST_PROP(WorkingTime, NextWorkingMomentIsTheFirstWorkedMinute, ()) {
  const Office office;
  for (const Instant at : any_instants(20)) {
    const Instant next = office.time.next_working_moment(at);
    if (next == at) {
      RC_ASSERT(office.is_working(std::chrono::floor<minutes>(at)));
      continue;
    }
    RC_ASSERT(next > at);
    RC_ASSERT(office.is_working(next));
    RC_ASSERT(office.walk(std::chrono::ceil<minutes>(at), next) == 0);
  }
}

}  // namespace
}  // namespace reglament
