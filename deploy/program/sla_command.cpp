#include <fmt/format.h>

#include <string>

#include "deploy/program/commands.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/times.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/fault.hpp"
#include "engine/ledger/timeliness.hpp"

namespace reglament::program {
namespace {

struct Options {
  std::string from;
  std::string to;
  std::string by = "regulation";
};

std::optional<Date> date_of(const std::string& text, std::string_view flag) {
  if (text.empty()) return std::nullopt;
  const auto date = parse_date(text);
  if (!date) {
    throw BadInput(
        fmt::format("expected a date that exists, as 2015-07-14, found '{}', {}", text, flag));
  }
  return date;
}

// No act of the catalogue sets a share of services to be done in time.
Json norm() { return nullptr; }

Json json_of(const TimelinessLine& line) {
  const auto timeliness = line.timeliness();
  Json json = {{"key", line.key},
               {"closed", line.closed},
               {"on_time", line.on_time},
               {"overdue_open", line.overdue_open},
               {"timeliness", timeliness ? Json(*timeliness) : Json()},
               {"norm", norm()}};
  if (!line.regulation.empty()) json["regulation"] = line.regulation;
  return json;
}

void print_lines(const std::vector<TimelinessLine>& lines, const std::string& by) {
  if (lines.empty()) return print_line("no term ended in this period, and none is overdue");
  TextTable table({by, "closed", "on time", "overdue and open", "timeliness", "norm"});
  for (const TimelinessLine& line : lines) {
    const std::string key =
        line.regulation.empty() ? line.key : fmt::format("{} ({})", line.key, line.regulation);
    table.add({key, std::to_string(line.closed), std::to_string(line.on_time),
               std::to_string(line.overdue_open),
               fmt::format("{:.1f} %", line.timeliness().value_or(0) * 100), "none"});
  }
  print_line(table.text());
}

void report(const Globals& globals, const Options& options) {
  const Period period{date_of(options.from, "--from"), date_of(options.to, "--to")};
  if (period.from && period.to && *period.to < *period.from) {
    throw BadInput(
        fmt::format("expected a day from {} on, found '{}', --to", options.from, options.to));
  }
  const auto by = parse_timeliness_by(options.by);
  if (!by) throw BadInput(fmt::format("expected a report by regulation, found '{}'", options.by));
  const auto reader = open_reader(globals);
  Timeliness timeliness(*by, period, time_of(*reader), world().directory);
  reader->for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    timeliness.add(decode_case(row.state));
    return true;
  });
  const auto lines = timeliness.lines();
  if (!globals.json) return print_lines(lines, options.by);
  for (const TimelinessLine& line : lines) print_json(json_of(line));
}

}  // namespace

void add_sla(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  CLI::App* sla = app.add_subcommand("sla", "How terms were kept");
  sla->require_subcommand(1);
  sla->footer("Example: reglament sla report --by office");

  auto options = std::make_shared<Options>();
  CLI::App* reported = sla->add_subcommand(
      "report", "On time / (closed + open and already overdue), for services or for steps");
  reported->add_option("--from", options->from, "first day of the period")->type_name("D");
  reported->add_option("--to", options->to, "last day of the period")->type_name("D");
  reported
      ->add_option("--by", options->by,
                   "services by regulation or region, steps by office or step; default regulation")
      ->check(CLI::IsMember({"regulation", "office", "step", "region"}))
      ->type_name("regulation|office|step|region");
  reported->footer("Example: reglament sla report --from 2015-07-01 --to 2015-07-31 --by office");
  reported->callback([&globals, options] { report(globals, *options); });
}

}  // namespace reglament::program
