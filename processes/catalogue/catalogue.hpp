// Every edition of every regulation that this program can run: the one place where the folders of
// the regulations meet.
#pragma once

#include "engine/law/catalogue.hpp"

namespace reglament {

[[nodiscard]] Catalogue catalogue();

}  // namespace reglament
