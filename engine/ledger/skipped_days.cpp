#include "engine/ledger/skipped_days.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace reglament {
namespace {

using std::chrono::days;

constexpr std::string_view kWeekend = "weekend";
constexpr std::size_t kWeekendsListed = 4;

// Dates in a row with one reason.
struct Run {
  Date first;
  Date last;
  std::string reason;
};

// "New Year's Day (transferred)" tells its kind already.
std::string_view plain_name(std::string_view name) {
  constexpr std::string_view suffix = " (transferred)";
  if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  return name;
}

std::string reason_of(const WorkingCalendar::DayDescription& day) {
  if (day.name.empty()) return std::string(day.kind);
  std::string kind(day.kind);
  std::ranges::replace(kind, '_', ' ');
  const bool by_law_of_its_own = kind == "holiday" || kind == "day off";
  if (by_law_of_its_own) return fmt::format("{} ({})", day.name, kind);
  const std::string_view act = day.basis.substr(0, day.basis.find("; "));
  return fmt::format("{} ({}; {})", plain_name(day.name), kind, act);
}

std::string dates_of(const Run& run) {
  if (run.first == run.last) return format_date(run.first);
  const std::string last = format_date(run.last);
  const bool same_month = format_date(run.first).substr(0, 7) == last.substr(0, 7);
  return fmt::format("{} {} {}", format_date(run.first),
                     run.last - run.first == days{1} ? "and" : "to",
                     same_month ? last.substr(8) : last);
}

template <class Wanted>
std::vector<Run> runs(Date from, Date to, const WorkingCalendar& calendar, Wanted wanted) {
  std::vector<Run> found;
  for (Date date = from + days{1}; date <= to; date += days{1}) {
    const auto day = calendar.describe(date);
    if (!wanted(day)) continue;
    std::string reason = reason_of(day);
    if (!found.empty() && found.back().last + days{1} == date && found.back().reason == reason) {
      found.back().last = date;
    } else {
      found.push_back({date, date, std::move(reason)});
    }
  }
  return found;
}

std::string text_of(const std::vector<Run>& listed) {
  std::string text;
  for (const Run& run : listed) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", dates_of(run), run.reason);
  }
  return text;
}

}  // namespace

std::string days_off(Date from, Date to, const WorkingCalendar& calendar) {
  std::vector<Run> off = runs(from, to, calendar, [](const auto& day) { return !day.working; });
  std::size_t weekends = 0;
  days::rep weekend_days = 0;
  for (const Run& run : off) {
    if (run.reason != kWeekend) continue;
    ++weekends;
    weekend_days += (run.last - run.first).count() + 1;
  }
  if (weekends <= kWeekendsListed) return text_of(off);
  std::erase_if(off, [](const Run& run) { return run.reason == kWeekend; });
  const std::string listed = text_of(off);
  return fmt::format("{} days of {} weekends{}{}", weekend_days, weekends,
                     listed.empty() ? "" : ", ", listed);
}

std::string worked_weekends(Date from, Date to, const WorkingCalendar& calendar) {
  return text_of(runs(from, to, calendar,
                      [](const auto& day) { return day.working && day.kind != "working"; }));
}

}  // namespace reglament
