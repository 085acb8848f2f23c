// What the applicant's side is told about a filing.
#pragma once

#include <optional>
#include <string>

#include "engine/base/result.hpp"
#include "engine/history/entry.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

struct FilingReply {
  std::string regulation;
  std::optional<Rejection> refused;
  bool repeated = false;  // an answer given before
  // The rest only where it was accepted.
  std::string talon;
  CaseNumber case_number{};
  std::string edition;
  std::string office;
  Instant filed_at{};
  // Of the service; nothing where a later step starts its term.
  std::optional<Date> due_date;
  std::optional<Instant> due_at;
  bool operator==(const FilingReply&) const = default;
};

}  // namespace reglament
