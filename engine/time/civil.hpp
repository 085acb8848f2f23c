// Civil time: dates as a clerk writes them, instants as a clock shows them, and their text forms.
//
// A Date has no zone: a term runs over dates of the office's calendar. An Instant is a point on the
// time line, in microseconds of UTC; it is derived from a date last (zone.hpp).
//
// Text forms hold the years 0001..9999 (RFC 3339 section 1): outside them parsing gives nothing and
// formatting throws BadInput.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace reglament {

using Date = std::chrono::local_days;
using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using CivilTime = std::chrono::local_seconds;  // date and time of day on the wall of an office

// ISO 8601 "2015-07-14"; nothing for a date that does not exist (2015-02-29) or another form.
[[nodiscard]] std::optional<Date> parse_date(std::string_view text);
[[nodiscard]] std::string format_date(Date date);

// RFC 3339 section 5.6 with an offset, "2015-07-14T10:15:00+06:00", 'Z' allowed, 'T' and 'Z' in
// upper case. Nothing where the offset is missing or above 23:59, where the date or time does not
// exist (24:00 and the leap second :60 do not: neither has an instant of its own), where a fraction
// is finer than a microsecond (it would be lost silently), or where text follows.
[[nodiscard]] std::optional<Instant> parse_instant(std::string_view text);
// With the given offset, less than 24 h, in whole minutes (what is over is cut off, and the instant
// is kept); "Z" where it is 0. A fraction is written, with six digits, only where there is one.
[[nodiscard]] std::string format_instant(Instant instant, std::chrono::seconds offset);

// ISO 8601 duration of fixed length: "PT2H", "P1DT30M", "PT90S", whole numbers. No years, months or
// weeks: "P1M" must never be read as a number of days. Not negative, and at most the span of the
// years 0001..9999, so that an instant moved by it cannot overflow.
[[nodiscard]] std::optional<std::chrono::microseconds> parse_duration(std::string_view text);

}  // namespace reglament
