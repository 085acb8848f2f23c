// The desks of a department's offices in this process.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "deploy/demo/department.hpp"
#include "deploy/demo/office_desk.hpp"
#include "deploy/demo/office_post.hpp"
#include "deploy/program/engine_port.hpp"

namespace reglament::demo {

class DepartmentDesks final : public Department {
 public:
  DepartmentDesks(program::EnginePort& engine, const Country& country, const Scenario& scenario,
                  const DepartmentPlan& plan);

  void expect_ready() override {}
  void begin_taking(Instant now) override;
  void finish_taking() override {}
  [[nodiscard]] std::optional<Instant> next_answer() const override;
  void begin_answers(Instant now) override;
  void finish_answers() override;
  [[nodiscard]] std::size_t holds() const override;
  void hang() override;
  void die() override { desks_.clear(); }
  void close() override { desks_.clear(); }

  // Takes what has come by now for the offices of these tasks. Whether all of them have.
  [[nodiscard]] bool collect(const std::vector<OfferedTask>& tasks);
  // The notices that have come since the last call.
  [[nodiscard]] std::set<GivenNotice> read_notices();

 private:
  program::EnginePort& engine_;
  std::map<std::string, std::unique_ptr<OfficeDesk>, std::less<>> desks_;  // by office
  std::vector<OfficeDesk*> answering_;
};

// All in this process, on that engine.
[[nodiscard]] OpenDepartment departments_here(program::EnginePort& engine, const Country& country,
                                              const Scenario& scenario);

}  // namespace reglament::demo
