#include "engine/casework/framework.hpp"

#include <fmt/format.h>

#include "engine/base/fault.hpp"
#include "engine/casework/talon.hpp"

namespace reglament {

const WorkingCalendar& calendar_at(OfficeIndex office, Instant now, Week week,
                                   const Framework& framework) {
  const Date today = framework.directory.civil_date(office, now);
  return framework.calendars.known_on(today).calendar(week);
}

const Regulation& governing_edition(const Case& state, const Framework& framework) {
  const Regulation* const found =
      framework.catalogue.find(state.regulation.view(), state.edition.view());
  if (found == nullptr) {
    throw Unavailable(fmt::format("expected edition {} of {} in this program, found none",
                                  state.edition.view(), state.regulation.view()));
  }
  return *found;
}

OfficeIndex filing_office(const Case& state, const Framework& framework) {
  const auto office = framework.directory.find(state.office.view());
  if (!office) {
    throw Unavailable(fmt::format("expected office {} in this program's directory, found none",
                                  state.office.view()));
  }
  return *office;
}

const ServiceTerm& service_line(const Case& state, const Regulation& regulation) {
  const ServiceTerm* const line =
      state.variant.view().empty() ? nullptr : regulation.find_service_term(state.variant.view());
  return line != nullptr ? *line : regulation.service_terms.front();
}

std::string talon_of(const Case& state, const Framework& framework) {
  const OfficeIndex office = filing_office(state, framework);
  const std::chrono::year_month_day date{framework.directory.civil_date(office, state.filed_at)};
  return make_talon(governing_edition(state, framework).talon_code,
                    framework.directory[office].region, static_cast<int>(date.year()),
                    state.number);
}

std::vector<std::string> established_facts(const Case& state) {
  std::vector<std::string> facts;
  facts.reserve(state.facts.size());
  for (const Symbol& fact : state.facts) facts.emplace_back(fact.view());
  return facts;
}

}  // namespace reglament
