// The open cases in memory, so that a decision needs no read. Bounded: what is committed can be
// dropped and is read again when it is needed.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "engine/casework/case.hpp"
#include "engine/runtime/store.hpp"

namespace reglament {

// The state in a row of the store. Throws Unavailable where the bytes are none.
[[nodiscard]] Case stored_state(CaseNumber number, std::string_view bytes);

class CaseCache {
 public:
  explicit CaseCache(std::size_t limit) : limit_(limit) {}

  // The case as last decided, read from the store where it is not in memory; null where there is
  // none. The pointer is valid until the next call of trim.
  [[nodiscard]] Case* find(CaseNumber number, StoreReader& reader);
  // Null where it is not in memory; whatever is not committed is.
  [[nodiscard]] Case* find_in_memory(CaseNumber number);
  Case& add(Case state);

  // Marks the case as changed in this batch: it stays until that batch is committed.
  void touch(CaseNumber number, std::uint64_t batch) { cases_.at(number).batch = batch; }

  // Drops cases that were last changed in batches up to `committed`: the closed ones, and as many
  // of the open ones as are over the limit.
  void trim(std::uint64_t committed);
  [[nodiscard]] std::size_t size() const { return cases_.size(); }

 private:
  struct Cached {
    Case state;
    std::uint64_t batch = 0;
  };
  std::size_t limit_;
  std::size_t trimmed_size_ = 0;  // after the last trim
  std::unordered_map<CaseNumber, Cached> cases_;
};

}  // namespace reglament
