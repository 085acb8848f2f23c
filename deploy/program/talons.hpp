// The talon of a case that may be damaged: for findings.
#pragma once

#include <optional>

#include "deploy/program/output.hpp"
#include "engine/casework/case.hpp"
#include "engine/casework/framework.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::program {

// Null where there is no case, or none whose talon can be told.
[[nodiscard]] inline Json talon_or_null(StoreReader& reader, std::optional<CaseNumber> number,
                                        const Framework& law) {
  if (!number || *number == 0) return nullptr;
  try {
    const auto state = reader.case_state(*number);
    return state ? Json(talon_of(decode_case(*state), law)) : Json();
  } catch (const Malformed&) {
    return nullptr;
  } catch (const Unavailable&) {
    return nullptr;
  }
}

}  // namespace reglament::program
