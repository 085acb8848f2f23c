// What a program of the office decides about a task: one JSON object.
//
//   outcome   required, code                 fields   texts: what the answer fills in
//   reason    id of a refusal ground
//
// Nothing else is allowed in it; limits as on the wire (limits.hpp).
#pragma once

#include <string_view>

#include "engine/desk/item.hpp"

namespace reglament {

// Throws BadInput.
[[nodiscard]] desk::Reply parse_reply(std::string_view text);

}  // namespace reglament
