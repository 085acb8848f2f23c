// Time zones out of the tzdata of the operating system, through Hinnant's date library (the one
// reader on Debian 12 that is right for Kazakhstan after 1 March 2024: ICU 72 carries data of
// 2022).
//
// The engine gets the offsets and the instants of their changes as data (engine/time/zone.hpp) and
// asks no library afterwards. Collected are the changes of the years 1990 to 2050 that tzdata
// writes out; zones that still change every year are written out to 2037 only. Kazakhstan has none
// of those.
#pragma once

#include <string>
#include <string_view>

#include "engine/time/zone.hpp"

namespace reglament {

// Throws Unavailable where tzdata is not installed or does not know the name; an old tzdata
// does not know Asia/Qostanay (2018h) and would have Asia/Almaty wrong (2024a).
[[nodiscard]] Zone read_zone(std::string_view name);

// The release of the tzdata that answers, "2026f": named in diagnostics and in `--version`.
[[nodiscard]] std::string tzdata_version();

}  // namespace reglament
