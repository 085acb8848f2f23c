// Everybody who works in the demo: the departments, and the office whose desk dies and is replaced.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "deploy/demo/department.hpp"

namespace reglament::demo {

class Staff {
 public:
  // All desks are open when this returns. Throws what `open` and Department throw.
  Staff(const Country& country, const Scenario& scenario, OpenDepartment open);

  void take(Instant now);
  [[nodiscard]] std::optional<Instant> next_answer() const;
  // Sends what is ready; returns when it is accepted.
  void answer_due(Instant now);
  // Reads what is left, and ends.
  void close();

  // The desk that is going to die; null after its death, until another one has taken over.
  [[nodiscard]] Department* unlucky() { return departments_.back().get(); }
  void lose_unlucky();
  void replace_unlucky();

 private:
  [[nodiscard]] std::vector<Department*> present() const;

  const OpenDepartment open_;
  DepartmentPlan replacement_;
  std::vector<std::unique_ptr<Department>> departments_;  // the unlucky one last
};

}  // namespace reglament::demo
