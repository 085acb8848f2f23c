// Why a deadline is due when it is, in words that a clerk can follow with a calendar on the wall:
// where it starts, by which paragraph it runs how long, which days were not counted and why, which
// edition of the calendar said so, at what hour it ends; and what was done to it since it was set.
#pragma once

#include <span>
#include <string>
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
  Symbol term;         // extended: the new total; suspended: what was left
  Date old_due{};      // where the dates replaced others
};

// The fold of a case's entries: what was done to each deadline, in the order in which they were
// set, as in Case::deadlines.
class DeadlineActs {
 public:
  void add(const Entry& entry);
  // Of Case::deadlines[index]; empty where nothing was done.
  [[nodiscard]] std::span<const DeadlineAct> of(std::size_t index) const;

 private:
  struct Told {
    Symbol scope;
    Symbol step;
    bool open = true;
    std::vector<DeadlineAct> acts;
  };
  std::vector<Told> deadlines_;
};

// "due 2016-01-11: 5 working days after 2015-12-30 (003 §14); not counted: 2016-01-01 and 02 New
// Year's Day (holiday), ...; calendar kz-five-day-2014-04-18; ends at closing 18:00".
// Throws Unavailable where the deadline names a calendar or an office that is not known here.
[[nodiscard]] std::string explain(const Deadline& deadline, std::span<const DeadlineAct> acts,
                                  const CalendarEditions& editions, const Directory& directory);

}  // namespace reglament
