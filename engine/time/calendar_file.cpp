#include "engine/time/calendar_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/csv.hpp"
#include "engine/base/fault.hpp"
#include "engine/time/calendar_changes.hpp"

namespace reglament {
namespace {

using std::chrono::days;

constexpr std::array<Week, 2> kWeeks{Week::five_day, Week::six_day};

struct Weeks {
  bool five_day;
  bool six_day;

  [[nodiscard]] bool hold(Week week) const { return week == Week::five_day ? five_day : six_day; }
  [[nodiscard]] bool hold(Weeks other) const {
    return (five_day || !other.five_day) && (six_day || !other.six_day);
  }
  [[nodiscard]] bool meet(Weeks other) const {
    return (five_day && other.five_day) || (six_day && other.six_day);
  }
};

// One line of the file.
struct Row {
  std::size_t line;
  Date date;
  std::optional<DayKind> kind;  // nothing: ordinary
  std::string name;
  std::string basis;
  std::optional<Weeks> weeks;  // nothing, until settled: as the law has it
  Row* partner = nullptr;      // of a move: the other date
};

int year_of(Date date) { return static_cast<int>(std::chrono::year_month_day{date}.year()); }

Date in_year(Date date, int year) {
  const std::chrono::year_month_day fields{date};
  return Date{std::chrono::year{year} / fields.month() / fields.day()};
}

[[noreturn]] void refuse(std::string_view file, std::size_t line, std::string_view expected,
                         std::string_view found) {
  throw BadInput(fmt::format("{} line {}: expected {}, found '{}'", file, line, expected, found));
}

// Columns that may be left out are looked for in the header itself.
bool has_column(std::string_view text, std::string_view column) {
  std::string_view header = text.substr(0, text.find_first_of("\r\n"));
  while (true) {
    const std::size_t comma = header.find(',');
    if (header.substr(0, comma) == column) return true;
    if (comma == std::string_view::npos) return false;
    header.remove_prefix(comma + 1);
  }
}

std::optional<Weeks> read_weeks(const CsvTable& table, std::size_t row) {
  const std::string& week = table.cell(row, "week");
  if (week.empty()) return std::nullopt;
  if (week == "both") return Weeks{true, true};
  if (week == code(Week::five_day)) return Weeks{true, false};
  if (week == code(Week::six_day)) return Weeks{false, true};
  refuse(table.name(), table.line(row), "week five, six or both", week);
}

// The file being read, with what it is read against.
class File {
 public:
  File(std::string_view text, std::string_view name, std::string_view act,
       const CalendarEdition& previous)
      : name_(name), previous_(previous) {
    read_rows(text, act);
    pair_moves();
    for (Row& row : rows_) settle_weeks(row);
    for (const Row& row : rows_) check(row);
    check_years();
  }

  [[nodiscard]] WorkingCalendar calendar(Week week, std::string calendar_name) const;

 private:
  void read_rows(std::string_view text, std::string_view act);
  Row read_row(const CsvTable& table, std::size_t row, std::string_view text,
               std::string_view act) const;
  void pair_moves();
  void pair(Row& moved, Row& worked) const;
  void settle_weeks(Row& row) const;
  void check(const Row& row) const;
  void check_years() const;
  void check_new_year(const WorkingCalendar& calendar, int year) const;
  [[nodiscard]] bool is_unexplained(const Row& row) const;
  [[nodiscard]] bool is_kind(Date date, DayKind kind) const;
  [[nodiscard]] int last_published_year() const { return year_of(previous_.five_day.last()); }
  [[nodiscard]] int last_year() const {
    return std::max(last_published_year(), year_of(rows_.back().date));
  }

