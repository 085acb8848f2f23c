// A department in a process of its own, seen from the demo. Before a moment is over the department
// holds exactly the tasks that the database says are open for its offices: the clock never moves on
// because nothing was heard for a while.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "adapters/command/conversation.hpp"
#include "deploy/demo/department.hpp"
#include "deploy/demo/department_talk.hpp"
#include "deploy/demo/office_post.hpp"

namespace reglament::demo {

class DepartmentProcess final : public Department {
 public:
  // `start` runs department_worker.hpp for the offices of the plan.
  DepartmentProcess(const ProgramStart& start, DepartmentPlan plan, OfficePost& post);

  void expect_ready() override;
  void begin_taking(Instant now) override;
  void finish_taking() override;
  [[nodiscard]] std::optional<Instant> next_answer() const override { return report_.next; }
  void begin_answers(Instant now) override;
  void finish_answers() override { hear(); }
  [[nodiscard]] std::size_t holds() const override { return report_.holds; }
  void hang() override;
  // By SIGKILL.
  void die() override { conversation_.kill(); }
  void close() override;

 private:
  void say(const Order& order);
  void hear();

  const DepartmentPlan plan_;
  OfficePost& post_;
  Conversation conversation_;
  Report report_;
  bool is_new_ = true;  // has not been told of any task
  bool is_taking_ = false;
  bool hangs_ = false;
};

}  // namespace reglament::demo
