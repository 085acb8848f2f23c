#include "engine/time/calendar_decrees.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/time/calendar_changes.hpp"
#include "engine/time/calendar_file.hpp"

namespace reglament {
namespace {

bool says_the_same(const SpecialDay& a, const SpecialDay& b) {
  return a.kind == b.kind && a.name == b.name && a.basis == b.basis;
}

// The days that `later` has otherwise than `earlier`.
std::vector<CalendarChange> set_anew(const WorkingCalendar& earlier, const WorkingCalendar& later) {
  std::vector<CalendarChange> changes;
  auto before = earlier.special_days().begin();
  const auto end = earlier.special_days().end();
  const auto take_back_until = [&](Date date) {
    for (; before != end && before->date < date; ++before) {
      changes.push_back({before->date, std::nullopt});
    }
  };
  for (const SpecialDay& day : later.special_days()) {
    take_back_until(day.date);
    const bool was_there = before != end && before->date == day.date;
    if (!was_there || !says_the_same(*before, day)) changes.push_back({day.date, day});
    if (was_there) ++before;
  }
  take_back_until(Date::max());
  return changes;
}

int last_year(const WorkingCalendar& calendar) {
  return static_cast<int>(std::chrono::year_month_day{calendar.last()}.year());
}

WorkingCalendar laid_over(const WorkingCalendar& base, const WorkingCalendar& earlier,
                          const WorkingCalendar& later, const std::string& code) {
  return with_changes(base, calendar_name(code, base.week()),
                      std::max(last_year(base), last_year(later)), set_anew(earlier, later));
}

CalendarEdition laid_over(const CalendarEdition& base, const CalendarEdition& earlier,
                          const CalendarEdition& later, Date decree) {
  std::string code = fmt::format("{}+{}", later.code, format_date(decree));
  WorkingCalendar five_day = laid_over(base.five_day, earlier.five_day, later.five_day, code);
  WorkingCalendar six_day = laid_over(base.six_day, earlier.six_day, later.six_day, code);
  return {std::move(code), later.known_since, later.act, std::move(five_day), std::move(six_day)};
}

}  // namespace

CalendarEditions with_decrees(const CalendarEditions& carried,
                              std::span<const CalendarDecree> decrees) {
  if (decrees.empty()) return carried;
  CalendarEditions editions = carried.until(decrees.front().known_since - std::chrono::days{1});
  std::size_t next = editions.size();
  const auto carry_on_before = [&](Date date, Date decree) {
    for (; next < carried.size() && carried[next].known_since < date; ++next) {
      editions =
          editions.with(laid_over(editions.latest(), carried[next - 1], carried[next], decree));
    }
  };
  Date last_decree{};
  for (const CalendarDecree& decree : decrees) {
    carry_on_before(decree.known_since, last_decree);
    last_decree = decree.known_since;
    editions = editions.with(
        read_calendar_edition(decree.text, fmt::format("decree of {}", format_date(last_decree)),
                              decree.act, last_decree, editions.latest()));
    if (next < carried.size() && carried[next].known_since == last_decree) ++next;
  }
  carry_on_before(Date::max(), last_decree);
  return editions;
}

}  // namespace reglament
