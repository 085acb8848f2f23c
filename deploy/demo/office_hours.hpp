// When an office works: its opening hours on the days that are worked, and not while it is silent.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "deploy/demo/country.hpp"
#include "engine/time/civil.hpp"

namespace reglament::demo {

// Days on which nobody at the office works: `from` up to the day before `until`.
struct Silence {
  Date from;
  Date until;
};

class OfficeHours {
 public:
  // An office without published hours is taken as open Mo-Fr 09:00-18:00.
  OfficeHours(const Country& country, OfficeIndex office, std::optional<Silence> silence = {});

  // When `work` of open time has passed since `from`: always a moment at which the office is open,
  // so before its closing time.
  [[nodiscard]] Instant after(Instant from, std::chrono::minutes work) const;
  // A minute of the office's opening hours on a date; `minute` counts open minutes from 0.
  [[nodiscard]] Instant minute_of(Date date, std::chrono::minutes minute) const;
  // How long the office is open on a date.
  [[nodiscard]] std::chrono::minutes open_on(Date date) const;
  [[nodiscard]] Instant opening(Date date) const { return minute_of(date, {}); }
  [[nodiscard]] const Zone& zone() const { return *zone_; }

 private:
  [[nodiscard]] const std::vector<Schedule::Interval>& intervals_on(Date date) const;

  const WorkingCalendar& six_day_;
  Schedule schedule_;
  const Zone* zone_;
  std::optional<Silence> silence_;
};

}  // namespace reglament::demo
