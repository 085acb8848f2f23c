// A department of the demo: offices that work in one place, in this process (department_desks.hpp)
// or in one of their own (department_process.hpp).
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/demo/country.hpp"
#include "deploy/demo/scenario.hpp"
#include "engine/time/civil.hpp"
#include "processes/offices/kazakhstan.hpp"

namespace reglament::demo {

// The roles of the act, in the order in which they are reported.
inline constexpr std::array<std::string_view, 3> department_roles{
    office_role::migration_police_unit, office_role::migration_police_directorate,
    office_role::knb_department};
// "departments of the КНБ".
[[nodiscard]] std::string_view department_title(std::string_view role);

struct DepartmentPlan {
  std::string name;  // for people
  std::vector<std::string> offices;
  std::string desk_suffix{};  // distinguishes a desk from an earlier one of the same office
};

// One for each role that an office of the scenario holds. The office whose desk is going to die is
// none of theirs: it comes last, by itself.
[[nodiscard]] std::vector<DepartmentPlan> plan_departments(const Country& country,
                                                           const Scenario& scenario);

// What takes its time comes in two calls, so that all departments can be at it side by side. Every
// one throws Unavailable where the department is not there any more, or cannot do it.
class Department {
 public:
  Department() = default;
  Department(const Department&) = delete;
  Department& operator=(const Department&) = delete;
  virtual ~Department() = default;

  // Returns when its desks are open.
  virtual void expect_ready() = 0;

  // Takes all tasks that the engine has offered to its offices by now, and plans when each will be
  // done.
  virtual void begin_taking(Instant now) = 0;
  virtual void finish_taking() = 0;
  // When the next task will be done; nothing where there is none, or the desks hang.
  [[nodiscard]] virtual std::optional<Instant> next_answer() const = 0;
  // Sends the answers that are ready; finished when they are accepted.
  virtual void begin_answers(Instant now) = 0;
  virtual void finish_answers() = 0;
  // Tasks in its hands.
  [[nodiscard]] virtual std::size_t holds() const = 0;

  // Its desks answer nothing from now on, and still take tasks.
  virtual void hang() = 0;
  // Ends without a word; what it held goes back to the queues. Nothing may be called afterwards.
  virtual void die() = 0;
  // Reads what is left for its offices, and ends. Nothing may be called afterwards.
  virtual void close() = 0;
};

using OpenDepartment = std::function<std::unique_ptr<Department>(const DepartmentPlan&)>;

}  // namespace reglament::demo
