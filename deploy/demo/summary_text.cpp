#include <fmt/format.h>

#include "deploy/demo/department.hpp"
#include "deploy/demo/summary.hpp"

namespace reglament::demo {
namespace {

const Regulation& act_of(const Country& country) {
  return *country.framework.catalogue.editions_of("border-zone-permit").front();
}

std::string name_of(const std::string& office, const Country& country) {
  return country.offices()[*country.offices().find(office)].name_en;
}

std::string days(WorkingDays term) {
  if (term.days == 0) return "less than a working day";
  return describe(Term(term));
}

std::string title_of(const OutcomeLine& line, const Country& country) {
  if (line.kind == "granted") return "permit issued";
  if (line.kind == "not-accepted") return "not accepted at the window: the set is not complete";
  if (line.kind == "refused-at-filing") {
    return fmt::format("refused at filing: {}", line.reason == rejection_code::documents_missing
                                                    ? "documents are missing"
                                                : line.reason == rejection_code::not_entitled
                                                    ? "the applicant is a citizen of Kazakhstan"
                                                    : line.reason);
  }
  const Ground* const ground = act_of(country).find_ground(line.reason);
  return fmt::format("{}: {}", line.kind, ground == nullptr ? line.reason : ground->text);
}

std::string outcomes_text(const Findings& findings, const Country& country) {
  program::TextTable table({"outcome", "paragraph", "applications"});
  for (const OutcomeLine& line : findings.outcomes) {
    table.add({title_of(line, country), line.paragraph, std::to_string(line.count)});
  }
  if (findings.open > 0) table.add({"still open", "", std::to_string(findings.open)});
  return table.text();
}

std::string timeliness_text(const Findings& findings) {
  program::TextTable table(
      {"department", "offices", "terms ended", "on time", "overdue", "timeliness"});
  for (const DepartmentLine& line : findings.departments) {
    const auto share = line.terms.timeliness();
    table.add({std::string(department_title(line.role)),
               line.offices == 0 ? "" : std::to_string(line.offices),
               std::to_string(line.terms.closed), std::to_string(line.terms.on_time),
               std::to_string(line.terms.closed - line.terms.on_time + line.terms.overdue_open),
               share ? fmt::format("{:.1f} %", *share * 100) : "-"});
  }
  return table.text();
}

std::string overdue_text(const Findings& findings, const Country& country) {
  std::string text;
  for (const OverdueCase& overdue : findings.most_overdue) {
    text += fmt::format("\n{}  region {}, filed {}, due {}, closed {}: {} late", overdue.talon,
                        overdue.region, format_date(overdue.filed), format_date(overdue.due),
                        format_date(overdue.closed), days(overdue.late));
    for (const LateHolder& holder : overdue.holders) {
      text += fmt::format("\n    {:<15} {} past its term: {}", holder.step, days(holder.past),
                          name_of(holder.office, country));
    }
  }
  return text.empty() ? "\nnone" : text;
}

std::string incidents_text(const Findings& findings, const Country& country) {
  std::string text;
  for (const ReturnedTasks& returned : findings.returned) {
    text += fmt::format(
        "{} tasks came back from the desk that died, and another desk answered them:"
        "\n    {}\n",
        returned.count, name_of(returned.office, country));
  }
  if (const auto& silence = findings.longest_silence) {
    text += fmt::format(
        "The longest silence: {} without an answer, {} to {}, {} tasks waiting:"
        "\n    {}\n",
        describe(Term(silence->days)), format_date(silence->first), format_date(silence->last),
        silence->waiting, name_of(silence->office, country));
  }
  return text;
}

std::string evidence_text(const Evidence& evidence) {
  std::string text;
  for (const std::string& finding : evidence.findings) text += fmt::format("check: {}\n", finding);
  if (evidence.findings.empty()) text += fmt::format("check: ok, {} cases\n", evidence.cases);
  text += evidence.flaw.empty() ? fmt::format("history verify: ok, {} entries, root {}",
                                              evidence.entries, evidence.root)
                                : fmt::format("history verify: broken, {}", evidence.flaw);
  return text;
}

}  // namespace

std::string text_of(const Summary& summary, const Country& country) {
  const Findings& findings = summary.findings;
  return fmt::format(
      "\n{} cases in {} regions, filed from {}, the last one closed on {}; {} offices answered.\n"
      "\n{}\n\n{}\n\nThe most overdue cases{}\n\n{}\n{}",
      findings.accepted, findings.regions, format_date(findings.first_filed),
      format_date(findings.last_closed), findings.offices, outcomes_text(findings, country),
      timeliness_text(findings), overdue_text(findings, country), incidents_text(findings, country),
      evidence_text(summary.evidence));
}

}  // namespace reglament::demo
