#include "engine/time/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>

#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::string_view, 7> kDays{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"};
constexpr std::size_t kPublicHolidays = 7;
using DaySet = std::bitset<8>;  // Monday first, public holidays last

[[noreturn]] void refuse(std::string_view expected, std::string_view found) {
  throw BadInput(fmt::format("opening hours: expected {}, found '{}'", expected, found));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::size_t day_index(std::string_view day) {
  const auto found = std::find(kDays.begin(), kDays.end(), day);
  if (found == kDays.end()) refuse("a day (Mo Tu We Th Fr Sa Su PH)", day);
  return static_cast<std::size_t>(found - kDays.begin());
}

DaySet read_days(std::string_view text) {
  DaySet days;
  const auto add = [&](std::size_t day) {
    if (days.test(day)) refuse("each day once", text);
    days.set(day);
  };
  for (const std::string_view item : split(text, ',')) {
    if (item == "PH") {
      add(kPublicHolidays);
      continue;
    }
    const std::size_t dash = item.find('-');
    const std::size_t first = day_index(item.substr(0, dash));
    const std::size_t last =
        dash == std::string_view::npos ? first : day_index(item.substr(dash + 1));
    if (last < first) refuse("days that run forward in the week", item);
    for (std::size_t day = first; day <= last; ++day) add(day);
  }
  return days;
}

minutes read_time(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  constexpr std::string_view form = "00:00";
  const bool fits = text.size() == form.size() && text[2] == ':' && is_digit(text[0]) &&
                    is_digit(text[1]) && is_digit(text[3]) && is_digit(text[4]);
  if (!fits) refuse("a time HH:MM", text);
  const auto number = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const minutes time = hours{number(0)} + minutes{number(3)};
  if (number(3) > 59 || time > hours{24}) refuse("a time from 00:00 to 24:00", text);
  return time;
}

std::vector<Schedule::Interval> read_intervals(std::string_view text) {
  std::vector<Schedule::Interval> intervals;
  for (const std::string_view part : split(text, ',')) {
    const std::size_t dash = part.find('-');
    if (dash == std::string_view::npos) refuse("an interval HH:MM-HH:MM or 'off'", part);
    const Schedule::Interval interval{read_time(part.substr(0, dash)),
                                      read_time(part.substr(dash + 1))};
    if (interval.closes <= interval.opens) refuse("an interval that closes after it opens", part);
    if (!intervals.empty() && interval.opens < intervals.back().closes) {
      refuse("intervals one after the other", text);
    }
    intervals.push_back(interval);
  }
  return intervals;
}

}  // namespace

Schedule Schedule::parse(std::string_view notation) {
  Schedule schedule;
  schedule.notation_ = notation;
  DaySet given;
  for (const std::string_view part : split(notation, ';')) {
    const std::string_view rule = trim(part);
    const std::size_t blank = rule.find(' ');
    if (blank == std::string_view::npos) refuse("days and hours", rule);
    const DaySet days = read_days(rule.substr(0, blank));
    if ((given & days).any()) refuse("each day once", rule);
    given |= days;
    const std::string_view hours_open = trim(rule.substr(blank));
    if (hours_open == "off") {
      schedule.closed_on_public_holidays_ |= days.test(kPublicHolidays);
      continue;
    }
    const auto intervals = read_intervals(hours_open);
    if (days.test(kPublicHolidays)) refuse("'off' for public holidays", rule);
    for (std::size_t day = 0; day < kDays.size(); ++day) {
      if (days.test(day)) schedule.week_[day] = intervals;
    }
  }
  return schedule;
}

const std::vector<Schedule::Interval>& Schedule::on(std::chrono::weekday day) const {
  ENSURE(day.ok(), "a day of the week is one of seven");
  return week_[day.iso_encoding() - 1];
}

std::optional<minutes> Schedule::closing(std::chrono::weekday day) const {
  const auto& intervals = on(day);
  if (intervals.empty()) return std::nullopt;
  return intervals.back().closes;
}

}  // namespace reglament
