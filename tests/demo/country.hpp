// The country of the demo for its tests: the ready world of the permit, and the six-day week.
#pragma once

#include "deploy/demo/country.hpp"
#include "processes/calendars/kazakhstan.hpp"
#include "tests/support/permit_world.hpp"

namespace reglament::testing {

inline demo::Country demo_country() { return {permit_framework(), kazakhstan(Week::six_day)}; }

inline OfficeIndex office(std::string_view id) {
  return permit_framework().directory.find(id).value();
}

}  // namespace reglament::testing
