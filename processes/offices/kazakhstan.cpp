#include "processes/offices/kazakhstan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/csv.hpp"
#include "engine/base/fault.hpp"

namespace reglament {

namespace data {
extern const std::string_view offices_units_csv;
extern const std::string_view offices_agencies_csv;
extern const std::string_view offices_knb_csv;
extern const std::string_view offices_regions_csv;
extern const std::string_view offices_regions_zones_csv;
extern const std::string_view offices_schedules_csv;
}  // namespace data

namespace {

struct Region {
  std::string zone;
  std::string centre;  // city
};
using Regions = std::map<std::string, Region, std::less<>>;

[[noreturn]] void refuse(const CsvTable& table, std::size_t row, std::string_view expected,
                         std::string_view actual) {
  throw BadInput(fmt::format("{} line {}: expected {}, found '{}'", table.name(), table.line(row),
                             expected, actual));
}

Regions read_regions(const CsvTable& table, const CsvTable& zones) {
  Regions regions;
  std::set<std::string> unserved;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& region = table.cell(row, "region");
    if (!unserved.insert(region).second) refuse(table, row, "each region once", region);
    regions[region].centre = table.cell(row, "centre_en");
  }
  for (std::size_t row = 0; row < zones.size(); ++row) {
    const std::string& region = zones.cell(row, "region");
    if (unserved.erase(region) == 0) {
      refuse(zones, row, fmt::format("each region of {} once", table.name()), region);
    }
    regions[region].zone = zones.cell(row, "zone");
  }
  if (!unserved.empty()) {
    throw BadInput(fmt::format("{}: expected a zone for the region '{}', found none", zones.name(),
                               *unserved.begin()));
  }
  return regions;
}

// Opening hours as printed. A remark in parentheses behind them says that they are a reception by
// appointment ("We 17:00-19:00 (head of department, by appointment)"): the office's own hours are
// then as unknown as where the column is empty.
Schedule read_schedule(const CsvTable& table, std::size_t row) {
  const std::string& notation = table.cell(row, "schedule");
  if (notation.empty() || notation.ends_with(')')) return {};
  try {
    return Schedule::parse(notation);
  } catch (const BadInput& error) {
    throw BadInput(fmt::format("{} line {}, column schedule: {}", table.name(), table.line(row),
                               error.what()));
  }
}

// The enterprise that the centres are branches of has no window.
constexpr std::string_view kHeadOfCentres = "kz.psc";

// The kind "migration_police" covers two roles: the directorates of the regions, whose rows end in
// ".mp", check what the units have accepted; applications go to the units only (003 §6, §15).
std::vector<std::string> roles_of(std::string_view kind, std::string_view id) {
  if (kind == "psc" && id != kHeadOfCentres) return {std::string(office_role::service_centre)};
  if (kind == "address_bureau") return {std::string(office_role::address_bureau)};
  if (kind == "knb_department") return {std::string(office_role::knb_department)};
  if (kind == "military_dept") return {std::string(office_role::local_military_authority)};
  if (kind != "migration_police") return {};
  return {std::string(id.ends_with(".mp") ? office_role::migration_police_directorate
                                          : office_role::migration_police_unit)};
}

// The directory lists two cities as regions of their own: the capital, with the settlements in it,
// and Almaty, which is the centre of no region.
constexpr std::string_view kCapital = "astana";
constexpr std::string_view kCityWithoutRegion = "almatycity";

std::vector<std::string> traits_of(const Office& office, const Region& region) {
  const bool in_centre = office.region == kCapital ||
                         (office.city == region.centre && office.region != kCityWithoutRegion);
  if (!in_centre) return {};
  return {std::string(office_trait::regional_centre)};
}

// Which agency an office belongs to: by the beginning of its id.
class Agencies {
 public:
  explicit Agencies(const CsvTable& table) : table_(table), used_(table.size()) {
    for (std::size_t row = 0; row < table.size(); ++row) {
      const std::string& code = table.cell(row, "agency");
      // It becomes part of names at the broker.
      const bool plain = code.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
      if (code.empty() || !plain) refuse(table, row, "an agency of letters a to z", code);
      if (!row_of_.emplace(table.cell(row, "offices"), row).second) {
        refuse(table, row, "each beginning of an id once", table.cell(row, "offices"));
      }
    }
  }

  // Whole parts of the id are compared, and the longest beginning wins. Empty: none fits.
  [[nodiscard]] std::string_view find(std::string_view id) {
    for (;;) {
      const auto found = row_of_.find(id);
      if (found != row_of_.end()) {
        used_[found->second] = true;
        return table_.cell(found->second, "agency");
      }
      const auto dot = id.rfind('.');
      if (dot == std::string_view::npos) return {};
      id.remove_suffix(id.size() - dot);
    }
  }

  void expect_all_used() const {
    const auto unused = std::find(used_.begin(), used_.end(), false);
    if (unused == used_.end()) return;
    const auto row = static_cast<std::size_t>(unused - used_.begin());
    refuse(table_, row, "the beginning of an office's id", table_.cell(row, "offices"));
  }

