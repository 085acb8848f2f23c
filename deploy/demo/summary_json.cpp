#include "deploy/demo/summary.hpp"

namespace reglament::demo {
namespace {

using program::Json;

Json outcomes(const Findings& findings) {
  Json lines = Json::array();
  for (const OutcomeLine& line : findings.outcomes) {
    lines.push_back({{"kind", line.kind},
                     {"reason", line.reason},
                     {"paragraph", line.paragraph},
                     {"count", line.count}});
  }
  return lines;
}

Json timeliness(const Findings& findings) {
  Json lines = Json::array();
  for (const DepartmentLine& line : findings.departments) {
    const auto share = line.terms.timeliness();
    lines.push_back({{"key", line.role},
                     {"offices", line.offices},
                     {"closed", line.terms.closed},
                     {"on_time", line.terms.on_time},
                     {"overdue_open", line.terms.overdue_open},
                     {"timeliness", share ? Json(*share) : Json()}});
  }
  return lines;
}

Json most_overdue(const Findings& findings) {
  Json cases = Json::array();
  for (const OverdueCase& overdue : findings.most_overdue) {
    Json holders = Json::array();
    for (const LateHolder& holder : overdue.holders) {
      holders.push_back({{"office", holder.office},
                         {"step", holder.step},
                         {"working_days_past", holder.past.days}});
    }
    cases.push_back({{"talon", overdue.talon},
                     {"region", overdue.region},
                     {"filed", format_date(overdue.filed)},
                     {"due_date", format_date(overdue.due)},
                     {"closed", format_date(overdue.closed)},
                     {"working_days_late", overdue.late.days},
                     {"holders", std::move(holders)}});
  }
  return cases;
}

Json returned_tasks(const Findings& findings) {
  Json lines = Json::array();
  for (const ReturnedTasks& returned : findings.returned) {
    lines.push_back({{"office", returned.office}, {"tasks", returned.count}});
  }
  return lines;
}

Json longest_silence(const Findings& findings) {
  const auto& silence = findings.longest_silence;
  if (!silence) return {};
  return {{"office", silence->office},
          {"from", format_date(silence->first)},
          {"to", format_date(silence->last)},
          {"working_days", silence->days.days},
          {"waiting", silence->waiting}};
}

}  // namespace

Json json_of(const Summary& summary) {
  const Findings& findings = summary.findings;
  const Evidence& evidence = summary.evidence;
  Json object;
  object["event"] = "summary";
  object["seed"] = summary.seed;
  object["accepted"] = findings.accepted;
  object["open"] = findings.open;
  object["regions"] = findings.regions;
  object["offices"] = findings.offices;
  object["missed_terms"] = findings.missed_terms;
  object["outcomes"] = outcomes(findings);
  object["timeliness"] = timeliness(findings);
  object["most_overdue"] = most_overdue(findings);
  object["returned_tasks"] = returned_tasks(findings);
  object["longest_silence"] = longest_silence(findings);
  object["check"] = {{"ok", evidence.findings.empty()},
                     {"cases", evidence.cases},
                     {"findings", evidence.findings}};
  object["history"] = {
      {"ok", evidence.flaw.empty()}, {"entries", evidence.entries}, {"root", evidence.root}};
  if (!evidence.flaw.empty()) object["history"]["reason"] = evidence.flaw;
  return object;
}

}  // namespace reglament::demo
