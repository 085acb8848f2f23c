#include "deploy/demo/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "deploy/demo/chance.hpp"
#include "deploy/demo/filings.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

using std::chrono::minutes;

constexpr std::size_t kMisfortuneRegions = 6;  // misfortunes need an office that has work enough
constexpr std::size_t kSlowUnits = 6;
constexpr WorkingDays kSilence{5};
constexpr std::size_t kHeldAtDeath = 3;

// The working day of the filing, counted from 0, on which the misfortunes begin.
constexpr std::size_t kMisfortuneDay = 3;

// What an office of a kind needs for one task.
constexpr minutes kUnitTask{50};
constexpr minutes kDirectorateTask{150};
constexpr minutes kKnbTask{240};

constexpr minutes kWorkingDay{450};

// How much of what comes in an office can do.
constexpr double kSufficient = 1.7;
constexpr double kTooSlow = 0.62;
// An office with little work is too slow when it takes long over each task; so long at most,
// usually.
constexpr minutes kSlowest{700};

// Tasks that come in at the office on a day of filing.
Pace pace_for(double tasks_a_day, minutes usual, Speed speed) {
  const double load =
      tasks_a_day * static_cast<double>(usual.count()) / static_cast<double>(kWorkingDay.count());
  if (speed == Speed::sufficient) {
    return {1 + static_cast<std::size_t>(load * kSufficient), usual};
  }
  const std::size_t officers = std::max<std::size_t>(1, static_cast<std::size_t>(load * kTooSlow));
  const double capacity = tasks_a_day * kTooSlow / static_cast<double>(officers);
  const minutes slow{static_cast<int>(static_cast<double>(kWorkingDay.count()) / capacity)};
  return {officers, std::clamp(slow, usual, kSlowest)};
}

struct Volume {
  std::map<std::string, double> units;  // filings a day, by id
  std::map<std::string, double> regions;
};

Volume volume_of(const std::vector<PlannedFiling>& filings, const Country& country) {
  const double share = 1.0 / static_cast<double>(days_of_filing(country).size());
  Volume volume;
  for (const PlannedFiling& planned : filings) {
    volume.units[planned.filing.office] += share;
    volume.regions[country.offices()[*country.offices().find(planned.filing.office)].region] +=
        share;
  }
  return volume;
}

// The units with most work, in an order that the seed decides.
std::vector<std::string> some_busy_units(const Volume& volume, Chance& chance) {
  std::vector<std::pair<double, std::string>> units;
  for (const auto& [id, filings] : volume.units) units.emplace_back(-filings, id);
  std::ranges::sort(units);
  units.resize(std::min(units.size(), 4 * kSlowUnits));
  std::vector<std::string> chosen;
  while (chosen.size() < kSlowUnits) {
    const auto at = units.begin() + chance.between(0, static_cast<int>(units.size()) - 1);
    chosen.push_back(at->second);
    units.erase(at);
  }
  return chosen;
}

// Large regions, each for one misfortune, in an order that the seed decides.
std::vector<RegionPlan> unlucky_regions(std::vector<RegionPlan> regions, Chance& chance) {
  regions.resize(kMisfortuneRegions);
  for (std::size_t i = regions.size(); i > 1; --i) {
    std::swap(regions[i - 1], regions[chance.below(i)]);
  }
  return regions;
}

void set_paces(Scenario& scenario, std::span<const RegionPlan> regions, const Country& country) {
  const Volume volume = volume_of(scenario.filings, country);
  const auto set = [&](OfficeIndex office, double tasks, minutes usual) {
    const std::string& id = country.offices()[office].id;
    const auto speed = scenario.speeds.try_emplace(id, Speed::sufficient).first->second;
    scenario.offices.emplace(id, pace_for(tasks, usual, speed));
  };
  for (const RegionPlan& region : regions) {
    const double filings = volume.regions.at(region.region);
    set(region.directorate, filings, kDirectorateTask);
    set(region.knb, filings, kKnbTask);
    for (const OfficeIndex unit : region.units) {
      const auto own = volume.units.find(country.offices()[unit].id);
      // A unit accepts, forwards and issues: three tasks for each case.
      if (own != volume.units.end()) set(unit, 3 * own->second, kUnitTask);
    }
  }
}

}  // namespace

Instant start_of_demo(const Country& country) {
  const Date first = days_of_filing(country).front();
  const auto almaty = country.offices().find("kz.knb.almatycity");
  ENSURE(almaty.has_value(), "the directory has an office at Almaty");
  return OfficeHours(country, *almaty).opening(first);
}

Scenario make_scenario(const Country& country, const ScenarioSettings& settings) {
  if (settings.cases < least_cases || settings.cases > most_cases) {
    throw BadInput(fmt::format("expected from {} to {} cases, found {}", least_cases, most_cases,
                               settings.cases));
  }
  const Directory& offices = country.offices();
  const std::vector<RegionPlan> regions = plan_regions(country);
  Scenario scenario;
  scenario.seed = settings.seed;
  scenario.start = start_of_demo(country);
  scenario.filings = make_filings(country, regions, settings);

  Chance chance(settings.seed, "misfortunes");
  const std::vector<RegionPlan> unlucky = unlucky_regions(regions, chance);
  const Date day = days_of_filing(country)[kMisfortuneDay];
  scenario.silent = {offices[unlucky[0].knb].id, {day, country.days().add(day, kSilence)}};
  const OfficeIndex dying = unlucky[1].directorate;
  scenario.dying = {offices[dying].id, OfficeHours(country, dying).opening(day), kHeldAtDeath};
  scenario.speeds[offices[unlucky[2].directorate].id] = Speed::too_slow;
  scenario.speeds[offices[unlucky[3].directorate].id] = Speed::too_slow;
  scenario.speeds[offices[unlucky[4].knb].id] = Speed::too_slow;
  for (std::string& unit : some_busy_units(volume_of(scenario.filings, country), chance)) {
    scenario.speeds[std::move(unit)] = Speed::too_slow;
  }
  set_paces(scenario, regions, country);
  return scenario;
}

}  // namespace reglament::demo
