// The applications of the demo: over all regions, during the opening hours of ten working days.
#pragma once

#include <span>
#include <vector>

#include "deploy/demo/scenario.hpp"

namespace reglament::demo {

// A region with the local units that take applications.
struct RegionPlan {
  std::string region;
  unsigned weight{};  // its share of the applications, relative to the others
  std::vector<OfficeIndex> units;
  std::vector<unsigned> unit_weights;
  OfficeIndex directorate;
  OfficeIndex knb;
};

// Every region of the directory, the one with most applications first.
[[nodiscard]] std::vector<RegionPlan> plan_regions(const Country& country);

// The days of filing: ten working days from the day of `start`.
[[nodiscard]] std::vector<Date> days_of_filing(const Country& country);

// Ascending by instant; every region has some. Beside the `cases` that can be accepted there are
// incomplete sets, citizens of Kazakhstan, and repeats of a request that was answered already.
[[nodiscard]] std::vector<PlannedFiling> make_filings(const Country& country,
                                                      std::span<const RegionPlan> regions,
                                                      const ScenarioSettings& settings);

}  // namespace reglament::demo
