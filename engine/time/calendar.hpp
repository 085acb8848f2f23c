// The working calendar of one edition: which dates are worked, counted with two tables.
//
// add and count are two array reads. Outside the published years the answer is an exception, never
// a guess: a wrong term is worse than an error.
//
// An edition is immutable. A later decree makes another edition; which one was known on which day
// is for the caller to say, who stores the edition's name beside every due date it computed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/fault.hpp"
#include "engine/time/civil.hpp"
#include "engine/time/term.hpp"

namespace reglament {

// How a date that is not ordinary came to be so. Codes are those of the published data, frozen.
enum class DayKind { holiday, day_off, transferred_day_off, moved_day_off, working_weekend };

struct SpecialDay {
  Date date;
  DayKind kind{};
  std::string name;
  std::string basis;  // the act, and the other date of a move where there is one
};

// Saturday and Sunday are the weekend of a five-day week, Sunday alone that of a six-day week.
enum class Week { five_day, six_day };

// Off in an ordinary week of that length.
[[nodiscard]] bool is_weekend(Date date, Week week);
// "Mon" to "Sun", as the data write it.
[[nodiscard]] std::string_view weekday_name(Date date);

// A date before the first or after the last published year.
struct OutsideCalendar : BadInput {
  using BadInput::BadInput;
};

class WorkingCalendar {
 public:
  // `days`: every date of the years first_year..last_year that differs from an ordinary week, each
  // once, ascending. A holiday or day_off may fall on a weekend day: it keeps its row there, so
  // rows are not days lost. Throws BadInput where a date is given twice, out of order or outside
  // the years; where a working_weekend is not a weekend day of this week; where a
  // transferred_day_off or moved_day_off is one, for neither can take away a day that is off
  // already; and where the years do not lie in order within 0001..9999.
  WorkingCalendar(std::string edition, Week week, int first_year, int last_year,
                  std::vector<SpecialDay> days);

  [[nodiscard]] const std::string& edition() const { return edition_; }
  [[nodiscard]] Week week() const { return week_; }
  [[nodiscard]] Date first() const { return first_; }
  [[nodiscard]] Date last() const { return last_; }

  // The n-th working day after `date`; the date itself is not counted. n = 0 gives `date` itself,
  // worked or not; a negative n is BadInput.
  [[nodiscard]] Date add(Date date, WorkingDays term) const;
  // Working days in (from, to]; `to` before `from` is BadInput. count(d, add(d, n)) == n.
  [[nodiscard]] WorkingDays count(Date from, Date to) const;
  // The working day `term` days before `date` (the date itself is not counted); 0 gives `date`.
  [[nodiscard]] Date subtract(Date date, WorkingDays term) const;
  [[nodiscard]] bool is_working(Date date) const;

  struct DayDescription {
    bool working{};
    std::string_view kind;  // "working", "weekend", or the code of the DayKind
    std::string_view name;  // of the holiday; empty for an ordinary day
    std::string_view basis;
  };
  [[nodiscard]] DayDescription describe(Date date) const;
  [[nodiscard]] const std::vector<SpecialDay>& special_days() const { return days_; }

 private:
  [[nodiscard]] std::size_t index_of(Date date) const;
  void check(const SpecialDay& day) const;
  void fill_tables();

  std::string edition_;
  Week week_;
  Date first_;
  Date last_;
  std::vector<SpecialDay> days_;
  // Working days before the date first_ + i; one entry more than there are dates, so that
  // ordinal_[i + 1] counts the date itself too.
  std::vector<std::int32_t> ordinal_;
  std::vector<std::int32_t> working_;  // the dates worked, ascending, in days since 1970-01-01
};

// Frozen: "holiday", "day_off", "transferred_day_off", "moved_day_off", "working_weekend".
[[nodiscard]] std::string_view code(DayKind kind);
[[nodiscard]] std::optional<DayKind> parse_day_kind(std::string_view code);
// Frozen: "five", "six".
[[nodiscard]] std::string_view code(Week week);

}  // namespace reglament
