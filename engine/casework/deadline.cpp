#include "engine/casework/deadline.hpp"

#include <fmt/format.h>

namespace reglament {
namespace {

Date next_working(Date date, const WorkingCalendar& calendar) {
  return calendar.is_working(date) ? date : calendar.add(date, WorkingDays{1});
}

Date add_months(Date start, CalendarMonths term) {
  const std::chrono::year_month_day from{start};
  const std::chrono::year_month_day same_day = from + std::chrono::months(term.months);
  return Date(same_day.ok() ? std::chrono::local_days(same_day)
                            : std::chrono::local_days(same_day.year() / same_day.month() /
                                                      std::chrono::last));
}

struct DueDate {
  Date start;
  const WorkingCalendar& calendar;

  Date operator()(WorkingDays term) const { return calendar.add(start, term); }
  Date operator()(CalendarDays term) const {
    return next_working(start + std::chrono::days(term.days), calendar);
  }
  Date operator()(CalendarMonths term) const {
    return next_working(add_months(start, term), calendar);
  }
  Date operator()(WorkingMinutes term) const {
    throw BadInput(
        fmt::format("expected a term in days or months, found {}", describe(Term(term))));
  }
};

}  // namespace

DeadlineDates deadline_dates(const Term& term, Instant event, OfficeIndex office,
                             WorkingDays warn_before, const Directory& directory,
                             const WorkingCalendar& calendar) {
  DeadlineDates dates;
  dates.since = event;
  dates.start = directory.civil_date(office, event);
  dates.due = std::visit(DueDate{dates.start, calendar}, term);
  dates.due_at = directory.closing_instant(office, dates.due);
  if (warn_before.days > 0) {
    const Date day = calendar.subtract(dates.due, warn_before);
    const Instant warn_at = directory.closing_instant(office, day);
    if (warn_at > event) dates.warn_at = warn_at;
  }
  return dates;
}

}  // namespace reglament
