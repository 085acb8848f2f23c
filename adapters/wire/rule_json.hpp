// A rule of a desk as `reglament desk --answers` reads it: one JSON object a line.
//
//   step      required, code                 reason   id of a refusal ground
//   outcome   required, code                 after    ISO 8601 duration of fixed length, "PT2H"
//   talon     of the one case it is for      fields   texts: what the answer fills in
//
// Nothing else is allowed in it; limits as on the wire (limits.hpp).
#pragma once

#include <string_view>

#include "engine/casework/rule.hpp"

namespace reglament {

// Small letters of a talon are read as capitals, as wherever people write one. Throws BadInput.
[[nodiscard]] AnswerRule parse_rule(std::string_view line);

}  // namespace reglament
