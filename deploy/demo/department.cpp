#include "deploy/demo/department.hpp"

#include <algorithm>
#include <map>

#include "engine/base/ensure.hpp"

namespace reglament::demo {
namespace {

// Its place among the roles, which is that of its department.
std::size_t department_of(const std::string& id, const Country& country) {
  const Office& office = country.offices()[*country.offices().find(id)];
  const auto role = std::ranges::find_if(department_roles,
                                         [&](std::string_view code) { return office.holds(code); });
  ENSURE(role != department_roles.end(), "an office of the scenario holds a role of the act");
  return static_cast<std::size_t>(role - department_roles.begin());
}

}  // namespace

std::string_view department_title(std::string_view role) {
  if (role == office_role::migration_police_unit) return "migration police units";
  if (role == office_role::migration_police_directorate) return "migration police directorates";
  if (role == office_role::knb_department) return "departments of the КНБ";
  return "the service as a whole";
}

std::vector<DepartmentPlan> plan_departments(const Country& country, const Scenario& scenario) {
  std::map<std::size_t, DepartmentPlan> plans;
  for (const auto& [office, pace] : scenario.offices) {
    if (office == scenario.dying.office) continue;
    const std::size_t place = department_of(office, country);
    DepartmentPlan& plan = plans[place];
    plan.name = department_title(department_roles[place]);
    plan.offices.push_back(office);
  }
  std::vector<DepartmentPlan> all;
  for (auto& [place, plan] : plans) all.push_back(std::move(plan));
  all.push_back({"the desk of " + scenario.dying.office, {scenario.dying.office}});
  return all;
}

}  // namespace reglament::demo
