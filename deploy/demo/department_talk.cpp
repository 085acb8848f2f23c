#include "deploy/demo/department_talk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

using Json = nlohmann::json;

// In the order of Do.
constexpr std::array<std::string_view, 4> kOrders{"take", "answer", "hang", "close"};

std::int64_t microseconds(Instant instant) { return instant.time_since_epoch().count(); }

Instant instant(const Json& value) {
  return Instant(std::chrono::microseconds(value.get<std::int64_t>()));
}

Json json_of(const std::vector<OfferedTask>& tasks) {
  Json array = Json::array();
  for (const OfferedTask& task : tasks) {
    array.push_back(Json::array({task.case_number, task.task, task.attempt, task.office}));
  }
  return array;
}

Json json_of(const std::vector<GivenNotice>& notices) {
  Json array = Json::array();
  for (const GivenNotice& notice : notices) {
    array.push_back(
        Json::array({notice.case_number, notice.kind, microseconds(notice.at), notice.office}));
  }
  return array;
}

std::vector<OfferedTask> tasks_of(const Json& object) {
  std::vector<OfferedTask> tasks;
  for (const Json& one : object.value("tasks", Json::array())) {
    tasks.push_back({one.at(3).get<std::string>(), one.at(0).get<CaseNumber>(),
                     one.at(1).get<std::uint32_t>(), one.at(2).get<std::uint32_t>()});
  }
  return tasks;
}

std::vector<GivenNotice> notices_of(const Json& object) {
  std::vector<GivenNotice> notices;
  for (const Json& one : object.value("notices", Json::array())) {
    notices.push_back({one.at(3).get<std::string>(), one.at(0).get<CaseNumber>(),
                       one.at(1).get<std::string>(), instant(one.at(2))});
  }
  return notices;
}

// What `read` makes of the object.
template <class Read>
auto read_line(std::string_view line, std::string_view expected, Read read) {
  try {
    return read(Json::parse(line));
  } catch (const Json::exception&) {
    throw BadInput(fmt::format("expected {} of a department, found: {}", expected, line));
  }
}

}  // namespace

std::string line_of(const Order& order) {
  Json object{{"do", kOrders[static_cast<std::size_t>(order.what)]}};
  if (order.what == Do::take || order.what == Do::answer) object["now"] = microseconds(order.now);
  if (order.what == Do::take) object["tasks"] = json_of(order.tasks);
  if (order.what == Do::close) object["notices"] = json_of(order.notices);
  return object.dump();
}

std::string line_of(const Report& report) {
  Json object{{"holds", report.holds}, {"next", nullptr}};
  if (report.next) object["next"] = microseconds(*report.next);
  if (!report.notices.empty()) object["notices"] = json_of(report.notices);
  return object.dump();
}

std::string line_of(const program::Trouble& trouble) {
  return Json{{"trouble", trouble.text}, {"exit", static_cast<int>(trouble.kind)}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
}

Order parse_order(std::string_view line) {
  return read_line(line, "an order", [&](const Json& object) {
    const auto name = std::ranges::find(kOrders, object.at("do").get<std::string>());
    if (name == kOrders.end()) {
      throw BadInput(fmt::format("expected take, answer, hang or close, found: {}", line));
    }
    Order order{static_cast<Do>(name - kOrders.begin())};
    if (object.contains("now")) order.now = instant(object.at("now"));
    order.tasks = tasks_of(object);
    order.notices = notices_of(object);
    return order;
  });
}

Report parse_report(std::string_view line) {
  return read_line(line, "a report", [&](const Json& object) {
    if (object.contains("trouble")) {
      program::raise({static_cast<program::Exit>(object.at("exit").get<int>()),
                      object.at("trouble").get<std::string>()});
    }
    Report report;
    report.holds = object.at("holds").get<std::size_t>();
    if (!object.at("next").is_null()) report.next = instant(object.at("next"));
    report.notices = notices_of(object);
    return report;
  });
}

}  // namespace reglament::demo
