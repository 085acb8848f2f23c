// The world of the delivered regulations for tests of casework and runtime: its law, the directory,
// the calendar, and a few ready occasions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/casework/framework.hpp"
#include "engine/casework/occasion.hpp"

namespace reglament::testing {

// Built once; zones are those of the facts (two changes in the period), without tzdata.
[[nodiscard]] const Framework& permit_framework();

inline constexpr std::string_view kLocalUnit = "kz.dvd.akmola.kokshetau";
inline constexpr std::string_view kDirectorate = "kz.dvd.akmola.mp";
inline constexpr std::string_view kKnb = "kz.knb.akmola";
inline constexpr std::string_view kMilitary = "kz.mil.akmola";  // 9 to 17, break 13 to 15

// "2015-07-14T10:15:00+06:00"; a text that is none fails the test.
[[nodiscard]] Instant instant(std::string_view text);
[[nodiscard]] Date date(std::string_view text);

// A complete application of a foreigner at the unit of Kokshetau.
[[nodiscard]] Filing complete_filing(std::string request_id);

// A complete application for a benefit certificate at the military department of Akmola.
[[nodiscard]] Filing benefit_filing(std::string request_id);

// An application for an address certificate.
[[nodiscard]] Filing address_filing(std::string channel, std::string_view office,
                                    std::vector<std::string> documents);

// The answer to a task of a case, as an office's desk sends it.
[[nodiscard]] Answer answer_of(CaseNumber number, std::uint32_t task, std::string_view office,
                               std::string outcome, std::string ground = {});

}  // namespace reglament::testing
