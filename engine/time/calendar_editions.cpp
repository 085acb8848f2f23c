#include "engine/time/calendar_editions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

void check_weeks(const CalendarEdition& edition) {
  for (const Week week : {Week::five_day, Week::six_day}) {
    if (edition.calendar(week).week() == week) continue;
    throw BadInput(fmt::format("calendar edition {}: expected a {}-day week, found {}",
                               edition.code, code(week), edition.calendar(week).edition()));
  }
}

void check_order(const CalendarEdition& previous, const CalendarEdition& edition) {
  if (edition.known_since <= previous.known_since) {
    throw BadInput(fmt::format(
        "calendar edition {}: expected to be known later than {}, since when {} is, found {}",
        edition.code, format_date(previous.known_since), previous.code,
        format_date(edition.known_since)));
  }
  for (const Week week : {Week::five_day, Week::six_day}) {
    const WorkingCalendar& before = previous.calendar(week);
    const WorkingCalendar& after = edition.calendar(week);
    if (after.first() <= before.first() && after.last() >= before.last()) continue;
    throw BadInput(fmt::format(
        "calendar edition {}: expected at least the years of {}, {} to {}, found {} to {}",
        edition.code, previous.code, format_date(before.first()), format_date(before.last()),
        format_date(after.first()), format_date(after.last())));
  }
}

}  // namespace

std::string calendar_name(std::string_view edition_code, Week week) {
  const std::size_t dash = std::min(edition_code.find('-'), edition_code.size());
  return fmt::format("{}-{}-day{}", edition_code.substr(0, dash), code(week),
                     edition_code.substr(dash));
}

CalendarEditions::CalendarEditions(std::vector<CalendarEdition> editions) {
  if (editions.empty()) throw BadInput("calendar editions: expected at least one, found none");
  editions_.reserve(editions.size());
  for (CalendarEdition& edition : editions) append(std::move(edition));
}

void CalendarEditions::append(CalendarEdition edition) {
  check_weeks(edition);
  for (const std::string& name :
       {edition.code, edition.five_day.edition(), edition.six_day.edition()}) {
    if (find(name) == nullptr) continue;
    throw BadInput(fmt::format("calendar edition {}: expected a name of its own, found {} twice",
                               edition.code, name));
  }
  if (!editions_.empty()) check_order(latest(), edition);
  editions_.push_back(std::make_shared<const CalendarEdition>(std::move(edition)));
}

std::size_t CalendarEditions::count_known_on(Date date) const {
  const auto next =
      std::upper_bound(editions_.begin(), editions_.end(), date,
                       [](Date at, const auto& edition) { return at < edition->known_since; });
  if (next == editions_.begin()) {
    throw OutsideCalendar(fmt::format("calendar editions: expected a date since {}, found {}",
                                      format_date(editions_.front()->known_since),
                                      format_date(date)));
  }
  return static_cast<std::size_t>(next - editions_.begin());
}

const CalendarEdition& CalendarEditions::known_on(Date date) const {
  return *editions_[count_known_on(date) - 1];
}

const CalendarEdition* CalendarEditions::find(std::string_view name) const {
  const auto found = std::find_if(editions_.begin(), editions_.end(), [&](const auto& edition) {
    return edition->code == name || edition->five_day.edition() == name ||
           edition->six_day.edition() == name;
  });
  return found == editions_.end() ? nullptr : found->get();
}

CalendarEditions CalendarEditions::with(CalendarEdition edition) const {
  CalendarEditions longer = *this;
  longer.append(std::move(edition));
  return longer;
}

CalendarEditions CalendarEditions::until(Date date) const {
  CalendarEditions shorter;
  const auto known = static_cast<std::ptrdiff_t>(count_known_on(date));
  shorter.editions_.assign(editions_.begin(), editions_.begin() + known);
  return shorter;
}

}  // namespace reglament
