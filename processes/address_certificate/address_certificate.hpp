// The address certificate, ready to decide: the only name of this folder that others need.
#pragma once

#include "engine/law/regulation.hpp"

namespace reglament {

// Edition 2010-11-01, all channels. Lives as long as the program.
[[nodiscard]] const Regulation& address_certificate();

}  // namespace reglament
