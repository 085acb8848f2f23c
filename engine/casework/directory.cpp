#include "engine/casework/directory.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace {

std::string describe(const Office& office) {
  return fmt::format(
      "{} ({}; roles: {})", office.id, office.kind,
      office.roles.empty() ? "none" : fmt::format("{}", fmt::join(office.roles, ", ")));
}

Rejection wrong_office(std::string_view paragraph, std::string expected, std::string actual) {
  return {std::string(rejection_code::wrong_office), std::string(paragraph), std::move(expected),
          std::move(actual)};
}

}  // namespace

bool Office::holds(std::string_view role) const {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Directory::Directory(std::vector<Office> offices, std::vector<OfficeRole> roles,
                     std::vector<Zone> zones, std::vector<ServiceHours> hours)
    : zones_(std::move(zones)),
      offices_(std::move(offices)),
      roles_(std::move(roles)),
      hours_(std::move(hours)) {
  index_offices();
  attach_zones();
  check_roles();
  index_regional_holders();
  index_local_holders();
}

void Directory::index_offices() {
  constexpr std::size_t most = std::numeric_limits<std::uint16_t>::max();
  if (offices_.size() > most) {
    throw BadInput(
        fmt::format("directory: expected at most {} offices, found {}", most, offices_.size()));
  }
  for (std::size_t i = 0; i < offices_.size(); ++i) {
    if (!by_id_.emplace(offices_[i].id, OfficeIndex(i)).second) {
      throw BadInput(
          fmt::format("directory: expected each office once, found '{}' twice", offices_[i].id));
    }
  }
  children_.resize(offices_.size());
  for (std::size_t i = 0; i < offices_.size(); ++i) {
    const Office& office = offices_[i];
    if (office.agency.empty()) {
      throw BadInput(fmt::format("directory: expected an agency for '{}', found none", office.id));
    }
    if (office.parent.empty()) continue;
    const auto parent = find(office.parent);
    if (!parent) {
      throw BadInput(
          fmt::format("directory: expected the parent of '{}' among the offices, found '{}'",
                      office.id, office.parent));
    }
    children_[position(*parent)].push_back(OfficeIndex(i));
  }
}

void Directory::attach_zones() {
  for (Office& office : offices_) {
    const auto zone = std::find_if(zones_.begin(), zones_.end(), [&](const Zone& candidate) {
      return candidate.name() == office.zone_name;
    });
    if (zone == zones_.end()) {
      throw BadInput(
          fmt::format("directory: expected a time zone for '{}', found '{}', which was not given",
                      office.id, office.zone_name));
    }
    office.zone = &*zone;
  }
}

void Directory::check_roles() const {
  for (const Office& office : offices_) {
    for (const std::string& role : office.roles) {
      if (!knows_role(role)) {
        throw BadInput(fmt::format("directory: expected a declared role at '{}', found '{}'",
                                   office.id, role));
      }
    }
  }
}

void Directory::index_regional_holders() {
  for (const OfficeRole& role : roles_) {
    if (role.holder == Holder::filing_office) continue;
    auto& holders = regional_[role.code];
    for (std::size_t i = 0; i < offices_.size(); ++i) {
      const Office& office = offices_[i];
      if (!office.holds(role.code) || is_branch(office, role.code)) continue;
      const auto [first, alone] = holders.emplace(office.region, OfficeIndex(i));
      if (!alone) {
        throw BadInput(fmt::format(
            "directory: expected one office for the role '{}' in region '{}', found '{}' and '{}'",
            role.code, office.region, (*this)[first->second].id, office.id));
      }
    }
    for (const Office& office : offices_) {
      const bool takes_filings = std::any_of(
          office.roles.begin(), office.roles.end(),
          [&](const std::string& held) { return holder_of(held) == Holder::filing_office; });
      if (takes_filings && !holders.contains(office.region)) {
        throw BadInput(fmt::format(
            "directory: expected an office for the role '{}' in region '{}', found none", role.code,
            office.region));
      }
    }
  }
}

void Directory::index_local_holders() {
  for (const OfficeRole& role : roles_) {
    if (role.holder != Holder::office_of_place) continue;
    for (const bool branches : {false, true}) {
      for (std::size_t i = 0; i < offices_.size(); ++i) {
        const Office& office = offices_[i];
        if (!office.holds(role.code) || is_branch(office, role.code) != branches) continue;
        local_.emplace(Place(role.code, office.region, office.city), OfficeIndex(i));
      }
    }
  }
}

bool Directory::is_branch(const Office& office, std::string_view role) const {
  const auto parent = find(office.parent);
  return parent && (*this)[*parent].holds(role);
}

std::optional<Holder> Directory::holder_of(std::string_view role) const {
  const auto found = std::find_if(roles_.begin(), roles_.end(), [&](const OfficeRole& declared) {
    return declared.code == role;
  });
  if (found == roles_.end()) return std::nullopt;
  return found->holder;
}

const Office& Directory::operator[](OfficeIndex office) const {
  ENSURE(position(office) < offices_.size(), "an office index comes from this directory");
  return offices_[position(office)];
}

std::optional<OfficeIndex> Directory::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

const std::vector<OfficeIndex>& Directory::children(OfficeIndex office) const {
  ENSURE(position(office) < children_.size(), "an office index comes from this directory");
  return children_[position(office)];
}

bool Directory::knows_role(std::string_view role) const { return holder_of(role).has_value(); }

Result<OfficeIndex> Directory::filing_office(std::string_view id, std::string_view role,
                                             std::string_view paragraph) const {
  const auto office = find(id);
  if (office && (*this)[*office].holds(role)) return *office;
  return wrong_office(
      paragraph, fmt::format("an office with the role {}", role),
      office ? describe((*this)[*office]) : fmt::format("'{}', not in the directory", id));
}

Result<OfficeIndex> Directory::owner(std::string_view role, OfficeIndex filing_office) const {
  const Office& filed_at = (*this)[filing_office];
  const auto holder = holder_of(role);
  if (!holder) {
    return wrong_office("engine", "a role of the directory", std::string(role));
  }
  if (*holder == Holder::filing_office) {
    if (filed_at.holds(role)) return filing_office;
    return wrong_office("engine", fmt::format("an office with the role {}", role),
                        describe(filed_at));
  }
  if (*holder == Holder::office_of_place) {
    if (filed_at.holds(role)) return filing_office;
    const auto nearest = local_.find(Place(role, filed_at.region, filed_at.city));
    if (nearest != local_.end()) return nearest->second;
  }
  const auto& holders = regional_.at(role);
  const auto found = holders.find(filed_at.region);
  if (found != holders.end()) return found->second;
  return wrong_office("engine",
                      fmt::format("an office with the role {} in region {}", role, filed_at.region),
                      "none");
}

std::optional<OfficeIndex> Directory::above(OfficeIndex office, std::int32_t parents) const {
  std::optional<OfficeIndex> at = office;
  for (; at && parents > 0; --parents) at = find((*this)[*at].parent);
  return at;
}

const Schedule& Directory::hours(OfficeIndex office, std::string_view service) const {
  const Office& of = (*this)[office];
  const Schedule* const given = channel_hours(service, of.kind);
  return given != nullptr ? *given : of.schedule;
}

const Schedule* Directory::channel_hours(std::string_view service, std::string_view channel) const {
  const auto found = std::find_if(hours_.begin(), hours_.end(), [&](const ServiceHours& one) {
    return one.service == service && one.kind == channel;
  });
  return found == hours_.end() ? nullptr : &found->schedule;
}

Date Directory::civil_date(OfficeIndex office, Instant instant) const {
  return std::chrono::floor<std::chrono::days>((*this)[office].zone->to_civil(instant));
}

Date Directory::date_everywhere(Instant instant) const {
  Date earliest = Date::max();
  for (const Zone& zone : zones_) {
    earliest = std::min(earliest, std::chrono::floor<std::chrono::days>(zone.to_civil(instant)));
  }
  return earliest;
}

Instant Directory::begins_everywhere(Date date) const {
  Instant latest = Instant::min();
  for (const Zone& zone : zones_) latest = std::max(latest, zone.to_instant(CivilTime(date)));
  return latest;
}

Instant Directory::closing_instant(OfficeIndex office, Date date, std::string_view service) const {
  const Office& closing = (*this)[office];
  const Schedule& schedule = hours(office, service);
  auto closes = schedule.closing(std::chrono::weekday(date));
  if (!closes) closes = schedule.closing(std::chrono::Monday);
  constexpr std::chrono::minutes end_of_day = std::chrono::hours(24);
  return closing.zone->to_instant(CivilTime(date) + closes.value_or(end_of_day));
}

}  // namespace reglament
