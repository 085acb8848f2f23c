#include "processes/calendars/kazakhstan.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/csv.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace data {
extern const std::string_view kz_days_csv;
extern const std::string_view kz_days_six_day_csv;
}  // namespace data

namespace {

constexpr int kFirstYear = 2009;
constexpr int kLastYear = 2028;

SpecialDay read_day(const CsvTable& table, std::size_t row) {
  const std::string& date = table.cell(row, "date");
  const std::string& kind = table.cell(row, "kind");
  const auto parsed_date = parse_date(date);
  if (!parsed_date) {
    throw BadInput(fmt::format("{} line {} date: expected YYYY-MM-DD, found '{}'", table.name(),
                               table.line(row), date));
  }
  const auto parsed_kind = parse_day_kind(kind);
  if (!parsed_kind) {
    throw BadInput(fmt::format("{} line {} kind: expected a kind of day, found '{}'", table.name(),
                               table.line(row), kind));
  }
  return {*parsed_date, *parsed_kind, table.cell(row, "name_en"), table.cell(row, "basis")};
}

WorkingCalendar read_calendar(std::string edition, Week week, std::string_view text,
                              std::string_view name) {
  const CsvTable table{text, name};
  std::vector<SpecialDay> days;
  days.reserve(table.size());
  for (std::size_t row = 0; row < table.size(); ++row) days.push_back(read_day(table, row));
  return {std::move(edition), week, kFirstYear, kLastYear, std::move(days)};
}

}  // namespace

const WorkingCalendar& kazakhstan(Week week) {
  static const WorkingCalendar five_day =
      read_calendar("kz-five-day-2026", Week::five_day, data::kz_days_csv, "kz-days.csv");
  static const WorkingCalendar six_day = read_calendar(
      "kz-six-day-2026", Week::six_day, data::kz_days_six_day_csv, "kz-days-six-day.csv");
  return week == Week::five_day ? five_day : six_day;
}

}  // namespace reglament
