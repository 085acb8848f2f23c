// The act's table of actions: one row for each step in which a department has something to do.
#pragma once

#include <string>
#include <vector>

#include "engine/law/regulation.hpp"

namespace reglament {

struct StepRow {
  std::size_t number{};  // from 1, in the order of the act
  std::string_view code;
  std::string_view step;
  std::string_view actor;
  std::string_view action;
  std::string_view output;
  std::string term;  // for people; where the act sets none, why
  std::string_view reference;
};

[[nodiscard]] std::vector<StepRow> step_table(const Provisions& provisions);

// The same as a table in Markdown, with its heading.
[[nodiscard]] std::string step_table_markdown(const Provisions& provisions);

}  // namespace reglament
