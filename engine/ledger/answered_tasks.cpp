#include "engine/ledger/answered_tasks.hpp"

#include <algorithm>

namespace reglament {

void AnsweredTasks::add(const Entry& entry) {
  if (entry.kind == entry_kind::answered) {
    const auto task = std::ranges::find(open_, entry.task, &TaskTime::ordinal);
    if (task != open_.end()) {
      task->answered_at = entry.at;
      answered_.push_back(*task);
      open_.erase(task);
    }
  }
  for (const TaskEnd& end : entry.revoked) {
    std::erase_if(open_, [&](const TaskTime& task) { return task.ordinal == end.ordinal; });
  }
  for (const TaskOffer& offer : entry.offered) {
    const auto task = std::ranges::find(open_, offer.ordinal, &TaskTime::ordinal);
    if (task == open_.end()) {
      open_.push_back({offer.ordinal, Symbol(offer.step), Symbol(offer.office), entry.at, {}});
    } else {
      task->office = Symbol(offer.office);  // offered again
    }
  }
}

}  // namespace reglament
