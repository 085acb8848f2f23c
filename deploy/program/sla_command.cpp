#include <fmt/format.h>

#include <string>

#include "deploy/program/case_days.hpp"
#include "deploy/program/case_view.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/sla_indicators.hpp"
#include "deploy/program/sla_period.hpp"
#include "deploy/program/times.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "engine/ledger/timeliness.hpp"

namespace reglament::program {
namespace {

struct Options {
  PeriodOptions period;
  std::string by = "regulation";
};

Json json_of(const TimelinessLine& line) {
  const auto timeliness = line.timeliness();
  Json json = {{"key", line.key},
               {"closed", line.closed},
               {"on_time", line.on_time},
               {"overdue_open", line.overdue_open},
               {"timeliness", timeliness ? Json(*timeliness) : Json()},
               // On the scale of the timeliness: 0.95 for 95 %.
               {"norm", line.norm_percent ? Json(*line.norm_percent / 100.0) : Json()}};
  if (!line.regulation.empty()) json["regulation"] = line.regulation;
  return json;
}

constexpr double kMedian = 0.5;
constexpr double kP90 = 0.9;
constexpr double kShares = 10'000;  // shares of a term are counted in 1/10,000

// What reports by step and by department tell beside the timeliness.
void put_use(Json& json, const TimelinessLine& line) {
  const auto minutes = [&](double share) {
    const auto value = line.working_minutes.quantile(share);
    return value ? Json(*value) : Json();
  };
  json["working_minutes_median"] = minutes(kMedian);
  json["working_minutes_p90"] = minutes(kP90);
  const auto mean = line.share_of_term.mean();
  const auto p90 = line.share_of_term.quantile(kP90);
  json["term_used_mean"] = mean ? Json(*mean / kShares) : Json();
  json["term_used_p90"] = p90 ? Json(static_cast<double>(*p90) / kShares) : Json();
}

std::string percent(const Json& share) {
  return share.is_null() ? "no data" : fmt::format("{:.1f} %", share.get<double>() * 100);
}

std::string hours(const Json& minutes) {
  return minutes.is_null() ? "no data" : hours_text(minutes.get<std::int64_t>());
}

void print_lines(const std::vector<Json>& lines, const std::string& by, bool with_use) {
  if (lines.empty()) return print_line("no term ended in this period, and none is overdue");
  std::vector<std::string> header{by,           "closed", "on time", "overdue and open",
                                  "timeliness", "norm"};
  if (with_use) {
    for (const char* title : {"median time", "p90 time", "of the term", "p90 of the term"}) {
      header.emplace_back(title);
    }
  }
  TextTable table(std::move(header));
  for (const Json& line : lines) {
    std::string key = line["key"].get<std::string>();
    if (line.contains("regulation")) {
      key += fmt::format(" ({})", line["regulation"].get<std::string>());
    }
    std::vector<std::string> cells{std::move(key),
                                   line["closed"].dump(),
                                   line["on_time"].dump(),
                                   line["overdue_open"].dump(),
                                   percent(line["timeliness"]),
                                   line["norm"].is_null() ? "none" : percent(line["norm"])};
    if (with_use) {
      cells.push_back(hours(line["working_minutes_median"]));
      cells.push_back(hours(line["working_minutes_p90"]));
      cells.push_back(percent(line["term_used_mean"]));
      cells.push_back(percent(line["term_used_p90"]));
    }
    table.add(std::move(cells));
  }
  print_line(table.text());
}

void report(const Globals& globals, const Options& options) {
  const Period period = options.period.period();
  const auto by = parse_timeliness_by(options.by);
  if (!by) throw BadInput(fmt::format("expected a known kind of report, found '{}'", options.by));
  const auto reader = open_reader(globals);
  const auto entries = open_reader(globals);  // read within the pass over the cases
  const bool with_use = *by == TimelinessBy::step || *by == TimelinessBy::department;
  const Framework law = framework(globals.warn_before, *reader);
  TermUse use(law.directory, law.calendars);
  Timeliness timeliness(*by, period, time_of(*reader), law, with_use ? &use : nullptr);
  reader->for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    const Case state = decode_case(row.state);
    timeliness.add(state);
    if (!timeliness.needs_entries(state)) return true;
    AnsweredTasks tasks;
    for_each_entry_of(*entries, state, [&](const Entry& entry, const StoredEntry& /*stored*/) {
      tasks.add(entry);
      return true;
    });
    timeliness.add_tasks(state, tasks.answered());
    return true;
  });
  std::vector<Json> lines;
  for (const TimelinessLine& line : timeliness.lines()) {
    lines.push_back(json_of(line));
    if (with_use) put_use(lines.back(), line);
  }
  if (!globals.json) return print_lines(lines, options.by, with_use);
  for (const Json& line : lines) print_json(line);
}

}  // namespace

void add_sla(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  CLI::App* sla = app.add_subcommand("sla", "How terms were kept");
  sla->require_subcommand(1);
  sla->footer("Example: reglament sla report --by office");

  auto options = std::make_shared<Options>();
  CLI::App* reported = sla->add_subcommand(
      "report", "On time / (closed + open and already overdue), for services or for steps");
  options->period.add_to(*reported);
  reported
      ->add_option("--by", options->by,
                   "services by regulation, region or period (month), steps by office, step or "
                   "department; default regulation")
      ->check(CLI::IsMember({"regulation", "office", "region", "step", "department", "period"}))
      ->type_name("regulation|office|region|step|department|period");
  reported->footer("Example: reglament sla report --from 2015-07-01 --to 2015-07-31 --by office");
  reported->callback([&globals, options] { report(globals, *options); });

  add_sla_indicators(*sla, globals);
}

}  // namespace reglament::program
