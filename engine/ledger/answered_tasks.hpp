// The tasks of a case that were answered, with the moments of their offer and their answer. A case
// itself keeps neither; they are told by its entries.
#pragma once

#include <vector>

#include "engine/base/symbol.hpp"
#include "engine/history/entry.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

struct TaskTime {
  std::uint32_t ordinal{};
  Symbol step;
  Symbol office;         // who answered
  Instant offered_at{};  // for the first time
  Instant answered_at{};
};

// The fold of a case's entries, added in order.
class AnsweredTasks {
 public:
  void add(const Entry& entry);
  // In the order of the answers.
  [[nodiscard]] const std::vector<TaskTime>& answered() const { return answered_; }

 private:
  std::vector<TaskTime> open_;
  std::vector<TaskTime> answered_;
};

}  // namespace reglament
