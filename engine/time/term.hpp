// Terms: how long an act gives. Each unit is a type of its own, none converts into another: three
// working days are not three days, and no number without its unit is ever a term. A term is never
// negative; 0 is the same day.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace reglament {

struct WorkingDays {
  std::int32_t days{};
  auto operator<=>(const WorkingDays&) const = default;
};
struct CalendarDays {
  std::int32_t days{};
  auto operator<=>(const CalendarDays&) const = default;
};
struct CalendarMonths {
  std::int32_t months{};
  auto operator<=>(const CalendarMonths&) const = default;
};
struct WorkingMinutes {
  std::int32_t minutes{};
  auto operator<=>(const WorkingMinutes&) const = default;
};

using Term = std::variant<WorkingDays, CalendarDays, CalendarMonths, WorkingMinutes>;

// "2 working days", "1 calendar month": for people.
[[nodiscard]] std::string describe(const Term& term);
// "2wd", "30cd", "3cm", "20wm": stored in the history, frozen.
[[nodiscard]] std::string term_code(const Term& term);
// Nothing for another spelling: each term has one code.
[[nodiscard]] std::optional<Term> parse_term_code(std::string_view code);

}  // namespace reglament
