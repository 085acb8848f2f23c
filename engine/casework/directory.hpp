// The offices that perform regulations: who stands where, which roles each can hold, when it
// closes.
//
// Which country, which kinds of offices and which roles there are is data given at composition; the
// engine knows only this: a step is owned by a role, and a role is held by the office where the
// application was filed, or by the one office of that office's region or place which holds it.
//
// Invariants, checked at construction: ids are unique, each parent is an office, each zone is
// known, each office has an agency, each role that an office names is declared, and each regional
// role has exactly one holder in every region where there is an office that can take filings. So a
// filing office, once accepted, resolves every declared role.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/time/civil.hpp"
#include "engine/time/schedule.hpp"
#include "engine/time/zone.hpp"

namespace reglament {

// The position of an office in the directory. In memory only: what is stored is the office's id.
enum class OfficeIndex : std::uint16_t {};

[[nodiscard]] constexpr std::size_t position(OfficeIndex office) {
  return static_cast<std::size_t>(office);
}

struct Office {
  std::string id;      // "kz.dvd.akmola.kokshetau", frozen: stored in the history
  std::string parent;  // id of the office above; empty where there is none
  std::string agency;  // "police": the body that it belongs to; messages of two do not meet
  std::string kind;    // as the directory prints it, for people; decisions are made by role
  std::string name_kk;
  std::string name_en;
  std::string region;
  std::string city;
  std::string address;
  std::string phone;
  std::vector<std::string> roles;     // codes of the roles that this office can hold
  std::vector<std::string> traits{};  // what regulations may ask about it, frozen codes
  Schedule schedule;                  // empty where the hours are not published
  std::string zone_name;              // "Asia/Almaty"
  const Zone* zone = nullptr;         // set by Directory, which owns the zones

  [[nodiscard]] bool holds(std::string_view role) const;
};

// How the holder of a role is found from the office where the application was filed.
enum class Holder {
  filing_office,     // that office itself
  office_of_region,  // the one office of its region that holds the role
  // That office itself where it holds the role; else the holder in its city; else the one of its
  // region. A holder below another one is a branch and stands for its city only, and there behind
  // one that is none.
  office_of_place,
};

struct OfficeRole {
  std::string code;  // "migration-police-unit"; regulations name it as the owner of a step
  Holder holder{};
};

// The hours that the act of a service gives to all offices of a kind, or to a channel of its own
// such as the portal.
struct ServiceHours {
  std::string service;  // id of the regulation
  std::string kind;     // of Office, or a channel
  Schedule schedule;
};

class Directory {
 public:
  // Throws BadInput where an invariant above does not hold.
  Directory(std::vector<Office> offices, std::vector<OfficeRole> roles, std::vector<Zone> zones,
            std::vector<ServiceHours> hours = {});

  // Offices point at zones, and the index by id at the offices: a move keeps both, a copy would
  // not.
  Directory(Directory&&) = default;
  Directory& operator=(Directory&&) = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() = default;

  [[nodiscard]] const std::vector<Office>& offices() const { return offices_; }
  [[nodiscard]] const std::vector<OfficeRole>& roles() const { return roles_; }
  [[nodiscard]] std::size_t size() const { return offices_.size(); }
  [[nodiscard]] const Office& operator[](OfficeIndex office) const;
  [[nodiscard]] std::optional<OfficeIndex> find(std::string_view id) const;
  // The offices directly below, in the order of the directory.
  [[nodiscard]] const std::vector<OfficeIndex>& children(OfficeIndex office) const;
  // Whether a regulation may name this role; asked when the catalogue is composed.
  [[nodiscard]] bool knows_role(std::string_view role) const;

  // The office where an application is filed, if it is one that holds `role`. The rejection is
  // "wrong-office" and rests on `paragraph`, which says where the application belongs.
  [[nodiscard]] Result<OfficeIndex> filing_office(std::string_view id, std::string_view role,
                                                  std::string_view paragraph) const;
  // The office that holds `role` for a case filed at `filing_office`. The rejection is
  // "wrong-office" where the role is not declared, or nobody holds it for that office.
  [[nodiscard]] Result<OfficeIndex> owner(std::string_view role, OfficeIndex filing_office) const;

  // The office so many parents above; nothing where the directory does not reach so far.
  [[nodiscard]] std::optional<OfficeIndex> above(OfficeIndex office, std::int32_t parents) const;

  // Opening hours of the office in a service: as its act gives them, or else its own.
  [[nodiscard]] const Schedule& hours(OfficeIndex office, std::string_view service) const;
  // Of a channel that has hours of its own; null where it has none.
  [[nodiscard]] const Schedule* channel_hours(std::string_view service,
                                              std::string_view channel) const;

  // The date on the wall of the office.
  [[nodiscard]] Date civil_date(OfficeIndex office, Instant instant) const;
  // The date that has come at every office: the earliest on any of their walls.
  [[nodiscard]] Date date_everywhere(Instant instant) const;
  // The instant from which on it is that date, or a later one, at every office.
  [[nodiscard]] Instant begins_everywhere(Date date) const;
  // The instant at which a term ending on `date` has run out at this office: its closing time on
  // that day of the week. On a day without hours that the calendar makes a working day (a worked
  // Sunday) the hours of Monday apply: the decree moves a working day but names no hours. Where no
  // hours are published, or none on Mondays either, the date ends at 24:00.
  [[nodiscard]] Instant closing_instant(OfficeIndex office, Date date,
                                        std::string_view service = {}) const;

 private:
  void index_offices();
  void attach_zones();
  void check_roles() const;
  void index_regional_holders();
  void index_local_holders();
  [[nodiscard]] bool is_branch(const Office& office, std::string_view role) const;
  [[nodiscard]] std::optional<Holder> holder_of(std::string_view role) const;

  std::vector<Zone> zones_;
  std::vector<Office> offices_;
  std::vector<OfficeRole> roles_;
  std::vector<ServiceHours> hours_;
  std::unordered_map<std::string_view, OfficeIndex> by_id_;
  std::vector<std::vector<OfficeIndex>> children_;
  // role -> region -> the one holder
  std::unordered_map<std::string_view, std::unordered_map<std::string_view, OfficeIndex>> regional_;
  // role, region, city -> its holder
  using Place = std::tuple<std::string_view, std::string_view, std::string_view>;
  std::map<Place, OfficeIndex> local_;
};

}  // namespace reglament
