#include "deploy/program/sla_period.hpp"

#include <fmt/format.h>

#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

std::optional<Date> date_of(const std::string& text, std::string_view flag) {
  if (text.empty()) return std::nullopt;
  const auto date = parse_date(text);
  if (!date) {
    throw BadInput(
        fmt::format("expected a date that exists, as 2015-07-14, found '{}', {}", text, flag));
  }
  return date;
}

}  // namespace

void PeriodOptions::add_to(CLI::App& command) {
  command.add_option("--from", from, "first day of the period")->type_name("D");
  command.add_option("--to", to, "last day of the period")->type_name("D");
}

Period PeriodOptions::period() const {
  const Period period{date_of(from, "--from"), date_of(to, "--to")};
  if (period.from && period.to && *period.to < *period.from) {
    throw BadInput(fmt::format("expected a day from {} on, found '{}', --to", from, to));
  }
  return period;
}

}  // namespace reglament::program
