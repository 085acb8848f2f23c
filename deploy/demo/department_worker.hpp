// The process of a department, seen from inside: does what it is ordered to and reports
// (department_talk.hpp). It reaches the broker and nothing else.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "deploy/demo/department_desks.hpp"
#include "deploy/demo/department_talk.hpp"

namespace reglament::demo {

class DepartmentWorker {
 public:
  // `desks` must not wait where nothing has come: here it is known what is to come.
  explicit DepartmentWorker(std::unique_ptr<DepartmentDesks> desks) : desks_(std::move(desks)) {}

  [[nodiscard]] Report report();
  // Throws Unavailable where a task or a notice has not come within a minute.
  void obey(const Order& order);
  // After Do::close.
  [[nodiscard]] bool has_closed() const { return !desks_; }

 private:
  void take(const Order& order);
  void close(const Order& order);
  void read_notices();

  std::unique_ptr<DepartmentDesks> desks_;
  std::set<GivenNotice> read_;  // and not reported yet
};

}  // namespace reglament::demo
