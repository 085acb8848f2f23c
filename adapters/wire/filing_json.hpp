// An application as people and scripts give it to `reglament file`: one JSON object a line.
//
//   request_id   required, 1..128 bytes       applicant    required: name (required, not empty),
//   regulation   required, code                            citizenship (three capitals; absent or
//   office       required, code                            empty: stateless), document
//   channel      code, "direct" if absent     documents    codes, each once
//   filed_at     RFC 3339 with an offset      fields       texts; `from`, `to`: dates in order
//
// Nothing else is allowed in it; limits as on the wire (limits.hpp), at most 1 MiB, depth 8.
#pragma once

#include <optional>
#include <string_view>

#include "engine/casework/occasion.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

struct ParsedFiling {
  Filing filing;
  std::optional<Instant>
      filed_at;  // for a virtual clock only; whether it may be given is not known here
  bool operator==(const ParsedFiling&) const = default;
};

// Throws BadInput, one line: "expected E, found F, field N".
[[nodiscard]] ParsedFiling parse_filing(std::string_view line);

}  // namespace reglament
