#include "engine/time/zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using std::chrono::seconds;

void check_offset(seconds offset, const std::string& zone) {
  if (std::chrono::abs(offset) < std::chrono::hours{24}) return;
  throw BadInput(fmt::format("zone {}: expected an offset below 24 hours, found {} seconds", zone,
                             offset.count()));
}

}  // namespace

Zone::Zone(std::string name, seconds before, std::vector<Change> changes)
    : name_(std::move(name)), before_(before), changes_(std::move(changes)) {
  check_offset(before_, name_);
  for (const Change& change : changes_) check_offset(change.offset, name_);
  const auto disorder =
      std::adjacent_find(changes_.begin(), changes_.end(),
                         [](const Change& a, const Change& b) { return a.since >= b.since; });
  if (disorder != changes_.end()) {
    throw BadInput(
        fmt::format("zone {}: expected each change after the one before it, found {} after {}",
                    name_, format_instant(std::next(disorder)->since, seconds{0}),
                    format_instant(disorder->since, seconds{0})));
  }
}

seconds Zone::offset_at(Instant instant) const {
  const auto next =
      std::upper_bound(changes_.begin(), changes_.end(), instant,
                       [](Instant at, const Change& change) { return at < change.since; });
  return next == changes_.begin() ? before_ : std::prev(next)->offset;
}

CivilTime Zone::to_civil(Instant instant) const {
  const auto shifted = instant + offset_at(instant);
  return CivilTime{std::chrono::floor<seconds>(shifted).time_since_epoch()};
}

// From the last period of one offset to the first: the first one that holds the instant is the
// later of two. Where a period would have to go on beyond its end, the clock has jumped over the
// civil time there; that counts only where no other period holds it.
Instant Zone::to_instant(CivilTime civil) const {
  std::optional<Instant> jump;
  for (std::size_t index = changes_.size() + 1; index-- > 0;) {
    const seconds offset = index == 0 ? before_ : changes_[index - 1].offset;
    const Instant instant{civil.time_since_epoch() - offset};
    if (index > 0 && instant < changes_[index - 1].since) continue;
    if (index == changes_.size() || instant < changes_[index].since) return instant;
    if (!jump) jump = changes_[index].since;
  }
  // The first period has no beginning: it holds the instant, or the clock jumped at its end.
  return *jump;
}

}  // namespace reglament
