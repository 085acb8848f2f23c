#include "deploy/program/sla_indicators.hpp"

#include <fmt/format.h>

#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/sla_period.hpp"
#include "deploy/program/times.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

struct Options {
  std::string regulation;
  PeriodOptions period;
};

// The edition in force on the last day of the period, by its date in UTC where it is today; outside
// of every edition, the latest.
const Regulation& edition_of(const std::string& id, const Period& period, Instant now) {
  const auto editions = world().catalogue.editions_of(id);
  if (editions.empty()) {
    throw BadInput(fmt::format("expected a known regulation, found '{}'", id));
  }
  const Date today{std::chrono::floor<std::chrono::days>(now).time_since_epoch()};
  const Regulation* const found = world().catalogue.in_force(id, period.to.value_or(today));
  return found == nullptr ? *editions.back() : *found;
}

// Served in the set term, of all cases of the regulation that count in the period.
std::optional<double> served_in_time(StoreReader& reader, const Options& options,
                                     const Period& period, const Framework& law) {
  Timeliness timeliness(TimelinessBy::regulation, period, time_of(reader), law);
  reader.for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    const Case state = decode_case(row.state);
    if (state.regulation == options.regulation) timeliness.add(state);
    return true;
  });
  const auto lines = timeliness.lines();
  return lines.empty() ? std::nullopt : lines.front().timeliness();
}

Json json_of(const IndicatorLine& line, const Regulation& edition,
             const std::optional<double>& in_time) {
  constexpr double percent = 100;  // values are on the scale of the timeliness: 0.95 for 95 %
  return {{"regulation", edition.id},
          {"edition", edition.edition.code},
          {"indicator", line.code},
          {"title", line.title},
          {"norm", line.percent / percent},
          {"target", nullptr},  // left blank by the acts: approved by order each year
          {"value", line.computable && in_time ? Json(*in_time) : Json()},
          {"measurable", line.computable},
          {"paragraph", line.paragraph}};
}

std::string value_text(const Json& line) {
  if (!line["measurable"].get<bool>()) return "not measurable from history";
  if (line["value"].is_null()) return "no data";
  return fmt::format("{:.1f} %", line["value"].get<double>() * 100);
}

void print_table(const std::vector<Json>& lines) {
  TextTable table({"no.", "indicator of quality and accessibility", "norm", "target for next year",
                   "current value", "paragraph"});
  for (const Json& line : lines) {
    table.add({line["indicator"].get<std::string>(), line["title"].get<std::string>(),
               fmt::format("{:.0f} %", line["norm"].get<double>() * 100), "blank in the act",
               value_text(line), line["paragraph"].get<std::string>()});
  }
  print_line(table.text());
}

void show(const Globals& globals, const Options& options) {
  const Period period = options.period.period();
  const auto reader = open_reader(globals);
  const Regulation& edition = edition_of(options.regulation, period, time_of(*reader));
  if (edition.indicators.empty()) {
    if (!globals.json) print_line("the act sets no indicators");
    return;
  }
  const auto in_time =
      served_in_time(*reader, options, period, framework(globals.warn_before, *reader));
  std::vector<Json> lines;
  for (const IndicatorLine& line : edition.indicators) {
    lines.push_back(json_of(line, edition, in_time));
  }
  if (!globals.json) return print_table(lines);
  for (const Json& line : lines) print_json(line);
}

}  // namespace

void add_sla_indicators(CLI::App& sla, Globals& globals) {
  auto options = std::make_shared<Options>();
  CLI::App* shown = sla.add_subcommand(
      "indicators", "The act's table of indicators; filled is what the history can tell");
  shown->add_option("REGULATION", options->regulation, "id of the regulation")->required();
  options->period.add_to(*shown);
  shown->footer("Example: reglament sla indicators benefit-certificate --from 2013-01-01");
  shown->callback([&globals, options] { show(globals, *options); });
}

}  // namespace reglament::program
