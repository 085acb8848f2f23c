// The people of the demo: invented foreigners with the names, passports and plans that people have
// who ask to enter a border zone.
#pragma once

#include <string>

#include "deploy/demo/chance.hpp"
#include "engine/casework/occasion.hpp"
#include "engine/time/civil.hpp"

namespace reglament::demo {

// A foreigner, or now and then a stateless person (citizenship empty).
[[nodiscard]] Applicant make_foreigner(Chance& chance);
// Not entitled to the service: 003 §1.
[[nodiscard]] Applicant make_citizen_of_kazakhstan(Chance& chance);

// destination, purpose, from, to: a journey that begins some weeks after the day of the filing.
[[nodiscard]] std::map<std::string, std::string> make_journey(Chance& chance, Date filed_on);

}  // namespace reglament::demo
