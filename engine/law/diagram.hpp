// Diagrams of a regulation, drawn from its lines: the same lines always give the same text.
#pragma once

#include <string>

#include "engine/law/regulation.hpp"

namespace reglament {

// A state diagram in Mermaid's language (stateDiagram-v2).
[[nodiscard]] std::string mermaid(const Provisions& provisions);

// A picture (SVG 1.1) with a lane for each department and one for the results; steps from left to
// right in the order of the act.
[[nodiscard]] std::string svg(const Provisions& provisions);

}  // namespace reglament
