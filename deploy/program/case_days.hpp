// Who used the days of a case (engine/ledger/days_used.hpp), as `case show` tells it.
#pragma once

#include "deploy/program/output.hpp"
#include "engine/casework/framework.hpp"
#include "engine/ledger/days_used.hpp"

namespace reglament::program {

// Adds the keys `ledger` (a list), `working_minutes` (of all of it) and `measured_by` (the office
// whose hours count, its hours, the calendar); null where the case lies beyond the published years.
void put_days(Json& shown, const Case& state, const HoldingHistory& holdings, Instant moment,
              const Framework& law);

// The section of the text, from those keys.
void print_days(const Json& shown);

// "7 h 30 min".
[[nodiscard]] std::string hours_text(std::int64_t minutes);

}  // namespace reglament::program