  std::string name_;
  const CalendarEdition& previous_;
  std::vector<Row> rows_;  // by date
};

Row File::read_row(const CsvTable& table, std::size_t row, std::string_view text,
                   std::string_view act) const {
  const std::string& date = table.cell(row, "date");
  const std::string& kind = table.cell(row, "kind");
  const std::size_t line = table.line(row);
  const auto parsed_date = parse_date(date);
  if (!parsed_date) refuse(name_, line, "date YYYY-MM-DD", date);
  if (*parsed_date < previous_.five_day.first()) {
    refuse(name_, line, fmt::format("a date since {}", format_date(previous_.five_day.first())),
           date);
  }
  const auto parsed_kind = parse_day_kind(kind);
  if (!parsed_kind && kind != "ordinary") refuse(name_, line, "kind of day or 'ordinary'", kind);
  const auto cell_or_act = [&](std::string_view column) {
    if (!has_column(text, column) || table.cell(row, column).empty()) return std::string(act);
    return table.cell(row, column);
  };
  const std::string basis = cell_or_act("basis");
  try {
    static_cast<void>(moved_from(basis));
    static_cast<void>(moved_to(basis));
  } catch (const BadInput& error) {
    throw BadInput(fmt::format("{} line {} {}", name_, line, error.what()));
  }
  return {line,        *parsed_date,
          parsed_kind, cell_or_act("name_en"),
          basis,       has_column(text, "week") ? read_weeks(table, row) : std::nullopt};
}

void File::read_rows(std::string_view text, std::string_view act) {
  const CsvTable table{text, name_};
  if (table.size() == 0) throw BadInput(fmt::format("{}: expected a day, found none", name_));
  rows_.reserve(table.size());
  for (std::size_t row = 0; row < table.size(); ++row) {
    rows_.push_back(read_row(table, row, text, act));
  }
  std::stable_sort(rows_.begin(), rows_.end(),
                   [](const Row& a, const Row& b) { return a.date < b.date; });
}

// First the pairs that name each other; then, in the order of their dates, the days off that give
// no reason, and those that give one but no date.
void File::pair_moves() {
  enum class Round { by_name, unexplained, rest };
  const auto names = [](const Row& a, const Row& b) {
    return a.basis.find(format_date(b.date)) != std::string::npos;
  };
  for (const Round round : {Round::by_name, Round::unexplained, Round::rest}) {
    const bool by_name = round == Round::by_name;
    for (Row& moved : rows_) {
      if (moved.kind != DayKind::moved_day_off || moved.partner != nullptr) continue;
      if (round == Round::unexplained && !is_unexplained(moved)) continue;
      if (!by_name && moved_from(moved.basis)) continue;
      const auto worked = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) {
        return row.kind == DayKind::working_weekend && row.partner == nullptr &&
               (!moved.weeks || !row.weeks || row.weeks->hold(*moved.weeks)) &&
               (!by_name || names(moved, row) || names(row, moved));
      });
      if (worked != rows_.end()) pair(moved, *worked);
    }
  }
}

// Each then names the other, as the published data do.
void File::pair(Row& moved, Row& worked) const {
  moved.partner = &worked;
  worked.partner = &moved;
  if (!moved_from(moved.basis)) {
    moved.basis += fmt::format("; day off moved from {} {}", weekday_name(worked.date),
                               format_date(worked.date));
  }
  if (!moved_to(worked.basis)) {
    worked.basis +=
        fmt::format("; day off moved to {} {}", weekday_name(moved.date), format_date(moved.date));
  }
}

// A moved day off that gives no reason behind its act.
bool File::is_unexplained(const Row& row) const {
  const std::size_t reason = row.basis.find("; ");
  return reason == std::string::npos || reason + 2 >= row.basis.size();
}

bool File::is_kind(Date date, DayKind kind) const {
  const auto row = std::find_if(rows_.begin(), rows_.end(),
                                [&](const Row& candidate) { return candidate.date == date; });
  if (row != rows_.end()) return row->kind == kind;
  if (date < previous_.five_day.first() || date > previous_.five_day.last()) return false;
  return previous_.five_day.describe(date).kind == code(kind);
}

void File::settle_weeks(Row& row) const {
  if (row.weeks) return;
  if (row.partner != nullptr && row.partner->weeks) {
    row.weeks = row.partner->weeks;
    return;
  }
  row.weeks = Weeks{true, true};
  const bool moved = row.kind == DayKind::moved_day_off && row.partner != nullptr;
  if (row.kind == DayKind::working_weekend || moved) {
    const Date worked = moved ? row.partner->date : row.date;
    row.weeks->six_day = std::chrono::weekday{worked} == std::chrono::Sunday;
  }
  if (row.kind == DayKind::transferred_day_off) {
    const std::chrono::weekday day{row.date};
    const Date sunday = row.date - (day - std::chrono::Sunday);
    bool first_since = true;
    for (Date between = sunday + days{1}; between < row.date; between += days{1}) {
      first_since = first_since && !is_kind(between, DayKind::transferred_day_off);
    }
    row.weeks->six_day = first_since && is_kind(sunday, DayKind::holiday);
  }
}

