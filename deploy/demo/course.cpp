#include "deploy/demo/course.hpp"

#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

void keep_earliest(std::optional<Instant>& earliest, std::optional<Instant> other) {
  if (other && (!earliest || *other < *earliest)) earliest = other;
}

}  // namespace

std::optional<Instant> Course::next() const {
  std::optional<Instant> earliest = taken_over_at_;
  if (filed_ < scenario_.filings.size()) keep_earliest(earliest, scenario_.filings[filed_].at);
  keep_earliest(earliest, staff_.next_answer());
  return earliest;
}

void Course::step() {
  const Instant now = *next();
  engine_.advance_clock(now);
  if (taken_over_at_ && *taken_over_at_ <= now) {
    staff_.replace_unlucky();
    taken_over_at_.reset();
  }
  file_due(now);
  staff_.answer_due(now);
  staff_.take(now);
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

// The desk hangs on its morning, dies when it holds enough, and is replaced the next working day.
void Course::suffer_misfortune(Instant now) {
  const DyingDesk& dying = scenario_.dying;
  if (has_died_ || now < dying.hangs_from) return;
  staff_.unlucky()->hang();
  if (staff_.unlucky()->holds() < dying.holding) return;
  const OfficeIndex office = *country_.offices().find(dying.office);
  const Date today = country_.offices().civil_date(office, now);
  taken_over_at_ =
      OfficeHours(country_, office).opening(country_.days().add(today, WorkingDays{1}));
  has_died_ = true;
  staff_.lose_unlucky();  // what it held goes back to the queue
}

}  // namespace reglament::demo
