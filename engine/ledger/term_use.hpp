// How much of its term a step took, in working minutes of the office that had to keep it.
//
// Both are counted from the moment from which the term runs: up to the answer, and up to the due
// instant.
// They are measured by the hours of the office (office_time.hpp) on the calendar by which the term
// ran, so that nights, days off and holidays count for neither.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "engine/casework/case.hpp"
#include "engine/casework/directory.hpp"
#include "engine/law/regulation.hpp"
#include "engine/time/calendar_editions.hpp"

namespace reglament {

class TermUse {
 public:
  // Both outlive this.
  TermUse(const Directory& directory, const CalendarEditions& editions)
      : directory_(directory), editions_(editions) {}

  struct Minutes {
    WorkingMinutes worked;
    WorkingMinutes term;

    // Worked / term, in 1/10,000, above 10,000 where it was late. Nothing for a term without a
    // working minute.
    [[nodiscard]] std::optional<std::int64_t> share() const;
  };

  // Of a deadline of this service that has ended; `counting` of its term. Nothing where the term
  // stood still in between, for the case does not say how long, and where it lies beyond the
  // published years. Throws Unavailable where its office or its calendar is not known here.
  [[nodiscard]] std::optional<Minutes> minutes(const Deadline& deadline, Symbol service,
                                               const Counting& counting);

  // The time of an office in a service, by this calendar.
  struct Measure {
    Symbol office;
    Symbol service;
    Symbol calendar;
  };
  // Of any span; nothing, and throws, likewise.
  [[nodiscard]] std::optional<WorkingMinutes> minutes(const Measure& measure, Instant from,
                                                      Instant to);

 private:
  [[nodiscard]] const WorkingCalendar& calendar_of(Symbol name);

  const Directory& directory_;
  const CalendarEditions& editions_;
  std::unordered_map<Symbol, const WorkingCalendar*> calendars_;  // by name, as they were met
};

}  // namespace reglament
