#include "engine/law/step_table.hpp"

#include <fmt/format.h>

namespace reglament {

namespace {

std::string term_text(const StepLine& step) {
  if (step.counted_from == CountedFrom::service_start) {
    return "that of the service";
  }
  if (!step.term) {
    return fmt::format("none: {}", step.no_term_reason);
  }
  return describe(*step.term) +
         (step.counted_from == CountedFrom::before_service_due ? " before the service is due"
                                                               : "") +
         (step.beside ? ", beside the other steps" : "");
}

// A cell of a Markdown table ends at a bar.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char character : text) {
    if (character == '|' || character == '\\') {
      escaped += '\\';
    }
    escaped += character == '\n' ? ' ' : character;
  }
  return escaped;
}

}  // namespace

std::vector<StepRow> step_table(const Provisions& provisions) {
  std::vector<StepRow> rows;
  for (const StepLine& step : provisions.steps) {
    if (step.is_final()) {
      continue;
    }
    const RoleLine* actor = provisions.find_role(step.role);
    rows.push_back({rows.size() + 1, step.code, step.title,
                    actor != nullptr ? actor->title : step.role, step.action, step.output,
                    term_text(step), step.paragraph});
  }
  return rows;
}

std::string step_table_markdown(const Provisions& provisions) {
  std::string text =
      "| # | step | code | actor | action | output | term | reference |\n"
      "|---|---|---|---|---|---|---|---|\n";
  for (const StepRow& row : step_table(provisions)) {
    text += fmt::format("| {} | {} | `{}` | {} | {} | {} | {} | {} |\n", row.number, cell(row.step),
                        row.code, cell(row.actor), cell(row.action), cell(row.output),
                        cell(row.term), cell(row.reference));
  }
  return text;
}

}  // namespace reglament
