#include "engine/time/calendar_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace reglament {
namespace {

using std::chrono::days;

constexpr std::string_view kMovedFrom = "day off moved from ";
constexpr std::string_view kMovedTo = "day off moved to ";

int year_of(Date date) { return static_cast<int>(std::chrono::year_month_day{date}.year()); }

// "Sat 2016-03-05" behind the phrase.
std::optional<Date> date_behind(std::string_view phrase, std::string_view basis) {
  const std::size_t at = basis.find(phrase);
  if (at == std::string_view::npos) return std::nullopt;
  constexpr std::string_view form = "Sat 2016-03-05";
  constexpr std::size_t name_length = 3;
  const std::string_view found = basis.substr(at + phrase.size(), form.size());
  const auto date = found.size() == form.size() ? parse_date(found.substr(name_length + 1))
                                                : std::optional<Date>{};
  if (!date || !found.starts_with(weekday_name(*date))) {
    throw BadInput(
        fmt::format("basis: expected a day of the week and its date after '{}', found '{}'",
                    phrase.substr(0, phrase.size() - 1), found));
  }
  return date;
}

const SpecialDay* find_day(const WorkingCalendar& calendar, Date date) {
  const auto& all = calendar.special_days();
  const auto found =
      std::lower_bound(all.begin(), all.end(), date,
                       [](const SpecialDay& day, Date wanted) { return day.date < wanted; });
  return found != all.end() && found->date == date ? &*found : nullptr;
}

void check_moved_day_off(const WorkingCalendar& calendar, const SpecialDay& day) {
  const auto worked = moved_from(day.basis);
  if (!worked) {
    const std::size_t reason = day.basis.find("; ");
    if (reason != std::string::npos && reason + 2 < day.basis.size()) return;
    throw BadInput(
        fmt::format("calendar {}: expected the weekend day worked for the moved day off {}, or a "
                    "reason behind the act, found '{}'",
                    calendar.edition(), format_date(day.date), day.basis));
  }
  const SpecialDay* partner = find_day(calendar, *worked);
  const bool mutual = partner != nullptr && partner->kind == DayKind::working_weekend &&
                      moved_to(partner->basis) == day.date;
  if (mutual) return;
  throw BadInput(fmt::format("calendar {}: expected {} worked for the moved day off {}, found {}",
                             calendar.edition(), format_date(*worked), format_date(day.date),
                             calendar.describe(*worked).kind));
}

}  // namespace

WorkingCalendar with_changes(const WorkingCalendar& calendar, std::string name, int last_year,
                             std::vector<CalendarChange> changes) {
  std::sort(changes.begin(), changes.end(),
            [](const CalendarChange& a, const CalendarChange& b) { return a.date < b.date; });
  const auto twice = std::adjacent_find(
      changes.begin(), changes.end(),
      [](const CalendarChange& a, const CalendarChange& b) { return a.date == b.date; });
  if (twice != changes.end()) {
    throw BadInput(fmt::format("calendar {}: expected each date changed once, found {} twice", name,
                               format_date(twice->date)));
  }
  std::vector<SpecialDay> special_days;
  special_days.reserve(calendar.special_days().size() + changes.size());
  auto change = changes.begin();
  const auto take_changes_before = [&](Date date) {
    for (; change != changes.end() && change->date < date; ++change) {
      if (change->day) special_days.push_back(*std::move(change->day));
    }
  };
  for (const SpecialDay& day : calendar.special_days()) {
    take_changes_before(day.date);
    if (change == changes.end() || change->date != day.date) special_days.push_back(day);
  }
  take_changes_before(Date::max());
  return {std::move(name), calendar.week(), year_of(calendar.first()), last_year,
          std::move(special_days)};
}

std::vector<Date> changes_between(const WorkingCalendar& a, const WorkingCalendar& b) {
  std::vector<Date> changed;
  const Date last = std::min(a.last(), b.last());
  for (Date date = std::max(a.first(), b.first()); date <= last; date += days{1}) {
    if (a.is_working(date) != b.is_working(date)) changed.push_back(date);
  }
  return changed;
}

std::optional<Date> moved_from(std::string_view basis) { return date_behind(kMovedFrom, basis); }

std::optional<Date> moved_to(std::string_view basis) { return date_behind(kMovedTo, basis); }

void check_moves(const WorkingCalendar& calendar) {
  for (const SpecialDay& day : calendar.special_days()) {
    if (day.kind == DayKind::moved_day_off) check_moved_day_off(calendar, day);
  }
}

}  // namespace reglament