 private:
  const CsvTable& table_;
  std::map<std::string, std::size_t, std::less<>> row_of_;
  std::vector<bool> used_;
};

Office read_office(const CsvTable& table, std::size_t row, const Regions& regions,
                   Agencies& agencies) {
  Office office;
  office.id = table.cell(row, "id");
  office.parent = table.cell(row, "parent_id");
  office.agency = agencies.find(office.id);
  if (office.agency.empty()) refuse(table, row, "an office of an agency", office.id);
  office.kind = table.cell(row, "kind");
  office.name_kk = table.cell(row, "name_kk");
  office.name_en = table.cell(row, "name_en");
  office.region = table.cell(row, "region");
  office.city = table.cell(row, "city");
  office.address = table.cell(row, "address");
  office.phone = table.cell(row, "phone");
  office.roles = roles_of(office.kind, office.id);
  office.schedule = read_schedule(table, row);
  const auto region = regions.find(office.region);
  if (region == regions.end()) refuse(table, row, "a region of regions.csv", office.region);
  office.zone_name = region->second.zone;
  office.traits = traits_of(office, region->second);
  return office;
}

// The kind of the directory, or the channel, to which a row of schedules.csv applies; empty for
// what is no office of the directory: receptions, mobile centres, branches without a list.
std::string_view kind_of_schedule(std::string_view office_kind) {
  if (office_kind == "local_military_authority") return "military_dept";
  for (const std::string_view kind : {"migration_police", "psc", "address_bureau", "portal"}) {
    if (office_kind == kind) return kind;
  }
  return {};
}

// One row in the notation of schedules: "Mo-Fr 09:00-13:00,14:30-18:00".
std::string notation_of(const CsvTable& table, std::size_t row) {
  const std::string& closes = table.cell(row, "close");
  std::string text = table.cell(row, "days") + " " + table.cell(row, "open") + "-";
  if (const std::string& pause = table.cell(row, "break_start"); !pause.empty()) {
    text += pause + "," + table.cell(row, "break_end") + "-";
  }
  return text + closes;
}

// The rows of one service and kind together are its week; the last says what is closed.
std::vector<ServiceHours> read_hours(const CsvTable& table) {
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> weeks;
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string_view kind = kind_of_schedule(table.cell(row, "office_kind"));
    if (kind.empty()) continue;
    auto& [open, closed] = weeks[{table.cell(row, "service_id"), std::string(kind)}];
    open += (open.empty() ? "" : "; ") + notation_of(table, row);
    closed = table.cell(row, "closed");
  }
  std::vector<ServiceHours> hours;
  for (const auto& [key, week] : weeks) {
    const std::string closed = week.second.empty() ? "" : "; " + week.second + " off";
    try {
      hours.push_back({key.first, key.second, Schedule::parse(week.first + closed)});
    } catch (const BadInput& error) {
      throw BadInput(
          fmt::format("{}, {} of {}: {}", table.name(), key.second, key.first, error.what()));
    }
  }
  return hours;
}

void check_ids(const CsvTable& table, std::set<std::string>& seen) {
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& id = table.cell(row, "id");
    if (id.empty() || !seen.insert(id).second) refuse(table, row, "an id of its own", id);
  }
}

void check_parents(const CsvTable& table, const std::set<std::string>& ids) {
  for (std::size_t row = 0; row < table.size(); ++row) {
    const std::string& parent = table.cell(row, "parent_id");
    if (!parent.empty() && !ids.contains(parent)) {
      refuse(table, row, "the id of an office as parent", parent);
    }
  }
}

std::vector<Zone> read_zones(const Regions& regions, const ReadZone& zone) {
  std::set<std::string> names;
  for (const auto& [code, region] : regions) names.insert(region.zone);
  std::vector<Zone> zones;
  for (const std::string& name : names) zones.push_back(zone(name));
  return zones;
}

}  // namespace

Directory read_offices(const OfficeFiles& files, const ReadZone& zone) {
  const CsvTable units(files.units, "units.csv");
  const CsvTable knb(files.knb, "knb.csv");
  const CsvTable agency_rows(files.agencies, "agencies.csv");
  Agencies agencies(agency_rows);
  const Regions regions = read_regions(CsvTable(files.regions, "regions.csv"),
                                       CsvTable(files.regions_zones, "regions-zones.csv"));

  std::set<std::string> ids;
  check_ids(units, ids);
  check_ids(knb, ids);
  std::vector<Office> offices;
  for (const CsvTable* table : {&units, &knb}) {
    check_parents(*table, ids);
    for (std::size_t row = 0; row < table->size(); ++row) {
      offices.push_back(read_office(*table, row, regions, agencies));
    }
  }
  agencies.expect_all_used();

  std::vector<ServiceHours> hours;
  if (!files.schedules.empty()) hours = read_hours(CsvTable(files.schedules, "schedules.csv"));
  std::vector<OfficeRole> roles{
      {std::string(office_role::local_military_authority), Holder::filing_office},
      {std::string(office_role::migration_police_unit), Holder::filing_office},
      {std::string(office_role::migration_police_directorate), Holder::office_of_region},
      {std::string(office_role::knb_department), Holder::office_of_region},
      {std::string(office_role::service_centre), Holder::filing_office},
      {std::string(office_role::address_bureau), Holder::office_of_place}};
  return {std::move(offices), std::move(roles), read_zones(regions, zone), std::move(hours)};
}

Directory kazakhstan_directory(const ReadZone& zone) {
  return read_offices(
      {data::offices_units_csv, data::offices_agencies_csv, data::offices_knb_csv,
       data::offices_regions_csv, data::offices_regions_zones_csv, data::offices_schedules_csv},
      zone);
}

}  // namespace reglament
