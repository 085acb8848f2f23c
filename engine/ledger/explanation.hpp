// Why a deadline is due when it is, in words that a clerk can follow with a calendar on the wall:
// where it starts, by which paragraph it runs how long, which days were not counted and why, which
// edition of the calendar said so, at what hour it ends; and what was done to it since it was set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/casework/case.hpp"
#include "engine/casework/directory.hpp"
#include "engine/history/entry.hpp"
#include "engine/time/calendar_editions.hpp"

namespace reglament {

// One thing that an entry did to a deadline after it was set.
struct DeadlineAct {
  Symbol change;  // extended, suspended, resumed, restarted, moved
  Instant at{};
  std::string reason;  // the decree of a move, else the paragraph that was applied
  Symbol term;         // extended: the new total; suspended: what was left, if anything
  Date old_due{};      // where the dates replaced others
};

// What the entries tell of one deadline.
struct DeadlineStory {
  Instant set_at{};  // when the event happened that set it
  std::vector<DeadlineAct> acts;
};

// The fold of a case's entries: the stories of its deadlines in the order in which they were set,
// as in Case::deadlines.
class DeadlineStories {
 public:
  void add(const Entry& entry);
  // Of Case::deadlines[index]. Precondition: its entry was added.
  [[nodiscard]] const DeadlineStory& of(std::size_t index) const { return told_.at(index).story; }

 private:
  struct Told {
    Symbol scope;
    Symbol step;
    bool open = true;
    bool expired = false;
    DeadlineStory story;
  };
  std::vector<Told> told_;
};

// "due 2016-01-11: 5 working days after 2015-12-30 (003 §14); not counted: 2016-01-01 and 02 New
// Year's Day (holiday), ...; calendar kz-five-day-2014-04-18; ends at closing 18:00".
// `service` is the id of the case's regulation. Throws Unavailable where the deadline names a
// calendar or an office that is not known here.
[[nodiscard]] std::string explain(const Deadline& deadline, const DeadlineStory& story,
                                  std::string_view service, const CalendarEditions& editions,
                                  const Directory& directory);

}  // namespace reglament
