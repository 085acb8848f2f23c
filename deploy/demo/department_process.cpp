#include "deploy/demo/department_process.hpp"

#include <fmt/format.h>

#include <utility>

#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

// Longer than whatever the process itself waits for, so that it can still say what did not come.
constexpr std::chrono::seconds kPatience{150};

}  // namespace

DepartmentProcess::DepartmentProcess(const ProgramStart& start, DepartmentPlan plan,
                                     OfficePost& post)
    : plan_(std::move(plan)), post_(post), conversation_(start, plan_.name) {}

void DepartmentProcess::say(const Order& order) { conversation_.say(line_of(order), kPatience); }

void DepartmentProcess::hear() {
  report_ = parse_report(conversation_.hear(kPatience));
  for (const GivenNotice& notice : report_.notices) post_.arrived(notice);
}

void DepartmentProcess::expect_ready() { hear(); }

void DepartmentProcess::begin_taking(Instant now) {
  post_.read();
  Order order{Do::take, now};
  order.tasks = is_new_ ? post_.take_open(plan_.offices) : post_.take_new(plan_.offices);
  is_taking_ = !order.tasks.empty();
  if (!is_taking_) return;
  is_new_ = false;
  say(order);
}

void DepartmentProcess::finish_taking() {
  if (std::exchange(is_taking_, false)) hear();
  const std::size_t open = post_.count_open(plan_.offices);
  if (report_.holds == open) return;
  throw Unavailable(
      fmt::format("expected {} to hold the {} tasks that the database says are open, found {}",
                  plan_.name, open, report_.holds));
}

void DepartmentProcess::begin_answers(Instant now) { say({Do::answer, now}); }

void DepartmentProcess::hang() {
  if (std::exchange(hangs_, true)) return;
  say({Do::hang});
  hear();
}

void DepartmentProcess::close() {
  post_.read();
  Order order{Do::close};
  order.notices = post_.unread(plan_.offices);
  say(order);
  hear();
}

}  // namespace reglament::demo
