// The border-zone permit, ready to decide: the only name of this folder that others need.
#pragma once

#include "engine/law/regulation.hpp"

namespace reglament {

// Edition 2015-07-13. Lives as long as the program.
[[nodiscard]] const Regulation& border_zone_permit();

}  // namespace reglament
