// Dates and instants of the time tests, written as people write them.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/time/civil.hpp"

namespace reglament {

inline Date date(std::string_view text) {
  const auto parsed = parse_date(text);
  if (!parsed) throw std::logic_error("the test names no date: " + std::string(text));
  return *parsed;
}

inline Instant instant(std::string_view text) {
  const auto parsed = parse_instant(text);
  if (!parsed) throw std::logic_error("the test names no instant: " + std::string(text));
  return *parsed;
}

}  // namespace reglament
