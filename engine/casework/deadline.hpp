// From a term to its dates: from which moment it is counted, when it is due, when its office is
// warned, and what is left of it.
//
// A deadline is a number of days, months or minutes (`rest`) counted from a moment of work
// (`since`). Both are stored, so that the dates can be counted again by another calendar edition,
// and a suspended term can run on with what was left.
#pragma once

#include <optional>

#include "engine/casework/directory.hpp"
#include "engine/law/regulation.hpp"
#include "engine/time/calendar.hpp"
#include "engine/time/civil.hpp"
#include "engine/time/term.hpp"

namespace reglament {

struct DeadlineDates {
  Instant since{};  // the moment from which the term is counted
  Date start{};     // its day
  Date due{};
  Instant due_at{};  // closing time of the office on the due date (Civil Code art. 176)
  std::optional<Instant> warn_at;  // nothing where the moment of warning is past already
};

// Terms as one office counts them for one service.
class TermCount {
 public:
  // All outlive this object.
  TermCount(const Directory& directory, const WorkingCalendar& calendar, OfficeIndex office,
            std::string_view service, WorkingDays warn_before)
      : directory_(directory),
        calendar_(calendar),
        office_(office),
        service_(service),
        warn_before_(warn_before) {}

  // The event itself where the office is open then, else its next working moment: what happens
  // after closing, in a break or on a day off counts from there. Of an office whose hours are not
  // published, the event on a working day, else the beginning of the next one. `hours`: of the
  // channel, where they are not the office's own (a portal round the clock).
  [[nodiscard]] Instant start(Instant event, const Schedule* hours = nullptr) const;

  // Dates of a deadline of `rest` from `since`, which is set at `now`. Throws OutsideCalendar
  // beyond the published years, and BadInput for working minutes of an office without hours. A
  // month without that day ends on its last day (art. 174); a last day that is not a working day
  // ends on the next one (art. 175) unless the act says that it stays.
  [[nodiscard]] DeadlineDates dates(const Term& rest, LastDay last_day, Instant since,
                                    Instant now) const;
  // The same for a step that must be done so long before the service is due.
  [[nodiscard]] DeadlineDates dates_before(const Term& term, Date service_due, Instant now) const;

  // What is left at `at` of a term that is due then: working days of a term of working days,
  // minutes of one of minutes, calendar days of the others.
  [[nodiscard]] Term left(const Term& term, Date due, Instant due_at, Instant at) const;

  // Closing time so many working days after the date.
  [[nodiscard]] Instant closing_after(Date date, WorkingDays days) const;
  [[nodiscard]] Date date_of(Instant instant) const {
    return directory_.civil_date(office_, instant);
  }
  [[nodiscard]] const WorkingCalendar& calendar() const { return calendar_; }

 private:
  void close(DeadlineDates& dates, Instant now) const;
  [[nodiscard]] Instant add_minutes(Instant since, WorkingMinutes term) const;

  const Directory& directory_;
  const WorkingCalendar& calendar_;
  OfficeIndex office_;
  std::string_view service_;
  WorkingDays warn_before_;
};

// What is counted from the day of the event: the day itself is the first where the act counts it,
// and the day of issue follows the last where the act excludes both ends.
[[nodiscard]] Term counted(const Term& term, const Counting& counting);

// A term that is longer by the difference of two totals of its unit; nothing where the units
// differ, or nothing would be left.
[[nodiscard]] std::optional<Term> lengthen(const Term& rest, const Term& from, const Term& to);

// Of one unit, and longer. Terms of different units do not compare.
[[nodiscard]] bool is_longer(const Term& term, const Term& than);

}  // namespace reglament
