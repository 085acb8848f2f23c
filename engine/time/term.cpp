#include "engine/time/term.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

#include "engine/base/ensure.hpp"

namespace reglament {
namespace {

// Number, name and frozen code of the unit, whichever it is.
struct Amount {
  std::int32_t number;
  std::string_view unit;
  std::string_view code;
};

Amount amount(WorkingDays term) { return {term.days, "working day", "wd"}; }
Amount amount(CalendarDays term) { return {term.days, "calendar day", "cd"}; }
Amount amount(CalendarMonths term) { return {term.months, "calendar month", "cm"}; }
Amount amount(WorkingMinutes term) { return {term.minutes, "working minute", "wm"}; }

Amount amount(const Term& term) {
  const Amount found = std::visit([](auto unit) { return amount(unit); }, term);
  ENSURE(found.number >= 0, "a term is not negative");
  return found;
}

}  // namespace

std::string describe(const Term& term) {
  const Amount found = amount(term);
  return fmt::format("{} {}{}", found.number, found.unit, found.number == 1 ? "" : "s");
}

std::string term_code(const Term& term) {
  const Amount found = amount(term);
  return fmt::format("{}{}", found.number, found.code);
}

std::optional<Term> parse_term_code(std::string_view code) {
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
  // "-1wd" is no term, and "02wd" would be a second spelling of "2wd".
  if (error != std::errc{} || number < 0 || code.front() == '-') return std::nullopt;
  if (code.front() == '0' && end != code.data() + 1) return std::nullopt;
  const std::string_view unit = code.substr(static_cast<std::size_t>(end - code.data()));
  for (const Term& term : {Term{WorkingDays{number}}, Term{CalendarDays{number}},
                           Term{CalendarMonths{number}}, Term{WorkingMinutes{number}}}) {
    if (amount(term).code == unit) return term;
  }
  return std::nullopt;
}

}  // namespace reglament
