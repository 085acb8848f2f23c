#include "engine/time/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace reglament {
namespace {

using std::chrono::days;

constexpr std::array<std::pair<DayKind, std::string_view>, 5> kKinds{{
    {DayKind::holiday, "holiday"},
    {DayKind::day_off, "day_off"},
    {DayKind::transferred_day_off, "transferred_day_off"},
    {DayKind::moved_day_off, "moved_day_off"},
    {DayKind::working_weekend, "working_weekend"},
}};

Date first_of(int year) {
  return Date{std::chrono::year{year} / std::chrono::January / std::chrono::day{1}};
}

Date checked_first(int first_year, int last_year, const std::string& edition) {
  if (first_year < 1 || last_year > 9999 || last_year < first_year) {
    throw BadInput(fmt::format("calendar {}: expected years in order within 1..9999, found {}..{}",
                               edition, first_year, last_year));
  }
  return first_of(first_year);
}

// The ways out of add, count and subtract stand apart, so that nothing of them lies in their path.
[[noreturn, gnu::cold, gnu::noinline]] void throw_outside(const WorkingCalendar& calendar,
                                                          Date date) {
  throw OutsideCalendar(fmt::format("calendar {}: expected a date from {} to {}, found {}",
                                    calendar.edition(), format_date(calendar.first()),
                                    format_date(calendar.last()), format_date(date)));
}

[[noreturn, gnu::cold, gnu::noinline]] void throw_runs_out(const WorkingCalendar& calendar,
                                                           Date date, WorkingDays term,
                                                           std::string_view direction) {
  if (term.days < 0) {
    throw BadInput(fmt::format("calendar {}: expected a term of 0 working days or more, found {}",
                               calendar.edition(), term.days));
  }
  throw OutsideCalendar(fmt::format("calendar {}: expected a result from {} to {}, found {} {} {}",
                                    calendar.edition(), format_date(calendar.first()),
                                    format_date(calendar.last()), describe(Term{term}), direction,
                                    format_date(date)));
}

[[noreturn, gnu::cold, gnu::noinline]] void throw_backwards(const WorkingCalendar& calendar,
                                                            Date from, Date to) {
  throw BadInput(fmt::format("calendar {}: expected an end not before {}, found {}",
                             calendar.edition(), format_date(from), format_date(to)));
}

}  // namespace

WorkingCalendar::WorkingCalendar(std::string edition, Week week, int first_year, int last_year,
                                 std::vector<SpecialDay> special_days)
    : edition_(std::move(edition)),
      week_(week),
      first_(checked_first(first_year, last_year, edition_)),
      last_(first_of(last_year + 1) - days{1}),
      days_(std::move(special_days)) {
  for (std::size_t i = 0; i < days_.size(); ++i) {
    check(days_[i]);
    if (i > 0 && days_[i].date <= days_[i - 1].date) {
      throw BadInput(
          fmt::format("calendar {}: expected each date once, ascending, found {} after {}",
                      edition_, format_date(days_[i].date), format_date(days_[i - 1].date)));
    }
  }
  fill_tables();
}

void WorkingCalendar::check(const SpecialDay& day) const {
  static_cast<void>(index_of(day.date));
  const bool weekend = is_weekend(day.date, week_);
  if (day.kind == DayKind::working_weekend && !weekend) {
    throw BadInput(
        fmt::format("calendar {}: expected a weekend day of the {}-day week as {}, found {}",
                    edition_, code(week_), code(day.kind), format_date(day.date)));
  }
  const bool takes_a_working_day =
      day.kind == DayKind::transferred_day_off || day.kind == DayKind::moved_day_off;
  if (takes_a_working_day && weekend) {
    throw BadInput(fmt::format(
        "calendar {}: expected a day as {} that is worked in an ordinary {}-day week, found {}",
        edition_, code(day.kind), code(week_), format_date(day.date)));
  }
}

