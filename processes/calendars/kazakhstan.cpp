#include "processes/calendars/kazakhstan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/csv.hpp"
#include "engine/base/fault.hpp"
#include "engine/time/calendar_changes.hpp"

namespace reglament {
namespace data {
extern const std::string_view kz_days_csv;
extern const std::string_view kz_days_six_day_csv;
extern const std::string_view kz_norms_csv;
extern const std::string_view kz_editions_csv;
extern const std::string_view kz_late_changes_csv;
}  // namespace data

namespace {

constexpr int kFirstYear = 2009;
constexpr int kLastYear = 2028;

[[noreturn]] void refuse(const CsvTable& table, std::size_t row, std::string_view column,
                         std::string_view expected) {
  throw BadInput(fmt::format("{} line {} {}: expected {}, found '{}'", table.name(),
                             table.line(row), column, expected, table.cell(row, column)));
}

Date read_date(const CsvTable& table, std::size_t row, std::string_view column) {
  const auto date = parse_date(table.cell(row, column));
  if (!date) refuse(table, row, column, "YYYY-MM-DD");
  return *date;
}

int read_number(const CsvTable& table, std::size_t row, std::string_view column) {
  const std::string& text = table.cell(row, column);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    refuse(table, row, column, "a number");
  }
  return number;
}

SpecialDay read_day(const CsvTable& table, std::size_t row) {
  const auto kind = parse_day_kind(table.cell(row, "kind"));
  if (!kind) refuse(table, row, "kind", "a kind of day");
  return {read_date(table, row, "date"), *kind, table.cell(row, "name_en"),
          table.cell(row, "basis")};
}

// Working days of each month, and of each year (month 0), as the balances in force have them.
void check_norms(const WorkingCalendar& calendar) {
  const CsvTable norms{data::kz_norms_csv, "kz-norms.csv"};
  const std::string_view column = calendar.week() == Week::five_day ? "five_day" : "six_day";
  for (std::size_t row = 0; row < norms.size(); ++row) {
    const std::chrono::year year{read_number(norms, row, "year")};
    const auto month = static_cast<unsigned>(read_number(norms, row, "month"));
    const Date first{year / std::chrono::month{std::max(month, 1U)} / 1};
    const Date last{year / std::chrono::month{month == 0 ? 12U : month} / std::chrono::last};
    const int counted =
        calendar.count(first, last).days + static_cast<int>(calendar.is_working(first));
    if (counted == read_number(norms, row, column)) continue;
    refuse(norms, row, column, fmt::format("the {} days of {}", counted, calendar.edition()));
  }
}

WorkingCalendar read_calendar(Week week) {
  const bool five_day = week == Week::five_day;
  const CsvTable table{five_day ? data::kz_days_csv : data::kz_days_six_day_csv,
                       five_day ? "kz-days.csv" : "kz-days-six-day.csv"};
  std::vector<SpecialDay> days;
  days.reserve(table.size());
  for (std::size_t row = 0; row < table.size(); ++row) days.push_back(read_day(table, row));
  WorkingCalendar calendar{calendar_name("kz-2026", week), week, kFirstYear, kLastYear,
                           std::move(days)};
  check_moves(calendar);
  check_norms(calendar);
  return calendar;
}

// A row of kz-late-changes.csv for that week: what was known of a date before the change.
bool is_of_week(const CsvTable& changes, std::size_t row, Week week) {
  const std::string& found = changes.cell(row, "week");
  if (found == "both" || found == code(week)) return true;
  if (found != code(Week::five_day) && found != code(Week::six_day)) {
    refuse(changes, row, "week", "five, six or both");
  }
  return false;
}

std::vector<CalendarChange> changes_undone(const CsvTable& changes, const std::string& known_since,
                                           Week week) {
  std::vector<CalendarChange> undone;
  for (std::size_t row = 0; row < changes.size(); ++row) {
    if (changes.cell(row, "known_since") != known_since) continue;
    if (!is_of_week(changes, row, week)) continue;
    undone.push_back({read_date(changes, row, "date"), std::nullopt});
    if (changes.cell(row, "kind") != "ordinary") undone.back().day = read_day(changes, row);
  }
  if (undone.empty() && week == Week::five_day) {
    throw BadInput(
        fmt::format("{}: expected the changes of {}, found none", changes.name(), known_since));
  }
  return undone;
}

// The edition before `later`: what became known with that is taken back.
WorkingCalendar before(const WorkingCalendar& later, const std::string& known_since,
                       const std::string& edition_code) {
  static const CsvTable changes{data::kz_late_changes_csv, "kz-late-changes.csv"};
  WorkingCalendar calendar =
      with_changes(later, calendar_name(edition_code, later.week()), kLastYear,
                   changes_undone(changes, known_since, later.week()));
  check_moves(calendar);
  return calendar;
}

// From the latest to the first.
std::vector<CalendarEdition> read_editions() {
  const CsvTable table{data::kz_editions_csv, "kz-editions.csv"};
  std::vector<CalendarEdition> editions;
  for (std::size_t row = table.size(); row-- > 0;) {
    const std::string& code = table.cell(row, "code");
    const Date known_since = read_date(table, row, "known_since");
    if (editions.empty()) {
      editions.push_back({code, known_since, table.cell(row, "act"), kazakhstan(Week::five_day),
                          kazakhstan(Week::six_day)});
      continue;
    }
    const std::string later = format_date(editions.back().known_since);
    WorkingCalendar five_day = before(editions.back().five_day, later, code);
    WorkingCalendar six_day = before(editions.back().six_day, later, code);
    editions.push_back(
        {code, known_since, table.cell(row, "act"), std::move(five_day), std::move(six_day)});
  }
  return editions;
}

}  // namespace

const WorkingCalendar& kazakhstan(Week week) {
  static const WorkingCalendar five_day = read_calendar(Week::five_day);
  static const WorkingCalendar six_day = read_calendar(Week::six_day);
  return week == Week::five_day ? five_day : six_day;
}

const CalendarEditions& kazakhstan_editions() {
  static const CalendarEditions editions = [] {
    std::vector<CalendarEdition> found = read_editions();
    std::reverse(found.begin(), found.end());
    return CalendarEditions{std::move(found)};
  }();
  return editions;
}

}  // namespace reglament
