#include "deploy/demo/staff.hpp"

#include <utility>

namespace reglament::demo {

Staff::Staff(const Country& country, const Scenario& scenario, OpenDepartment open)
    : open_(std::move(open)) {
  for (const DepartmentPlan& plan : plan_departments(country, scenario)) {
    departments_.push_back(open_(plan));
    replacement_ = plan;
  }
  replacement_.desk_suffix = "/2";
  for (Department* department : present()) department->expect_ready();
}

std::vector<Department*> Staff::present() const {
  std::vector<Department*> present;
  for (const auto& department : departments_) {
    if (department) present.push_back(department.get());
  }
  return present;
}

void Staff::take(Instant now) {
  for (Department* department : present()) department->begin_taking(now);
  for (Department* department : present()) department->finish_taking();
}

std::optional<Instant> Staff::next_answer() const {
  std::optional<Instant> earliest;
  for (const Department* department : present()) {
    const auto next = department->next_answer();
    if (next && (!earliest || *next < *earliest)) earliest = next;
  }
  return earliest;
}

void Staff::answer_due(Instant now) {
  std::vector<Department*> answering;
  for (Department* department : present()) {
    const auto next = department->next_answer();
    if (next && *next <= now) answering.push_back(department);
  }
  for (Department* department : answering) department->begin_answers(now);
  for (Department* department : answering) department->finish_answers();
}

void Staff::close() {
  for (Department* department : present()) department->close();
}

void Staff::lose_unlucky() { std::exchange(departments_.back(), nullptr)->die(); }

void Staff::replace_unlucky() {
  departments_.back() = open_(replacement_);
  departments_.back()->expect_ready();
}

}  // namespace reglament::demo
