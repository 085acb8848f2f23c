// The ladder on which an expired term is reported: head of the unit, department, ministry, so many
// working days after the due date each.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/casework/directory.hpp"
#include "engine/law/regulation.hpp"

namespace reglament {

struct NextRung {
  std::uint32_t level{};  // from 1, as entries count them
  const RungLine* rung{};
  OfficeIndex recipient{};
};

// The first rung above `level` for which the directory has an office above the late one; nothing
// where the ladder ends.
[[nodiscard]] std::optional<NextRung> next_rung(const Provisions& regulation,
                                                const Directory& directory, OfficeIndex late,
                                                std::uint32_t level);

}  // namespace reglament
