#include "engine/time/civil.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Date kFirstDate{std::chrono::local_days{
    std::chrono::year_month_day{std::chrono::year{1}, std::chrono::January, std::chrono::day{1}}}};
constexpr Date kLastDate{std::chrono::local_days{std::chrono::year_month_day{
    std::chrono::year{9999}, std::chrono::December, std::chrono::day{31}}}};
constexpr std::size_t kFractionDigits = 6;

bool has_text_form(Date date) { return date >= kFirstDate && date <= kLastDate; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool take(std::string_view& text, char expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(1);
  return true;
}

// Exactly `digits` digits, fewer than fit an int.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

// "10" ":" "15": two numbers of two digits.
std::optional<minutes> take_hours_and_minutes(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return hours{*hour} + minutes{*minute};
}

std::optional<Date> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || *year < 1 || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Date{date};
}

// ".5", ".123456"; zero where there is no fraction at all.
std::optional<microseconds> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return microseconds{0};
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || digits > kFractionDigits) return std::nullopt;
  int fraction = *take_number(text, digits);
  for (; digits < kFractionDigits; ++digits) fraction *= 10;
  return microseconds{fraction};
}

std::optional<microseconds> take_time_of_day(std::string_view& text) {
  const auto minute = take_hours_and_minutes(text);
  if (!minute || !take(text, ':')) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *second > 59) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return *minute + seconds{*second} + *fraction;
}

std::optional<minutes> take_offset(std::string_view& text) {
  if (take(text, 'Z')) return minutes{0};
  const bool west = take(text, '-');
  if (!west && !take(text, '+')) return std::nullopt;
  const auto offset = take_hours_and_minutes(text);
  if (!offset) return std::nullopt;
  return west ? -*offset : *offset;
}

std::string format_offset(minutes offset) {
  if (offset == minutes{0}) return "Z";
  const auto distance = std::chrono::abs(offset).count();
  return fmt::format("{}{:02}:{:02}", offset < minutes{0} ? '-' : '+', distance / 60,
                     distance % 60);
}

// One component of a duration, "30M" with `unit` 'M': adds it to `total` and is true; leaves both
// alone and is true where the next component is another one; false where it is too long.
bool add_component(std::string_view& text, char unit, seconds length, seconds& total, int& found) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || digits == text.size() || text[digits] != unit) return true;
  std::int64_t number = 0;
  for (const char c : text.substr(0, digits)) {
    number = number * 10 + (c - '0');
    if (number > (kLastDate - kFirstDate) / seconds{1}) return false;
  }
  text.remove_prefix(digits + 1);
  total += number * length;
  ++found;
  return true;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  const auto date = take_date(text);
  return text.empty() ? date : std::nullopt;
}

std::string format_date(Date date) {
  if (!has_text_form(date)) {
    throw BadInput(fmt::format(
        "expected a date of the years 0001 to 9999, found the one {} days after 1970-01-01",
        date.time_since_epoch().count()));
  }
  const std::chrono::year_month_day fields{date};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(fields.year()),
                     static_cast<unsigned>(fields.month()), static_cast<unsigned>(fields.day()));
}

std::optional<Instant> parse_instant(std::string_view text) {
  const auto date = take_date(text);
  if (!date || !take(text, 'T')) return std::nullopt;
  const auto time = take_time_of_day(text);
  if (!time) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const Instant instant{date->time_since_epoch() + *time - *offset};
  // 0001-01-01T00:00:00+06:00 lies in the year before: nobody could write it down in UTC.
  const Date utc_date{std::chrono::floor<days>(instant).time_since_epoch()};
  if (!has_text_form(utc_date)) return std::nullopt;
  return instant;
}

std::string format_instant(Instant instant, seconds offset) {
  if (std::chrono::abs(offset) >= hours{24}) {
    throw BadInput(
        fmt::format("expected an offset below 24 hours, found {} seconds", offset.count()));
  }
  const auto whole = std::chrono::duration_cast<minutes>(offset);
  const Instant shifted = instant + whole;
  const auto day = std::chrono::floor<days>(shifted);
  const std::chrono::hh_mm_ss time{shifted - day};
  std::string text =
      fmt::format("{}T{:02}:{:02}:{:02}", format_date(Date{day.time_since_epoch()}),
                  time.hours().count(), time.minutes().count(), time.seconds().count());
  if (time.subseconds() != microseconds{0}) {
    text += fmt::format(".{:06}", time.subseconds().count());
  }
  return text + format_offset(whole);
}

std::optional<microseconds> parse_duration(std::string_view text) {
  if (!take(text, 'P')) return std::nullopt;
  seconds total{0};
  int found = 0;
  if (!add_component(text, 'D', days{1}, total, found)) return std::nullopt;
  if (take(text, 'T')) {
    const int before = found;
    if (!add_component(text, 'H', hours{1}, total, found) ||
        !add_component(text, 'M', minutes{1}, total, found) ||
        !add_component(text, 'S', seconds{1}, total, found)) {
      return std::nullopt;
    }
    if (found == before) return std::nullopt;  // "PT", "P1DT"
  }
  if (found == 0 || !text.empty() || total > kLastDate - kFirstDate) return std::nullopt;
  return total;
}

}  // namespace reglament
