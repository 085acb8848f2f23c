#include "deploy/demo/course.hpp"

#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

void keep_earliest(std::optional<Instant>& earliest, std::optional<Instant> other) {
  if (other && (!earliest || *other < *earliest)) earliest = other;
}

}  // namespace

Course::Course(program::EnginePort& engine, const Country& country, const Scenario& scenario)
    : engine_(engine), country_(country), scenario_(scenario) {
  for (const auto& [office, pace] : scenario.offices) open_desk(office, office);
}

void Course::open_desk(const std::string& office, const std::string& name) {
  std::optional<Silence> silence;
  if (office == scenario_.silent.office) silence = scenario_.silent.silence;
  OfficeHours hours(country_, *country_.offices().find(office), silence);
  desks_[office] = std::make_unique<OfficeDesk>(engine_, name, office, std::move(hours),
                                                scenario_.offices.at(office), scenario_.seed);
}

std::optional<Instant> Course::next() const {
  std::optional<Instant> earliest = taken_over_at_;
  if (filed_ < scenario_.filings.size()) keep_earliest(earliest, scenario_.filings[filed_].at);
  for (const auto& [office, desk] : desks_) {
    if (desk) keep_earliest(earliest, desk->next_answer());
  }
  return earliest;
}

void Course::step() {
  const Instant now = *next();
  engine_.advance_clock(now);
  if (taken_over_at_ && *taken_over_at_ <= now) {
    open_desk(scenario_.dying.office, scenario_.dying.office + "/2");
    taken_over_at_.reset();
  }
  file_due(now);
  answer_due(now);
  for (const auto& [office, desk] : desks_) {
    if (desk) desk->take(now);
  }
  suffer_misfortune(now);
}

void Course::file_due(Instant now) {
  std::vector<program::FilingRequest> requests;
  for (; filed_ < scenario_.filings.size() && scenario_.filings[filed_].at <= now; ++filed_) {
    requests.push_back({scenario_.filings[filed_].filing, std::nullopt});
  }
  if (requests.empty()) return;
  for (const program::FilingResult& result : engine_.file(std::move(requests))) {
    if (!result.error.empty()) throw Unavailable(result.error);
  }
}

void Course::answer_due(Instant now) {
  std::vector<OfficeDesk*> answering;
  for (const auto& [office, desk] : desks_) {
    if (desk && desk->next_answer() <= std::optional(now) && desk->next_answer()) {
      answering.push_back(desk.get());
    }
  }
  for (OfficeDesk* desk : answering) desk->answer_due(now);
  engine_.drain();
  for (OfficeDesk* desk : answering) desk->expect_answers_accepted();
}

// The desk hangs on its morning, dies when it holds enough, and is replaced the next working day.
void Course::suffer_misfortune(Instant now) {
  const DyingDesk& dying = scenario_.dying;
  if (has_died_ || now < dying.hangs_from) return;
  std::unique_ptr<OfficeDesk>& desk = desks_.at(dying.office);
  desk->hang();
  if (desk->holds() < dying.holding) return;
  const Date today = country_.offices().civil_date(*country_.offices().find(dying.office), now);
  taken_over_at_ = desk->hours().opening(country_.days().add(today, WorkingDays{1}));
  has_died_ = true;
  desk.reset();  // what it held goes back to the queue
}

}  // namespace reglament::demo
