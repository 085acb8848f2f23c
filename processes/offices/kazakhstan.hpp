// The offices of Kazakhstan as the acts print them, with the roles in which regulations name them.
// Sources, and what is assumed where the acts are silent: README.md in this folder.
#pragma once

#include <functional>
#include <string_view>

#include "engine/casework/directory.hpp"
#include "engine/time/zone.hpp"

namespace reglament {

// Who performs a step. Codes are frozen: regulations name them, the history stores them.
namespace office_role {
// A migration police body of a city, district, city district or settlement: 003 §5, §15.1.
// The case stays with the unit where it was filed.
inline constexpr std::string_view migration_police_unit = "migration-police-unit";
// The Migration Police Directorate of the region's Department of Internal Affairs: 003 §15.2.
inline constexpr std::string_view migration_police_directorate = "migration-police-directorate";
// The region's department of the National Security Committee: 003 §10, §11.
inline constexpr std::string_view knb_department = "knb-department";
// The local military authority that takes an application: 004.4 §1. The annexes list the
// departments for defence affairs of the regions and nothing below them.
inline constexpr std::string_view local_military_authority = "local-military-authority";
// A Public Service Centre: 002 §1. It takes applications for other bodies.
inline constexpr std::string_view service_centre = "psc";
// An address bureau of a department of internal affairs: 002 §1. The case goes to the bureau where
// it was filed, else to that of the city, else to that of the region.
inline constexpr std::string_view address_bureau = "address-bureau";
}  // namespace office_role

// What regulations may ask about an office. Codes are frozen: regulations name them.
namespace office_trait {
// It stands in the capital or in the centre of a region. Almaty city is neither.
inline constexpr std::string_view regional_centre = "regional-centre";
}  // namespace office_trait

// The texts of the data files of this folder, with a header line each.
struct OfficeFiles {
  std::string_view units;          // units.csv
  std::string_view agencies;       // agencies.csv
  std::string_view knb;            // knb.csv
  std::string_view regions;        // regions.csv
  std::string_view regions_zones;  // regions-zones.csv
  std::string_view schedules{};    // schedules.csv; empty: every office has its own hours only
};

using ReadZone = std::function<Zone(std::string_view name)>;

// Throws BadInput with file and line where an id comes twice, a parent or a region is unknown, a
// region has no zone, an office no agency, an agency no office, or a schedule cannot be read; and
// what `zone` throws.
[[nodiscard]] Directory read_offices(const OfficeFiles& files, const ReadZone& zone);

// The directory that travels inside the program.
[[nodiscard]] Directory kazakhstan_directory(const ReadZone& zone);

}  // namespace reglament
