#include "engine/casework/ladder.hpp"

namespace reglament {

std::optional<NextRung> next_rung(const Provisions& regulation, const Directory& directory,
                                  OfficeIndex late, std::uint32_t level) {
  for (std::size_t i = level; i < regulation.ladder.size(); ++i) {
    const RungLine& rung = regulation.ladder[i];
    if (const auto recipient = directory.above(late, rung.above)) {
      return NextRung{static_cast<std::uint32_t>(i + 1), &rung, *recipient};
    }
  }
  return std::nullopt;
}

}  // namespace reglament
