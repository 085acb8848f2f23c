#include "engine/ledger/days_used.hpp"

#include <algorithm>

namespace reglament {

std::string_view code(HolderKind kind) {
  switch (kind) {
    case HolderKind::applicant:
      return "applicant";
    case HolderKind::office:
      return "office";
    case HolderKind::transport:
      return "transport";
    case HolderKind::suspension:
      return "suspension";
  }
  return "";
}

namespace {

HolderKind holder_of(const StepLine& step) {
  if (step.role == holder_role::applicant) return HolderKind::applicant;
  if (step.transport) return HolderKind::transport;
  return HolderKind::office;
}

bool same_holder(const Holding& one, const Holding& other) {
  return one.holder == other.holder && one.office == other.office && one.step == other.step;
}

}  // namespace

void HoldingHistory::add(const Entry& entry) {
  if (closed_) return;  // what comes later changes nothing: late answers are recorded too
  // A clock that was set back does not make a part negative: the part is empty.
  const bool first = entry.kind == entry_kind::filed;
  const Instant at = first ? entry.at : std::max(entry.at, current_.from);
  if (!entry.next_step.empty()) step_ = Symbol(entry.next_step);
  change_tasks(entry);
  change_suspension(entry);
  closed_ = !entry.result.empty();
  Holding next = holder_now();
  if (!first && !closed_ && same_holder(next, current_)) return;
  if (!first && current_.from < at) {
    current_.to = at;
    past_.push_back(current_);
  }
  current_ = next;
  current_.from = at;
}

void HoldingHistory::change_tasks(const Entry& entry) {
  const auto end = [&](std::uint32_t ordinal) {
    std::erase_if(tasks_, [&](const OpenTask& task) { return task.ordinal == ordinal; });
  };
  if (entry.kind == entry_kind::answered) end(entry.task);
  for (const TaskEnd& task : entry.revoked) end(task.ordinal);
  for (const TaskOffer& offer : entry.offered) {
    end(offer.ordinal);  // offered again, with a new attempt
    tasks_.push_back({offer.ordinal, Symbol(offer.step), Symbol(offer.office)});
  }
}

void HoldingHistory::change_suspension(const Entry& entry) {
  for (const DeadlineChange& change : entry.deadlines) {
    if (change.scope != deadline_scope::service) continue;
    // Resumed, started anew, ended: whatever else happens to it, it does not stand still.
    suspended_ = change.change == deadline_change::suspended;
  }
}

Holding HoldingHistory::holder_now() const {
  Holding holding;
  holding.step = step_;
  if (suspended_) {
    holding.holder = HolderKind::suspension;
    return holding;
  }
  auto task = std::ranges::find(tasks_, step_, &OpenTask::step);
  if (task == tasks_.end()) task = tasks_.begin();
  if (task == tasks_.end()) {
    holding.holder = HolderKind::transport;
    return holding;
  }
  holding.office = task->office;
  const StepLine* const step = provisions_.find_step(task->step.view());
  holding.holder = step == nullptr ? HolderKind::office : holder_of(*step);
  return holding;
}

DaysUsed HoldingHistory::days_used(Instant now, const WorkingTime& time) const {
  DaysUsed used;
  used.holdings = past_;
  if (!closed_ && current_.from < now) {
    used.holdings.push_back(current_);
    used.holdings.back().to = now;
  }
  if (used.holdings.empty()) return used;
  for (Holding& holding : used.holdings) holding.working = time.between(holding.from, holding.to);
  used.working = time.between(used.holdings.front().from, used.holdings.back().to);
  return used;
}

}  // namespace reglament