void WorkingCalendar::fill_tables() {
  auto special = days_.begin();
  ordinal_.reserve(static_cast<std::size_t>((last_ - first_).count()) + 2);
  ordinal_.push_back(0);
  for (Date date = first_; date <= last_; date += days{1}) {
    bool worked = !is_weekend(date, week_);
    if (special != days_.end() && special->date == date) {
      worked = special->kind == DayKind::working_weekend;
      ++special;
    }
    if (worked) working_.push_back(static_cast<std::int32_t>(date.time_since_epoch().count()));
    ordinal_.push_back(static_cast<std::int32_t>(working_.size()));
  }
}

std::size_t WorkingCalendar::index_of(Date date) const {
  // Unsigned, so that one comparison refuses the dates on both sides.
  const std::size_t index = static_cast<std::size_t>(date.time_since_epoch().count()) -
                            static_cast<std::size_t>(first_.time_since_epoch().count());
  if (index >= static_cast<std::size_t>((last_ - first_).count()) + 1) [[unlikely]] {
    throw_outside(*this, date);
  }
  return index;
}

Date WorkingCalendar::add(Date date, WorkingDays term) const {
  const std::size_t index = index_of(date);
  if (term.days == 0) [[unlikely]]
    return date;
  // A negative term becomes a number beyond every table.
  const auto steps = static_cast<std::size_t>(static_cast<std::int64_t>(term.days)) - 1;
  const std::size_t position = static_cast<std::size_t>(ordinal_[index + 1]) + steps;
  if (term.days < 0 || position >= working_.size()) [[unlikely]] {
    throw_runs_out(*this, date, term, "after");
  }
  return Date{days{working_[position]}};
}

WorkingDays WorkingCalendar::count(Date from, Date to) const {
  const std::size_t before = index_of(from);
  const std::size_t until = index_of(to);
  if (until < before) [[unlikely]]
    throw_backwards(*this, from, to);
  return WorkingDays{ordinal_[until + 1] - ordinal_[before + 1]};
}

Date WorkingCalendar::subtract(Date date, WorkingDays term) const {
  const std::size_t index = index_of(date);
  if (term.days == 0) [[unlikely]]
    return date;
  const std::int32_t before = ordinal_[index];
  if (term.days < 0 || term.days > before) [[unlikely]] {
    throw_runs_out(*this, date, term, "before");
  }
  return Date{days{working_[static_cast<std::size_t>(before - term.days)]}};
}

bool WorkingCalendar::is_working(Date date) const {
  const std::size_t index = index_of(date);
  return ordinal_[index + 1] != ordinal_[index];
}

WorkingCalendar::DayDescription WorkingCalendar::describe(Date date) const {
  const bool working = is_working(date);
  const auto found =
      std::lower_bound(days_.begin(), days_.end(), date,
                       [](const SpecialDay& day, Date wanted) { return day.date < wanted; });
  if (found != days_.end() && found->date == date) {
    return {working, code(found->kind), found->name, found->basis};
  }
  return {working, working ? "working" : "weekend", {}, {}};
}

std::string_view code(DayKind kind) {
  return std::find_if(kKinds.begin(), kKinds.end(),
                      [&](const auto& known) { return known.first == kind; })
      ->second;
}

std::optional<DayKind> parse_day_kind(std::string_view code) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                  [&](const auto& known) { return known.second == code; });
  if (found == kKinds.end()) return std::nullopt;
  return found->first;
}

bool is_weekend(Date date, Week week) {
  const std::chrono::weekday day{date};
  return day == std::chrono::Sunday || (week == Week::five_day && day == std::chrono::Saturday);
}

std::string_view weekday_name(Date date) {
  constexpr std::array<std::string_view, 7> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return names[std::chrono::weekday{date}.iso_encoding() - 1];
}

std::string_view code(Week week) { return week == Week::five_day ? "five" : "six"; }

}  // namespace reglament
