// The standing checks: what must hold of every store at any moment, whatever happened before.
//
// Codes of the checks, frozen:
//   state      C1  the row of a case agrees with its state, the state is the fold of its entries
//   progress   C2  every open case has a cause by which it goes on (below); a closed one waits
//                  for nothing
//   task       C3  an open task stands in the step of its case, at an office of the directory
//   deadline   C4  a deadline that was due has exactly one entry of its expiry, at its due instant
//   inbox      C5  the inbox has one row for each `answered` entry and none besides
//   outbox     C6  every message that has not left belongs to a case of its log
//   request    C7  the request of every filing, accepted or refused, leads to its entry
//
// One cause of progress: the first of {a message of the case is in the outbox, a task is with an
// office, a deadline runs}; a case that has none would wait for ever. (An incident will be the
// fourth, when the engine can raise one.)
//
// What an engine commits while the checks run can look like a finding: run them again, and keep
// those that came twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/casework/framework.hpp"
#include "engine/runtime/store.hpp"

namespace reglament {

struct StandingFinding {
  std::string check;  // one of the codes above
  LogId log{};
  std::optional<CaseNumber> case_number;  // nothing where no case can be named
  std::string text;                       // what was expected, what was found

  bool operator==(const StandingFinding&) const = default;
};

struct StandingReport {
  std::uint64_t cases{};
  std::uint64_t open_cases{};
  // Open cases by their cause of progress.
  std::uint64_t by_message{};
  std::uint64_t by_task{};
  std::uint64_t by_deadline{};
  std::vector<StandingFinding> findings;
};

// `now`: deadlines due by then must have expired, as far as the last commit of their log had come.
// Memory: 24 bytes for each answered task.
[[nodiscard]] StandingReport run_standing_checks(StoreReader& reader, Instant now,
                                                 const Framework& framework);

}  // namespace reglament
