// The summary at the end of the demo: for people, and as one JSON object for programs.
#pragma once

#include <cstdint>
#include <string>

#include "deploy/demo/country.hpp"
#include "deploy/demo/evidence.hpp"
#include "deploy/demo/findings.hpp"
#include "deploy/program/output.hpp"

namespace reglament::demo {

struct Summary {
  std::uint64_t seed{};
  Findings findings;
  Evidence evidence;
};

// Lines without control characters but the line breaks between them.
[[nodiscard]] std::string text_of(const Summary& summary, const Country& country);
// event ("summary"), seed, accepted, open, outcomes[], timeliness[], most_overdue[],
// returned_tasks[], longest_silence, check, history.
[[nodiscard]] program::Json json_of(const Summary& summary);

}  // namespace reglament::demo
