#include "engine/time/working_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr unsigned kDaysOfAWeek = 7;

bool is_open_every_day(const Schedule& schedule) {
  for (unsigned day = 0; day < kDaysOfAWeek; ++day) {
    if (schedule.on(std::chrono::weekday{day}).empty()) return false;
  }
  return true;
}

}  // namespace

bool WorkingTime::works_on(Date date) const {
  const bool working = calendar_.is_working(date);
  if (rule_ == OfficeDays::by_calendar || working) return working;
  if (schedule_.on(std::chrono::weekday{date}).empty()) return false;
  const bool plain_weekend = calendar_.describe(date).kind == "weekend";
  return plain_weekend || (!schedule_.closed_on_public_holidays() && is_open_every_day(schedule_));
}

const std::vector<Schedule::Interval>& WorkingTime::hours_on(Date date) const {
  static const std::vector<Schedule::Interval> closed;
  if (!works_on(date)) return closed;
  const std::chrono::weekday day{date};
  const auto& hours = schedule_.on(day);
  // A weekday on which this office never opens stays closed; a weekend day that is worked does not.
  const bool moved = hours.empty() && is_weekend(date, calendar_.week());
  return moved ? schedule_.on(std::chrono::Monday) : hours;
}

WorkingTime::Opening WorkingTime::opening(Date date, const Schedule::Interval& interval) const {
  return {zone_.to_instant(CivilTime{date} + interval.opens),
          zone_.to_instant(CivilTime{date} + interval.closes)};
}

// Where clocks go back over midnight, the evening of a date ends after the next date was first
// shown: so the date before is looked at too.
Date WorkingTime::first_date_of(Instant instant) const {
  const Date date = std::chrono::floor<days>(zone_.to_civil(instant));
  static_cast<void>(calendar_.is_working(date));
  return std::max(date - days{1}, calendar_.first());
}

Instant WorkingTime::next_working_moment(Instant instant) const {
  for (Date date = first_date_of(instant);; date += days{1}) {
    for (const Schedule::Interval& interval : hours_on(date)) {
      const Opening open = opening(date, interval);
      if (open.opens < open.closes && instant < open.closes) return std::max(instant, open.opens);
    }
  }
}

Instant WorkingTime::add(Instant instant, WorkingMinutes term) const {
  if (term.minutes < 0) {
    throw BadInput(
        fmt::format("working time: expected a term of 0 minutes or more, found {}", term.minutes));
  }
  Instant at = next_working_moment(instant);
  std::chrono::microseconds rest = minutes{term.minutes};
  if (rest == rest.zero()) return at;
  for (Date date = first_date_of(at);; date += days{1}) {
    for (const Schedule::Interval& interval : hours_on(date)) {
      const Opening open = opening(date, interval);
      if (open.closes <= at || open.closes <= open.opens) continue;
      at = std::max(at, open.opens);
      if (rest <= open.closes - at) return at + rest;
      rest -= open.closes - at;
      at = open.closes;
    }
  }
}

WorkingMinutes WorkingTime::between(Instant from, Instant to) const {
  if (to < from) {
    throw BadInput(fmt::format("working time: expected an end not before {}, found {}",
                               format_instant(from, zone_.offset_at(from)),
                               format_instant(to, zone_.offset_at(to))));
  }
  const auto first = std::chrono::floor<minutes>(from);
  const auto last = std::chrono::floor<minutes>(to);
  const Date last_date = std::chrono::floor<days>(zone_.to_civil(to));
  minutes sum{0};
  for (Date date = first_date_of(from); date <= last_date; date += days{1}) {
    for (const Schedule::Interval& interval : hours_on(date)) {
      const Opening open = opening(date, interval);
      const auto begin = std::max(first, std::chrono::ceil<minutes>(open.opens));
      const auto end = std::min(last, std::chrono::ceil<minutes>(open.closes));
      if (begin < end) sum += end - begin;
    }
  }
  if (sum.count() > std::numeric_limits<std::int32_t>::max()) {
    throw BadInput(fmt::format("working time: expected at most {} minutes, found {}",
                               std::numeric_limits<std::int32_t>::max(), sum.count()));
  }
  return WorkingMinutes{static_cast<std::int32_t>(sum.count())};
}

}  // namespace reglament
