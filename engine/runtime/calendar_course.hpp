// The calendar editions of one database: those that the program carries with the decrees that were
// published here laid over them, and when each comes into use.
//
// An edition that the program carries comes into use when the date since which it is known has
// begun at every office; a published one, when it was published. Deadlines that are set are counted
// with the edition known on the office's date (calendar_at); those that are open follow what has
// come into use.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/casework/directory.hpp"
#include "engine/runtime/store.hpp"
#include "engine/time/calendar_editions.hpp"

namespace reglament {

// A decree as it is handed in.
struct CalendarPublication {
  std::string file;  // where the text comes from, for the texts of errors
  std::string text;  // as engine/time/calendar_file.hpp reads it
  std::string act;
  std::optional<Date> known_from;  // nothing: the date of the clock
  bool operator==(const CalendarPublication&) const = default;
};

struct EditionInUse {
  const CalendarEdition* edition;  // lives as long as a copy of the course's editions
  Instant since;
};

class CalendarCourse {
 public:
  // Throws BadInput where a published decree can not be read against what the program carries. The
  // directory outlives this object.
  CalendarCourse(const CalendarEditions& carried, std::vector<StoredCalendarEdition> published,
                 const Directory& directory);

  [[nodiscard]] const std::vector<StoredCalendarEdition>& published() const { return published_; }
  [[nodiscard]] const CalendarEditions& editions() const { return editions_; }

  // The code of the edition in use then; empty before the first.
  [[nodiscard]] std::string_view in_use(Instant now) const;
  // When the next edition comes into use.
  [[nodiscard]] std::optional<Instant> next_after(Instant now) const;
  // The editions that came into use by now, later than the one that open deadlines follow already.
  // Of a code that is not known here: the latest alone.
  [[nodiscard]] std::vector<EditionInUse> to_follow(std::string_view followed, Instant now) const;

  // The row that the publication makes; the one that is there already where the same decree was
  // published before. Throws BadInput for a file or a date that can not be: a decree is known
  // later than the edition in use, and not before the day comes.
  [[nodiscard]] StoredCalendarEdition draft(const CalendarPublication& publication,
                                            Instant now) const;
  [[nodiscard]] bool has(std::string_view code) const;

 private:
  [[nodiscard]] const StoredCalendarEdition* find_published(std::string_view code) const;
  [[nodiscard]] std::size_t count_in_use(Instant now) const;

  const Directory& directory_;
  std::vector<StoredCalendarEdition> published_;
  CalendarEditions editions_;
  std::vector<Instant> since_;  // of each of the editions, ascending
};

}  // namespace reglament
