// What every simulated run is judged by when its faults have stopped, whatever was done to it
// (the invariants of ARCHITECTURE.md). A finding is the first thing that is wrong, in words; empty
// where all is sound.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "engine/casework/case.hpp"
#include "engine/casework/occasion.hpp"
#include "engine/history/entry.hpp"
#include "tests/support/memory_store.hpp"

namespace reglament::testing {

struct Judged {
  std::string finding;
  std::size_t fired = 0;  // warnings and expiries
};

// I2: no task was answered twice. I3: each case's chain has no gap and no fork. I4: each state is
// the fold of its entries. I7: each deadline has warned and expired once at most, and none waits
// for what was due by `swept_until(log)`. For regulations without a way back to a step.
// `on_entry`: every entry of a case, with the case as it stood before.
[[nodiscard]] Judged judge_histories(
    const MemoryStore::Tables& tables, const std::function<Instant(LogId)>& swept_until,
    const std::function<void(const Entry&, const Case&)>& on_entry = {});

// What the callers of an engine were told, and must be so at the end (I1, I2).
class Told {
 public:
  // The case of an accepted filing, or 0 where it was refused.
  [[nodiscard]] std::string filed(const std::string& request, CaseNumber number);
  [[nodiscard]] std::string accepted(const Answer& answer);
  [[nodiscard]] std::string judge(const MemoryStore::Tables& tables) const;
  [[nodiscard]] std::size_t count() const { return filings_.size() + answers_.size(); }

 private:
  std::map<std::string, CaseNumber> filings_;                            // by request
  std::map<std::pair<CaseNumber, std::uint32_t>, std::string> answers_;  // message ids, by task
};

}  // namespace reglament::testing
