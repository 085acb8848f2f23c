#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "deploy/program/commands.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/talons.hpp"
#include "deploy/program/world.hpp"
#include "engine/runtime/standing_checks.hpp"

namespace reglament::program {
namespace {

// The moment by which what was due must be on record: that of the last commit. A database that
// nobody runs is at rest; what falls due meanwhile is recorded when an engine starts on it.
Instant due_by(StoreReader& reader) { return reader.settings().clock_now.value_or(Instant::min()); }

std::uint64_t entries_in(StoreReader& reader) {
  std::uint64_t entries = 0;
  for (const StoredLog& row : reader.logs()) entries += row.size;
  return entries;
}

// What an engine commits meanwhile can look like a finding once, but not twice.
StandingReport run_checks(StoreReader& reader, const Framework& law) {
  const std::uint64_t before = entries_in(reader);
  const StandingReport report = run_standing_checks(reader, due_by(reader), law);
  if (report.findings.empty() || entries_in(reader) == before) return report;
  StandingReport again = run_standing_checks(reader, due_by(reader), law);
  std::erase_if(again.findings, [&](const StandingFinding& finding) {
    return std::ranges::find(report.findings, finding) == report.findings.end();
  });
  return again;
}

Json json_of(const StandingFinding& finding, StoreReader& reader, const Framework& law) {
  return {{"check", finding.check},
          {"partition", finding.log},
          {"case", finding.case_number ? Json(*finding.case_number) : Json()},
          {"talon", talon_or_null(reader, finding.case_number, law)},
          {"text", finding.text}};
}

void print_report(const StandingReport& report, const Json& findings) {
  for (const Json& finding : findings) {
    const std::string place =
        finding["talon"].is_string()
            ? finding["talon"].get<std::string>()
            : (finding["case"].is_null() ? fmt::format("partition {}", finding["partition"].dump())
                                         : fmt::format("case {}", finding["case"].dump()));
    print_line(fmt::format("{}: {}: {}", finding["check"].get<std::string>(), place,
                           finding["text"].get<std::string>()));
  }
  print_line(
      fmt::format("{} cases, {} open: {} with a message in flight, {} with a task at an "
                  "office, {} with a running deadline; {} findings",
                  report.cases, report.open_cases, report.by_message, report.by_task,
                  report.by_deadline, report.findings.size()));
}

void check(const Globals& globals, Exit& exit) {
  const auto reader = open_reader(globals);
  const Framework law = framework(globals.warn_before, *reader);
  const StandingReport report = run_checks(*reader, law);
  if (!report.findings.empty()) exit = Exit::findings;
  Json findings = Json::array();
  for (const auto& finding : report.findings) findings.push_back(json_of(finding, *reader, law));
  if (!globals.json) return print_report(report, findings);
  print_json({{"ok", report.findings.empty()},
              {"cases", report.cases},
              {"findings", findings},
              {"open", report.open_cases},
              {"by_message", report.by_message},
              {"by_task", report.by_task},
              {"by_deadline", report.by_deadline}});
}

}  // namespace

void add_check(CLI::App& app, Globals& globals, Exit& exit) {
  CLI::App* command = app.add_subcommand(
      "check", "Whether every open case has a cause to go on, and the other standing checks");
  command->footer("Example: reglament --json check");
  command->callback([&globals, &exit] { check(globals, exit); });
}

}  // namespace reglament::program
