#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/time/zone.hpp"

namespace reglament {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Up to six changes within two days, to -6..+6 hours: far wilder than any zone of the world.
Zone any_zone() {
  std::vector<Zone::Change> changes;
  Instant since{};
  const auto count = *rc::gen::resize(100, rc::gen::inRange(0, 7));
  for (int i = 0; i < count; ++i) {
    since += minutes{*rc::gen::resize(100, rc::gen::inRange(1, 480))};
    changes.push_back({since, minutes{*rc::gen::resize(100, rc::gen::inRange(-360, 361))}});
  }
  return Zone{"Test/Any", minutes{*rc::gen::resize(100, rc::gen::inRange(-360, 361))},
              std::move(changes)};
}

// In whole minutes, as the changes are, so that the edges of the periods are met.
minutes any_time() { return minutes{*rc::gen::resize(100, rc::gen::inRange(-720, 3600))}; }

RC_GTEST_PROP(Zone, InstantOfACivilTimeIsTheLatestThatShowsIt, ()) {
  const Zone zone = any_zone();
  const Instant shown{any_time()};
  const CivilTime civil = zone.to_civil(shown);
  const Instant found = zone.to_instant(civil);
  RC_ASSERT(zone.to_civil(found) == civil);
  RC_ASSERT(found >= shown);
  for (minutes later{-780}; later <= minutes{780}; later += minutes{1}) {
    // Offsets are whole minutes, so that any other instant with the same civil time is found.
    const Instant other = shown + later;
    if (zone.to_civil(other) == civil) RC_ASSERT(other <= found);
  }
}

RC_GTEST_PROP(Zone, EveryCivilTimeHasAnInstant, ()) {
  const Zone zone = any_zone();
  const CivilTime civil{any_time()};
  const Instant found = zone.to_instant(civil);
  // Shown as it is, or skipped: then the clock has jumped from before it to beyond it.
  if (zone.to_civil(found) != civil) {
    RC_ASSERT(zone.to_civil(found) > civil);
    RC_ASSERT(zone.to_civil(found - seconds{1}) < civil);
  }
}

}  // namespace
}  // namespace reglament
