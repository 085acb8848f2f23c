#include "engine/runtime/calendar_course.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/fault.hpp"
#include "engine/time/calendar_decrees.hpp"
#include "engine/time/calendar_file.hpp"

namespace reglament {
namespace {

CalendarEditions laid_over(const CalendarEditions& carried,
                           const std::vector<StoredCalendarEdition>& published) {
  std::vector<CalendarDecree> decrees;
  decrees.reserve(published.size());
  for (const StoredCalendarEdition& row : published) {
    decrees.push_back({row.known_since, row.act, row.text});
  }
  return with_decrees(carried, decrees);
}

}  // namespace

CalendarCourse::CalendarCourse(const CalendarEditions& carried,
                               std::vector<StoredCalendarEdition> published,
                               const Directory& directory)
    : directory_(directory),
      published_(std::move(published)),
      editions_(laid_over(carried, published_)) {
  since_.reserve(editions_.size());
  for (std::size_t i = 0; i < editions_.size(); ++i) {
    const StoredCalendarEdition* const row = find_published(editions_[i].code);
    const Instant since =
        row != nullptr ? row->published_at : directory_.begins_everywhere(editions_[i].known_since);
    since_.push_back(since_.empty() ? since : std::max(since, since_.back()));
  }
}

const StoredCalendarEdition* CalendarCourse::find_published(std::string_view code) const {
  const auto found = std::ranges::find(published_, code, &StoredCalendarEdition::code);
  return found == published_.end() ? nullptr : &*found;
}

bool CalendarCourse::has(std::string_view code) const { return find_published(code) != nullptr; }

std::size_t CalendarCourse::count_in_use(Instant now) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(since_, now) - since_.begin());
}

std::string_view CalendarCourse::in_use(Instant now) const {
  const std::size_t count = count_in_use(now);
  return count == 0 ? std::string_view() : editions_[count - 1].code;
}

std::optional<Instant> CalendarCourse::next_after(Instant now) const {
  const std::size_t count = count_in_use(now);
  if (count == since_.size()) return std::nullopt;
  return since_[count];
}

std::vector<EditionInUse> CalendarCourse::to_follow(std::string_view followed, Instant now) const {
  const std::size_t count = count_in_use(now);
  std::size_t next = count == 0 ? 0 : count - 1;
  for (std::size_t i = 0; i < editions_.size(); ++i) {
    if (editions_[i].code == followed) next = i + 1;
  }
  std::vector<EditionInUse> rest;
  for (; next < count; ++next) rest.push_back({&editions_[next], since_[next]});
  return rest;
}

StoredCalendarEdition CalendarCourse::draft(const CalendarPublication& publication,
                                            Instant now) const {
  const Date today = directory_.date_everywhere(now);
  const Date known_since = publication.known_from.value_or(today);
  for (const StoredCalendarEdition& row : published_) {
    const bool again = row.act == publication.act && row.text == publication.text &&
                       (row.known_since == known_since || !publication.known_from);
    if (again) return row;
  }
  if (known_since > today) {
    throw BadInput(
        fmt::format("{}: expected a decree known by {}, the date of the clock, found one known "
                    "from {}: publish it when that day has come",
                    publication.file, format_date(today), format_date(known_since)));
  }
  CalendarEdition edition = read_calendar_edition(
      publication.text, publication.file, publication.act, known_since, editions_.known_on(today));
  return {std::move(edition.code), known_since, publication.act, publication.text, now};
}

}  // namespace reglament
