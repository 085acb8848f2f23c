#include "deploy/demo/case_findings.hpp"

#include <algorithm>

#include "deploy/demo/department.hpp"
#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

constexpr std::size_t kMostOverdue = 3;

void add_up(TimelinessLine& sum, const TimelinessLine& line) {
  sum.closed += line.closed;
  sum.on_time += line.on_time;
  sum.overdue_open += line.overdue_open;
}

}  // namespace

CaseFindings::CaseFindings(const Country& country, Instant now)
    : country_(country),
      by_office_(TimelinessBy::office, {}, now, country.framework),
      by_service_(TimelinessBy::regulation, {}, now, country.framework) {}

Date CaseFindings::date_at(const Deadline& deadline, Instant instant) const {
  return country_.offices().civil_date(*country_.offices().find(deadline.office.view()), instant);
}

void CaseFindings::add(const Case& state) {
  by_office_.add(state);
  by_service_.add(state);
  ++accepted_;
  const OfficeIndex office = filing_office(state, country_.framework);
  regions_.insert(country_.offices()[office].region);
  const Date filed = country_.offices().civil_date(office, state.filed_at);
  first_filed_ = std::min(first_filed_.value_or(filed), filed);
  for (const Deadline& deadline : state.deadlines) {
    if (deadline.expired && deadline.scope == deadline_scope::step) ++missed_terms_;
  }
  if (state.is_open()) {
    ++open_;
    return;
  }
  const Date closed = country_.offices().civil_date(office, *state.closed_at);
  last_closed_ = std::max(last_closed_.value_or(closed), closed);
  const Deadline* const service = state.service_deadline();
  if (service == nullptr || *state.closed_at <= service->due_at) return;
  const WorkingDays days = country_.days().count(service->due, closed);
  latest_.push_back({{days, *state.closed_at - service->due_at}, state});
  std::ranges::stable_sort(latest_, std::greater<>{}, &Late::late);
  if (latest_.size() > kMostOverdue) latest_.pop_back();
}

OverdueCase CaseFindings::describe(const Case& state) const {
  const Directory& offices = country_.offices();
  const OfficeIndex filed_at = filing_office(state, country_.framework);
  const Deadline& service = *state.service_deadline();
  OverdueCase overdue;
  overdue.talon = talon_of(state, country_.framework);
  overdue.region = offices[filed_at].region;
  overdue.filed = offices.civil_date(filed_at, state.filed_at);
  overdue.due = service.due;
  overdue.closed = offices.civil_date(filed_at, *state.closed_at);
  overdue.late = country_.days().count(service.due, overdue.closed);
  for (const Deadline& deadline : state.deadlines) {
    if (deadline.scope != deadline_scope::step || !deadline.expired || deadline.is_open()) continue;
    overdue.holders.push_back(
        {std::string(deadline.office.view()), std::string(deadline.step.view()),
         country_.days().count(deadline.due, date_at(deadline, *deadline.ended_at))});
  }
  return overdue;
}

void CaseFindings::put_into(Findings& findings) const {
  findings.accepted = accepted_;
  findings.open = open_;
  findings.regions = regions_.size();
  findings.missed_terms = missed_terms_;
  findings.first_filed = first_filed_.value_or(Date{});
  findings.last_closed = last_closed_.value_or(Date{});
  for (const std::string_view role : department_roles) {
    DepartmentLine department{std::string(role), 0, {}};
    for (const TimelinessLine& line : by_office_.lines()) {
      if (!country_.offices()[*country_.offices().find(line.key)].holds(role)) continue;
      ++department.offices;
      add_up(department.terms, line);
    }
    findings.departments.push_back(std::move(department));
  }
  DepartmentLine service{"service", 0, {}};
  for (const TimelinessLine& line : by_service_.lines()) add_up(service.terms, line);
  findings.departments.push_back(std::move(service));
  for (const Late& late : latest_) findings.most_overdue.push_back(describe(late.state));
}

}  // namespace reglament::demo
