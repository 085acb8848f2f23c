#include "deploy/program/automatic_desk.hpp"

#include <fmt/format.h>

#include <mutex>

#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

constexpr std::size_t kTasksAtOnce = 1000;
// So many answers wait for one commit at most.
constexpr std::size_t kAnswersAtOnce = 2000;

}  // namespace

AutomaticDesk::AutomaticDesk(EnginePort& engine, std::vector<std::string> offices, DeskRules rules,
                             std::function<void(const GivenAnswer&)> on_answer)
    : engine_(engine),
      rules_(std::move(rules)),
      on_answer_(std::move(on_answer)),
      has_virtual_clock_(engine.has_virtual_clock()),
      channel_(engine.open_desk(std::move(offices))) {}

std::optional<Instant> AutomaticDesk::next_answer() const {
  if (plan_.empty()) return std::nullopt;
  return plan_.begin()->first;
}

void AutomaticDesk::collect() {
  std::size_t taken = kTasksAtOnce;
  while (taken == kTasksAtOnce) {
    std::vector<TaskDelivery> deliveries = channel_->take(kTasksAtOnce);
    taken = deliveries.size();
    for (TaskDelivery& delivery : deliveries) {
      auto planned = rules_.answer(delivery.task);
      if (!planned) continue;
      const TaskKey key{delivery.task.case_number, delivery.task.task};
      drop(key);  // a lower attempt, or the same delivered anew
      by_task_[key] =
          plan_.emplace(planned->at, Planned{std::move(delivery), std::move(planned->answer)});
    }
  }
  for (const Revocation& revoked : channel_->take_revoked()) {
    drop({revoked.case_number, revoked.task});
  }
}

void AutomaticDesk::drop(TaskKey task) {
  const auto found = by_task_.find(task);
  if (found == by_task_.end()) return;
  plan_.erase(found->second);
  by_task_.erase(found);
}

bool AutomaticDesk::work() {
  collect();
  const auto next = next_answer();
  if (!next) return false;
  Instant now = engine_.now();
  if (*next > now) {
    if (!has_virtual_clock_) return false;
    move_clock(*next);
    // Deadlines on the way may have revoked what was planned.
    collect();
    now = engine_.now();
  }
  answer_due(now);
  return true;
}

void AutomaticDesk::move_clock(Instant to) {
  try {
    engine_.advance_clock(to);
  } catch (const BadInput&) {
    // Somebody else has moved it further meanwhile: the answer is due then, too.
    if (engine_.now() < to) throw;
  }
}

void AutomaticDesk::answer_due(Instant now) {
  struct Pending {
    std::optional<Verdict> verdict;
  };
  // Shared with the callbacks: one that comes late must not meet a stack that is gone.
  struct Round {
    std::mutex mutex;
    std::vector<Pending> pending;
  };
  std::vector<Planned> given;
  while (!plan_.empty() && plan_.begin()->first <= now && given.size() < kAnswersAtOnce) {
    const TaskMessage& task = plan_.begin()->second.delivery.task;
    by_task_.erase({task.case_number, task.task});
    given.push_back(std::move(plan_.begin()->second));
    plan_.erase(plan_.begin());
  }
  auto round = std::make_shared<Round>();
  round->pending.resize(given.size());
  for (std::size_t i = 0; i < given.size(); ++i) {
    channel_->answer(given[i].answer, [round, i](const Verdict& verdict) {
      const std::lock_guard lock(round->mutex);
      round->pending[i].verdict = verdict;
    });
  }
  engine_.drain();
  const std::lock_guard lock(round->mutex);
  bool undecided = false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto& verdict = round->pending[i].verdict;
    undecided = undecided || !verdict;
    if (!verdict) continue;
    if (*verdict) ++rejected_;
    on_answer_({std::move(given[i].delivery.task), std::move(given[i].answer), now, *verdict});
  }
  if (undecided) throw Unavailable("expected the answers to be stored, found that some were not");
}

}  // namespace reglament::program
