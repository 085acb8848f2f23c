#include "deploy/demo/office_hours.hpp"

#include "engine/base/ensure.hpp"

namespace reglament::demo {

using std::chrono::minutes;

OfficeHours::OfficeHours(const Country& country, OfficeIndex office, std::optional<Silence> silence)
    : six_day_(country.six_day),
      schedule_(country.offices()[office].schedule),
      zone_(country.offices()[office].zone),
      silence_(silence) {
  if (schedule_.notation().empty()) schedule_ = Schedule::parse("Mo-Fr 09:00-18:00");
}

const std::vector<Schedule::Interval>& OfficeHours::intervals_on(Date date) const {
  static const std::vector<Schedule::Interval> closed;
  if (silence_ && silence_->from <= date && date < silence_->until) return closed;
  return six_day_.is_working(date) ? schedule_.on(std::chrono::weekday(date)) : closed;
}

Instant OfficeHours::after(Instant from, minutes work) const {
  const CivilTime begin = zone_->to_civil(from);
  for (Date date = std::chrono::floor<std::chrono::days>(begin);; date += std::chrono::days(1)) {
    for (const Schedule::Interval& interval : intervals_on(date)) {
      const CivilTime opens = std::max(CivilTime(date) + interval.opens, begin);
      const CivilTime closes = CivilTime(date) + interval.closes;
      if (opens + work < closes) return zone_->to_instant(opens + work);
      if (opens < closes) work -= std::chrono::ceil<minutes>(closes - opens);
      work = std::max(work, minutes(0));
    }
  }
}

minutes OfficeHours::open_on(Date date) const {
  minutes open{};
  for (const auto& interval : intervals_on(date)) open += interval.closes - interval.opens;
  return open;
}

Instant OfficeHours::minute_of(Date date, minutes minute) const {
  for (const Schedule::Interval& interval : intervals_on(date)) {
    const minutes length = interval.closes - interval.opens;
    if (minute < length) return zone_->to_instant(CivilTime(date) + interval.opens + minute);
    minute -= length;
  }
  ENSURE(false, "a minute is one of the opening hours of its day");
}

}  // namespace reglament::demo
