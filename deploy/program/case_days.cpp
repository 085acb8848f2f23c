#include "deploy/program/case_days.hpp"

#include <fmt/format.h>

#include "deploy/program/world.hpp"
#include "engine/ledger/office_time.hpp"

namespace reglament::program {
namespace {

Json holding_json(const Holding& holding, std::string_view keeper) {
  Json json;
  json["holder"] = code(holding.holder);
  json["office"] = holding.office.is_empty() ? Json() : Json(holding.office.view());
  json["step"] = holding.step.view();
  json["from"] = local_time(holding.from, keeper);
  json["to"] = local_time(holding.to, keeper);
  json["working_minutes"] = holding.working.minutes;
  return json;
}

std::string text_or_dash(const Json& value) {
  return value.is_string() ? value.get<std::string>() : std::string("-");
}

}  // namespace

void put_days(Json& shown, const Case& state, const HoldingHistory& holdings, Instant moment,
              const Framework& law) {
  shown["ledger"] = shown["working_minutes"] = shown["measured_by"] = nullptr;
  const Deadline* const service = state.service_deadline();
  const std::string_view id = service == nullptr ? state.office.view() : service->office.view();
  const OfficeIndex keeper = office_named(law.directory, id);
  try {
    const WorkingCalendar& calendar = service == nullptr
                                          ? calendar_at(keeper, state.filed_at, Week::five_day, law)
                                          : calendar_named(law.calendars, service->calendar.view());
    const std::string_view regulation = state.regulation.view();
    const DaysUsed used =
        holdings.days_used(moment, office_time(law.directory, keeper, regulation, calendar));
    shown["ledger"] = Json::array();
    for (const Holding& holding : used.holdings) {
      shown["ledger"].push_back(holding_json(holding, id));
    }
    shown["working_minutes"] = used.working.minutes;
    const Schedule& hours = law.directory.hours(keeper, regulation);
    shown["measured_by"] = {{"office", id},
                            {"hours", are_published(hours) ? Json(hours.notation()) : Json()},
                            {"calendar", calendar.edition()}};
  } catch (const OutsideCalendar&) {
    shown["ledger"] = nullptr;  // beyond the published years there is no working time
  }
}

std::string hours_text(std::int64_t minutes) {
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

void print_days(const Json& shown) {
  if (shown["ledger"].is_null()) {
    return print_line("who used the days: not measured, the case lies beyond the calendar");
  }
  const Json& measure = shown["measured_by"];
  const std::string hours = measure["hours"].is_null() ? "whole days, no hours are published"
                                                       : measure["hours"].get<std::string>();
  print_line(fmt::format("who used the days, in working time of {} ({}; calendar {})",
                         text_or_dash(measure["office"]), hours,
                         text_or_dash(measure["calendar"])));
  TextTable table({"holder", "office", "step", "from", "to", "working time"});
  for (const Json& holding : shown["ledger"]) {
    table.add({text_or_dash(holding["holder"]), text_or_dash(holding["office"]),
               text_or_dash(holding["step"]), text_or_dash(holding["from"]),
               text_or_dash(holding["to"]),
               hours_text(holding["working_minutes"].get<std::int64_t>())});
  }
  table.add({"in all", "", "", "", "", hours_text(shown["working_minutes"].get<std::int64_t>())});
  print_line(table.text());
}

}  // namespace reglament::program
