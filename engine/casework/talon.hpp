// The talon: the number that an applicant holds, "BZP-AKMOLA-2015-000042-K".
//
// service - region - year - case number - check character. The case number is unique by itself, so
// a talon is unique for its service, region and year. The check character is ISO/IEC 7064 MOD 37,36
// over the letters and digits before it: every single mistyped character and nearly every swap of
// neighbours is told apart from a talon that is well formed but unknown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/history/entry.hpp"

namespace reglament {

struct TalonParts {
  std::string service;  // code of the regulation, "BZP"
  std::string region;   // "AKMOLA"
  int year{};
  CaseNumber case_number{};

  bool operator==(const TalonParts&) const = default;
};

// ISO/IEC 7064:2003, hybrid system MOD 37,36, over digits and capital letters; hyphens do not
// count. Nothing where another character occurs.
[[nodiscard]] std::optional<char> check_character(std::string_view text);

// Service and region in any case; letters and digits only.
[[nodiscard]] std::string make_talon(std::string_view service, std::string_view region, int year,
                                     CaseNumber number);

// The talon as it is printed, from however it was typed.
[[nodiscard]] std::string in_capitals(std::string_view talon);

// Nothing where the form or the check character is wrong. Small letters are read as capitals.
[[nodiscard]] std::optional<TalonParts> parse_talon(std::string_view talon);

}  // namespace reglament