void File::check(const Row& row) const {
  for (const Row& other : rows_) {
    if (other.line >= row.line || other.date != row.date || !other.weeks->meet(*row.weeks))
      continue;
    refuse(name_, row.line, fmt::format("each date once (line {} has it too)", other.line),
           format_date(row.date));
  }
  for (const Week week : kWeeks) {
    if (!row.weeks->hold(week) || !row.kind) continue;
    const bool weekend = is_weekend(row.date, week);
    const bool takes_a_working_day =
        row.kind == DayKind::transferred_day_off || row.kind == DayKind::moved_day_off;
    if (row.kind == DayKind::working_weekend ? weekend : !(takes_a_working_day && weekend))
      continue;
    refuse(name_, row.line,
           fmt::format("{} day of the {}-day week as {}", weekend ? "a working" : "a weekend",
                       code(week), code(*row.kind)),
           fmt::format("{} {}", weekday_name(row.date), format_date(row.date)));
  }
  if (row.kind != DayKind::moved_day_off || row.partner != nullptr) return;
  const auto worked = moved_from(row.basis);
  if (worked ? !is_kind(*worked, DayKind::working_weekend) : is_unexplained(row)) {
    refuse(name_, row.line,
           "a weekend day worked for the moved day off, or a reason behind its act", row.basis);
  }
}

void File::check_years() const {
  for (int year = last_published_year() + 1; year <= last_year(); ++year) {
    const auto next = std::find_if(rows_.begin(), rows_.end(),
                                   [&](const Row& row) { return year_of(row.date) >= year; });
    if (year_of(next->date) == year) continue;
    refuse(name_, next->line, fmt::format("years without a gap, {} after {}", year, year - 1),
           format_date(next->date));
  }
}

// The holidays of the last published year stand in each new one, and what fell on a weekend there
// has given its day off.
void File::check_new_year(const WorkingCalendar& calendar, int year) const {
  const WorkingCalendar& known = previous_.calendar(calendar.week());
  const auto has_row = [&](Date date) {
    return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
      return row.date == date && row.weeks->hold(calendar.week());
    });
  };
  for (const SpecialDay& day : known.special_days()) {
    if (year_of(day.date) != last_published_year()) continue;
    // A day off such as 7 January returns on its date; one of the lunar calendar does not.
    const Date year_before = in_year(day.date, last_published_year() - 1);
    const bool returns = day.kind == DayKind::holiday ||
                         (day.kind == DayKind::day_off && year_before >= known.first() &&
                          known.describe(year_before).kind == code(DayKind::day_off));
    if (!returns || has_row(in_year(day.date, year))) continue;
    throw BadInput(
        fmt::format("{}: expected all holidays of {} for the {}-day week, found none on {}", name_,
                    year, code(calendar.week()), format_date(in_year(day.date, year))));
  }
  int owed = 0;
  for (const SpecialDay& day : calendar.special_days()) {
    if (year_of(day.date) != year) continue;
    if (day.kind == DayKind::holiday && is_weekend(day.date, calendar.week())) ++owed;
    const bool moved_on = day.kind == DayKind::moved_day_off && !moved_from(day.basis);
    if (day.kind == DayKind::transferred_day_off || moved_on) --owed;
  }
  if (owed <= 0) return;
  throw BadInput(
      fmt::format("{}: expected a transferred day off for each holiday of {} on a weekend of the "
                  "{}-day week, found {} too few",
                  name_, year, code(calendar.week()), owed));
}

WorkingCalendar File::calendar(Week week, std::string calendar_name) const {
  std::vector<CalendarChange> changes;
  for (const Row& row : rows_) {
    if (!row.weeks->hold(week)) continue;
    changes.push_back({row.date, std::nullopt});
    if (row.kind) changes.back().day = SpecialDay{row.date, *row.kind, row.name, row.basis};
  }
  WorkingCalendar changed = with_changes(previous_.calendar(week), std::move(calendar_name),
                                         last_year(), std::move(changes));
  for (int year = last_published_year() + 1; year <= last_year(); ++year) {
    check_new_year(changed, year);
  }
  check_moves(changed);
  return changed;
}

}  // namespace

CalendarEdition read_calendar_edition(std::string_view text, std::string_view file, std::string act,
                                      Date known_since, const CalendarEdition& previous) {
  if (act.empty()) throw BadInput(fmt::format("{}: expected the decree's text, found none", file));
  if (known_since <= previous.known_since) {
    throw BadInput(
        fmt::format("{}: expected a decree known later than {}, since when {} is, found {}", file,
                    format_date(previous.known_since), previous.code, format_date(known_since)));
  }
  const File days_of_decree{text, file, act, previous};
  std::string code = fmt::format("{}-{}", previous.code.substr(0, previous.code.find('-')),
                                 format_date(known_since));
  WorkingCalendar five_day =
      days_of_decree.calendar(Week::five_day, calendar_name(code, Week::five_day));
  WorkingCalendar six_day =
      days_of_decree.calendar(Week::six_day, calendar_name(code, Week::six_day));
  return {std::move(code), known_since, std::move(act), std::move(five_day), std::move(six_day)};
}

}  // namespace reglament
