// An office at work without people: takes its tasks, answers them by rules, in the order of the
// instants at which the answers are due.
//
// On a virtual clock an answer that is planned for later moves the clock there, so that of all
// planned answers and running deadlines the earliest always comes first. On the system clock the
// desk waits for it.
//
// A task that no rule fits, and one whose answer was rejected, stays with the desk and is not
// answered in this run; it goes back to its queue when the desk ends.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "deploy/program/desk_rules.hpp"
#include "deploy/program/engine_port.hpp"

namespace reglament::program {

struct GivenAnswer {
  TaskMessage task;
  Answer answer;
  Instant at{};
  Verdict verdict;
};

class AutomaticDesk {
 public:
  // `on_answer` is called for each answer when its consequence is durable.
  AutomaticDesk(EnginePort& engine, std::vector<std::string> offices, DeskRules rules,
                std::function<void(const GivenAnswer&)> on_answer);

  // Answers what is due now, after moving a virtual clock to the earliest planned answer where
  // nothing is. False when nothing is waiting or planned for now. Throws Unavailable where an
  // answer could not be stored.
  bool work();

  // When the earliest planned answer is due; nothing where none is planned.
  [[nodiscard]] std::optional<Instant> next_answer() const;
  // Rejected answers so far.
  [[nodiscard]] std::size_t rejected() const { return rejected_; }

 private:
  struct Planned {
    TaskDelivery delivery;
    Answer answer;
  };
  // Ascending by instant; of one instant in the order in which the tasks were taken.
  using Plan = std::multimap<Instant, Planned>;

  using TaskKey = std::pair<CaseNumber, std::uint32_t>;

  void collect();
  void drop(TaskKey task);
  void answer_due(Instant now);
  void move_clock(Instant to);

  EnginePort& engine_;
  const DeskRules rules_;
  const std::function<void(const GivenAnswer&)> on_answer_;
  const bool has_virtual_clock_;
  std::unique_ptr<DeskChannel> channel_;
  Plan plan_;
  std::map<TaskKey, Plan::iterator> by_task_;
  std::size_t rejected_ = 0;
};

}  // namespace reglament::program
