#include "engine/ledger/timeliness.hpp"

#include <fmt/format.h>

#include "engine/base/fault.hpp"
#include "engine/law/regulation.hpp"

namespace reglament {

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
  }
  return "";
}

std::optional<TimelinessBy> parse_timeliness_by(std::string_view text) {
  for (const TimelinessBy by :
       {TimelinessBy::regulation, TimelinessBy::office, TimelinessBy::step, TimelinessBy::region}) {
    if (code(by) == text) return by;
  }
  return std::nullopt;
}

std::optional<double> TimelinessLine::timeliness() const {
  const std::uint64_t all = closed + overdue_open;
  if (all == 0) return std::nullopt;
  return static_cast<double>(on_time) / static_cast<double>(all);
}

void Timeliness::add(const Case& state) {
  const bool of_steps = by_ == TimelinessBy::office || by_ == TimelinessBy::step;
  const std::string_view scope = of_steps ? deadline_scope::step : deadline_scope::service;
  // Documents that were not accepted started no service: there is no term that it could have kept.
  if (!of_steps && state.result == code(FinalKind::not_accepted)) return;
  for (const Deadline& deadline : state.deadlines) {
    if (deadline.scope == scope) count(state, deadline);
  }
}

void Timeliness::count(const Case& state, const Deadline& deadline) {
  if (deadline.lapsed || deadline.suspended_at) return;  // neither kept nor missed
  const OfficeIndex office = office_of(deadline.office.view());
  const bool overdue = deadline.expired || deadline.due_at <= now_;
  if (deadline.is_open() && !overdue) return;
  const Date counted_on =
      deadline.is_open() ? deadline.due : directory_.civil_date(office, *deadline.ended_at);
  if (!period_.includes(counted_on)) return;
  const auto key = key_of(state, deadline);
  TimelinessLine& line = lines_[key];
  line.key = key.first;
  line.regulation = key.second;
  if (deadline.is_open()) {
    ++line.overdue_open;
  } else {
    ++line.closed;
    if (deadline.status() == DeadlineStatus::met) ++line.on_time;
  }
}

std::pair<std::string, std::string> Timeliness::key_of(const Case& state,
                                                       const Deadline& deadline) const {
  switch (by_) {
    case TimelinessBy::regulation:
      return {std::string(state.regulation.view()), {}};
    case TimelinessBy::office:
      return {std::string(deadline.office.view()), {}};
    case TimelinessBy::step:
      return {std::string(deadline.step.view()), std::string(state.regulation.view())};
    case TimelinessBy::region:
      return {directory_[office_of(state.office.view())].region, {}};
  }
  return {};
}

OfficeIndex Timeliness::office_of(std::string_view id) const {
  const auto office = directory_.find(id);
  if (!office) {
    throw Unavailable(
        fmt::format("expected office {} in this program's directory, found none", id));
  }
  return *office;
}

std::vector<TimelinessLine> Timeliness::lines() const {
  std::vector<TimelinessLine> lines;
  for (const auto& [key, line] : lines_) lines.push_back(line);
  return lines;
}

}  // namespace reglament
