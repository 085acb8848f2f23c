#include "engine/ledger/timeliness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/fault.hpp"
#include "engine/law/regulation.hpp"
#include "engine/ledger/office_time.hpp"

namespace reglament {
namespace {

constexpr std::array kAll{TimelinessBy::regulation, TimelinessBy::office,     TimelinessBy::step,
                          TimelinessBy::region,     TimelinessBy::department, TimelinessBy::period};

}  // namespace

std::string_view code(TimelinessBy by) {
  switch (by) {
    case TimelinessBy::regulation:
      return "regulation";
    case TimelinessBy::office:
      return "office";
    case TimelinessBy::step:
      return "step";
    case TimelinessBy::region:
      return "region";
    case TimelinessBy::department:
      return "department";
    case TimelinessBy::period:
      return "period";
  }
  return "";
}

std::optional<TimelinessBy> parse_timeliness_by(std::string_view text) {
  for (const TimelinessBy by : kAll) {
    if (code(by) == text) return by;
  }
  return std::nullopt;
}

std::optional<double> TimelinessLine::timeliness() const {
  const std::uint64_t all = closed + overdue_open;
  if (all == 0) return std::nullopt;
  return static_cast<double>(on_time) / static_cast<double>(all);
}

bool Timeliness::is_of_steps() const {
  return by_ == TimelinessBy::office || by_ == TimelinessBy::step ||
         by_ == TimelinessBy::department;
}

void Timeliness::add(const Case& state) {
  const std::string_view scope = is_of_steps() ? deadline_scope::step : deadline_scope::service;
  // Documents that were not accepted started no service: there is no term that it could have kept.
  if (!is_of_steps() && state.result == code(FinalKind::not_accepted)) return;
  if (by_ == TimelinessBy::regulation) line_of({std::string(state.regulation.view()), {}}, state);
  for (const Deadline& deadline : state.deadlines) {
    if (deadline.scope == scope) count(state, deadline);
  }
}

void Timeliness::count(const Case& state, const Deadline& deadline) {
  if (deadline.lapsed || deadline.suspended_at) return;  // neither kept nor missed
  const OfficeIndex office = office_named(directory_, deadline.office.view());
  const bool overdue = deadline.expired || deadline.due_at <= now_;
  if (deadline.is_open() && !overdue) return;
  const Date counted_on =
      deadline.is_open() ? deadline.due : directory_.civil_date(office, *deadline.ended_at);
  if (!period_.includes(counted_on)) return;
  TimelinessLine& line = line_of(key_of(state, deadline, counted_on), state);
  if (deadline.is_open()) {
    ++line.overdue_open;
    return;
  }
  ++line.closed;
  if (deadline.status() == DeadlineStatus::met) ++line.on_time;
  if (use_ == nullptr || !is_of_steps()) return;
  const Counting counting = counting_of(state, deadline);
  if (const auto minutes = use_->minutes(deadline, state.regulation, counting)) {
    line.working_minutes.add(minutes->worked.minutes);
    if (const auto share = minutes->share()) line.share_of_term.add(*share);
  }
}

// How the days of a step's term are counted.
Counting Timeliness::counting_of(const Case& state, const Deadline& deadline) const {
  const Regulation* const edition = catalogue_.find(state.regulation.view(), state.edition.view());
  const StepLine* const step =
      edition == nullptr ? nullptr : edition->find_step(deadline.step.view());
  if (step == nullptr || step->counted_from == CountedFrom::before_service_due) return {};
  if (step->counted_from == CountedFrom::entering_step) return step->counting;
  return service_line(state, *edition).counting();
}

bool Timeliness::needs_entries(const Case& state) const {
  if (by_ != TimelinessBy::step || use_ == nullptr) return false;
  const Regulation* const edition = catalogue_.find(state.regulation.view(), state.edition.view());
  return edition != nullptr && std::ranges::any_of(edition->steps, [](const StepLine& step) {
           return !step.is_final() && !step.has_term();
         });
}

void Timeliness::add_tasks(const Case& state, const std::vector<TaskTime>& answered) {
  const Regulation* const edition = catalogue_.find(state.regulation.view(), state.edition.view());
  const Deadline* const service = state.service_deadline();
  if (edition == nullptr || service == nullptr || use_ == nullptr) return;
  for (const TaskTime& task : answered) {
    const StepLine* const step = edition->find_step(task.step.view());
    if (step == nullptr || step->has_term()) continue;
    const OfficeIndex office = office_named(directory_, task.office.view());
    if (!period_.includes(directory_.civil_date(office, task.answered_at))) continue;
    const auto minutes = use_->minutes({task.office, state.regulation, service->calendar},
                                       task.offered_at, task.answered_at);
    if (!minutes) continue;
    line_of({std::string(step->code), std::string(state.regulation.view())}, state)
        .working_minutes.add(minutes->minutes);
  }
}

TimelinessLine& Timeliness::line_of(const Key& key, const Case& state) {
  TimelinessLine& line = lines_[key];
  const Regulation* const edition = catalogue_.find(state.regulation.view(), state.edition.view());
  std::optional<std::int32_t> norm;
  if (edition != nullptr && edition->norm) norm = edition->norm->percent;
  if (line.key.empty()) {
    line.key = key.first;
    line.regulation = key.second;
    line.norm_percent = norm;
  } else if (line.norm_percent != norm) {
    line.norm_percent.reset();
  }
  return line;
}

Timeliness::Key Timeliness::key_of(const Case& state, const Deadline& deadline,
                                   Date counted_on) const {
  switch (by_) {
    case TimelinessBy::regulation:
      return {std::string(state.regulation.view()), {}};
    case TimelinessBy::office:
      return {std::string(deadline.office.view()), {}};
    case TimelinessBy::step:
      return {std::string(deadline.step.view()), std::string(state.regulation.view())};
    case TimelinessBy::region:
      return {directory_[office_named(directory_, state.office.view())].region, {}};
    case TimelinessBy::department:
      return {department_of(state, deadline), {}};
    case TimelinessBy::period:
      return {format_date(counted_on).substr(0, std::string_view("2015-07").size()), {}};
  }
  return {};
}

std::string Timeliness::department_of(const Case& state, const Deadline& deadline) const {
  const Regulation* const edition = catalogue_.find(state.regulation.view(), state.edition.view());
  const StepLine* const step =
      edition == nullptr ? nullptr : edition->find_step(deadline.step.view());
  if (step == nullptr) {
    throw Unavailable(
        fmt::format("expected step {} in edition {} of {} of this program, found none",
                    deadline.step.view(), state.edition.view(), state.regulation.view()));
  }
  return std::string(step->role);
}

std::vector<TimelinessLine> Timeliness::lines() const {
  std::vector<TimelinessLine> lines;
  lines.reserve(lines_.size());
  for (const auto& [key, line] : lines_) lines.push_back(line);
  return lines;
}

}  // namespace reglament
