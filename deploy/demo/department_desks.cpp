#include "deploy/demo/department_desks.hpp"

#include <algorithm>

namespace reglament::demo {

DepartmentDesks::DepartmentDesks(program::EnginePort& engine, const Country& country,
                                 const Scenario& scenario, const DepartmentPlan& plan)
    : engine_(engine) {
  for (const std::string& office : plan.offices) {
    std::optional<Silence> silence;
    if (office == scenario.silent.office) silence = scenario.silent.silence;
    OfficeHours hours(country, *country.offices().find(office), silence);
    desks_[office] =
        std::make_unique<OfficeDesk>(engine_, office + plan.desk_suffix, office, std::move(hours),
                                     scenario.offices.at(office), scenario.seed);
  }
}

void DepartmentDesks::begin_taking(Instant now) {
  for (const auto& [office, desk] : desks_) desk->take(now);
}

std::optional<Instant> DepartmentDesks::next_answer() const {
  std::optional<Instant> earliest;
  for (const auto& [office, desk] : desks_) {
    const auto next = desk->next_answer();
    if (next && (!earliest || *next < *earliest)) earliest = next;
  }
  return earliest;
}

void DepartmentDesks::begin_answers(Instant now) {
  answering_.clear();
  for (const auto& [office, desk] : desks_) {
    const auto next = desk->next_answer();
    if (next && *next <= now) answering_.push_back(desk.get());
  }
  for (OfficeDesk* desk : answering_) desk->answer_due(now);
}

void DepartmentDesks::finish_answers() {
  engine_.drain();
  for (OfficeDesk* desk : answering_) desk->expect_answers_accepted();
}

std::size_t DepartmentDesks::holds() const {
  std::size_t count = 0;
  for (const auto& [office, desk] : desks_) count += desk->holds();
  return count;
}

void DepartmentDesks::hang() {
  for (const auto& [office, desk] : desks_) desk->hang();
}

bool DepartmentDesks::collect(const std::vector<OfferedTask>& tasks) {
  std::set<std::string_view> offices;
  for (const OfferedTask& task : tasks) offices.insert(task.office);
  for (const std::string_view office : offices) desks_.find(office)->second->collect();
  return std::ranges::all_of(tasks, [this](const OfferedTask& task) {
    return desks_.find(task.office)->second->has(task);
  });
}

std::set<GivenNotice> DepartmentDesks::read_notices() {
  std::set<GivenNotice> notices;
  for (const auto& [office, desk] : desks_) {
    for (const Notice& notice : desk->read_notices()) {
      notices.insert(given_notice(office, notice));
    }
  }
  return notices;
}

OpenDepartment departments_here(program::EnginePort& engine, const Country& country,
                                const Scenario& scenario) {
  return [&](const DepartmentPlan& plan) {
    return std::make_unique<DepartmentDesks>(engine, country, scenario, plan);
  };
}

}  // namespace reglament::demo
