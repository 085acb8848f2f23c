#include "deploy/demo/department_worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

using Monotonic = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{1};
// From the commit that offers a task to its delivery.
constexpr std::chrono::seconds kPatience{60};

// Asks again and again; throws Unavailable where it does not come true.
template <class Condition>
void expect_soon(Condition has_come, const std::string& what) {
  const auto give_up = Monotonic::now() + kPatience;
  while (!has_come()) {
    if (Monotonic::now() >= give_up) {
      throw Unavailable(
          fmt::format("expected {} within {} s, found that not all came", what, kPatience.count()));
    }
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace

Report DepartmentWorker::report() {
  Report report;
  if (desks_) {
    report.holds = desks_->holds();
    report.next = desks_->next_answer();
  }
  const std::set<GivenNotice> read = std::exchange(read_, {});
  report.notices.assign(read.begin(), read.end());
  return report;
}

void DepartmentWorker::obey(const Order& order) {
  switch (order.what) {
    case Do::take:
      return take(order);
    case Do::answer:
      desks_->begin_answers(order.now);
      return desks_->finish_answers();
    case Do::hang:
      return desks_->hang();
    case Do::close:
      return close(order);
  }
}

void DepartmentWorker::take(const Order& order) {
  if (!order.tasks.empty()) {
    expect_soon(
        [&] { return desks_->collect(order.tasks); },
        fmt::format("{} tasks of {} and others", order.tasks.size(), order.tasks.front().office));
  }
  desks_->begin_taking(order.now);
  read_notices();
}

void DepartmentWorker::read_notices() { read_.merge(desks_->read_notices()); }

void DepartmentWorker::close(const Order& order) {
  expect_soon(
      [&] {
        read_notices();
        return std::ranges::includes(read_, order.notices);
      },
      fmt::format("{} notices", order.notices.size()));
  desks_.reset();
}

}  // namespace reglament::demo
