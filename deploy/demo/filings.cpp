#include "deploy/demo/filings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "deploy/demo/applicants.hpp"
#include "engine/base/ensure.hpp"
#include "processes/offices/kazakhstan.hpp"

namespace reglament::demo {
namespace {

constexpr int kDaysOfFiling = 10;
constexpr std::size_t kFewest = 4;             // of each kind that cannot be accepted
constexpr std::size_t kIncompletePerCent = 4;  // of the cases
constexpr unsigned kCentreWeight = 6;  // of a unit in the region's centre; the others have 1

struct RegionWeight {
  std::string_view region;
  unsigned weight;
};
// Invented; large regions and those at the border have more.
constexpr std::array<RegionWeight, 16> kRegionWeights{{
    {"uko", 16},
    {"almaty", 15},
    {"almatycity", 13},
    {"vko", 11},
    {"zhambyl", 9},
    {"karaganda", 6},
    {"astana", 6},
    {"kyzylorda", 5},
    {"zko", 5},
    {"kostanay", 5},
    {"pavlodar", 5},
    {"aktobe", 5},
    {"mangystau", 4},
    {"atyrau", 4},
    {"sko", 4},
    {"akmola", 4},
}};

enum class Flaw { none, incomplete, citizen };

OfficeIndex holder_of(std::string_view role, OfficeIndex unit, const Country& country) {
  const auto owner = country.offices().owner(role, unit);
  ENSURE(owner.has_value(), "each region has a holder of each role");
  return *owner;
}

PlannedFiling make_filing(const Country& country, const RegionPlan& region, Flaw flaw,
                          Chance& chance) {
  const OfficeIndex unit = region.units[chance.weighted(region.unit_weights)];
  const std::vector<Date> days = days_of_filing(country);
  const Date day = days[chance.below(days.size())];
  const OfficeHours hours(country, unit);
  const auto minute = chance.below(static_cast<std::size_t>(hours.open_on(day).count()));
  PlannedFiling planned;
  planned.at = hours.minute_of(day, std::chrono::minutes(minute));
  Filing& filing = planned.filing;
  filing.regulation = "border-zone-permit";
  filing.office = country.offices()[unit].id;
  filing.channel = "direct";
  filing.applicant =
      flaw == Flaw::citizen ? make_citizen_of_kazakhstan(chance) : make_foreigner(chance);
  filing.documents = {"application", "identity-document"};
  if (flaw == Flaw::incomplete) {
    filing.documents.erase(filing.documents.begin() + chance.between(0, 1));
  }
  filing.fields = make_journey(chance, day);
  return planned;
}

// Somebody has lost the talon and sends the same request again, on a later working day.
void repeat_some(std::vector<PlannedFiling>& filings, std::size_t repeats, const Country& country,
                 Chance& chance) {
  const std::size_t originals = filings.size();
  for (std::size_t i = 0; i < repeats; ++i) {
    PlannedFiling again = filings[chance.below(originals)];
    const OfficeIndex unit = *country.offices().find(again.filing.office);
    const Date day = country.offices().civil_date(unit, again.at);
    again.at += country.days().add(day, WorkingDays{chance.between(1, 3)}) - day;
    filings.push_back(std::move(again));
  }
}

}  // namespace

std::vector<RegionPlan> plan_regions(const Country& country) {
  const Directory& offices = country.offices();
  std::vector<RegionPlan> regions;
  for (const auto& [region, weight] : kRegionWeights) {
    RegionPlan plan;
    plan.region = region;
    plan.weight = weight;
    for (std::size_t i = 0; i < offices.size(); ++i) {
      const OfficeIndex unit{static_cast<std::uint16_t>(i)};
      const Office& office = offices[unit];
      if (office.region != region || !office.holds(office_role::migration_police_unit)) continue;
      if (plan.units.empty()) {
        plan.directorate = holder_of(office_role::migration_police_directorate, unit, country);
        plan.knb = holder_of(office_role::knb_department, unit, country);
      }
      plan.units.push_back(unit);
      plan.unit_weights.push_back(office.city == offices[plan.directorate].city ? kCentreWeight
                                                                                : 1);
    }
    ENSURE(!plan.units.empty(), "each region has a unit that takes applications");
    regions.push_back(std::move(plan));
  }
  return regions;
}

std::vector<Date> days_of_filing(const Country& country) {
  const Regulation* const edition =
      country.framework.catalogue.editions_of("border-zone-permit").front();
  std::vector<Date> days{edition->edition.from};
  while (days.size() < kDaysOfFiling) {
    days.push_back(country.days().add(days.back(), WorkingDays{1}));
  }
  return days;
}

std::vector<PlannedFiling> make_filings(const Country& country, std::span<const RegionPlan> regions,
                                        const ScenarioSettings& settings) {
  Chance chance(settings.seed, "filings");
  std::vector<unsigned> weights;
  for (const RegionPlan& region : regions) weights.push_back(region.weight);
  const std::size_t incomplete = std::max(kFewest, settings.cases * kIncompletePerCent / 100);
  const std::size_t citizens = std::max(kFewest, settings.cases / 120);
  std::vector<PlannedFiling> filings;
  for (std::size_t i = 0; i < settings.cases + incomplete + citizens; ++i) {
    const Flaw flaw = i < settings.cases                ? Flaw::none
                      : i < settings.cases + incomplete ? Flaw::incomplete
                                                        : Flaw::citizen;
    // The first ones see to it that no region is without.
    const std::size_t region =
        i < 2 * regions.size() ? i % regions.size() : chance.weighted(weights);
    filings.push_back(make_filing(country, regions[region], flaw, chance));
  }
  std::ranges::stable_sort(filings, {}, &PlannedFiling::at);
  for (std::size_t i = 0; i < filings.size(); ++i) {
    filings[i].filing.request_id = fmt::format("demo-{}-{:05}", settings.seed, i + 1);
  }
  repeat_some(filings, std::max(kFewest, settings.cases / 100), country, chance);
  std::ranges::stable_sort(filings, {}, &PlannedFiling::at);
  return filings;
}

}  // namespace reglament::demo
