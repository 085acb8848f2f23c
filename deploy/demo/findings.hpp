// What the entries and cases of a database say about how the demo went. Everything is read back;
// nothing of what the demo has planned or remembered is used.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "deploy/demo/country.hpp"
#include "engine/ledger/timeliness.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::demo {

// How applications ended: `kind` is the code of a final kind, or "refused-at-filing"; `reason` the
// ground of a refusal or the code of a rejection, empty where neither is.
struct OutcomeLine {
  std::string kind;
  std::string reason;
  std::string paragraph;
  std::size_t count{};
};

// A department, as a role of the act: its terms of steps.
struct DepartmentLine {
  std::string role;  // code; "service" for the terms of the whole service
  std::size_t offices{};
  TimelinessLine terms;
};

// An office that had the case longer than its term.
struct LateHolder {
  std::string office;
  std::string step;
  WorkingDays past;  // the due date
};

struct OverdueCase {
  std::string talon;
  std::string region;
  Date filed;
  Date due;
  Date closed;
  WorkingDays late;
  std::vector<LateHolder> holders;
};

// An office that had tasks and answered none from the first to the last of these days.
struct SilenceLine {
  std::string office;
  Date first;
  Date last;
  WorkingDays days;       // of them
  std::size_t waiting{};  // tasks at the end of it
};

// Tasks answered by a desk after another desk had held them and gone away.
struct ReturnedTasks {
  std::string office;
  std::size_t count{};
};

struct Findings {
  std::size_t accepted{};  // cases
  std::size_t open{};
  std::size_t regions{};
  std::size_t offices{};  // that answered
  Date first_filed{};
  Date last_closed{};
  std::size_t missed_terms{};  // of steps
  std::vector<OutcomeLine> outcomes;
  std::vector<DepartmentLine> departments;  // the service last
  std::vector<OverdueCase> most_overdue;    // three at most, the latest first
  std::vector<ReturnedTasks> returned;
  std::optional<SilenceLine> longest_silence;
};

[[nodiscard]] Findings read_findings(StoreReader& reader, const Country& country);

}  // namespace reglament::demo
