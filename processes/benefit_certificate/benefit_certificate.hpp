// The benefit certificate, ready to decide: the only name of this folder that others need.
#pragma once

#include "engine/law/regulation.hpp"

namespace reglament {

// Edition 2013-01-09, direct channel. Lives as long as the program.
[[nodiscard]] const Regulation& benefit_certificate();

}  // namespace reglament
