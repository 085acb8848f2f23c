#include "deploy/demo/demo.hpp"

#include <chrono>

#include "deploy/demo/course.hpp"
#include "engine/base/ensure.hpp"

namespace reglament::demo {
namespace {

const Zone& almaty(const Country& country) {
  const auto office = country.offices().find("kz.knb.almatycity");
  ENSURE(office.has_value(), "the directory has an office at Almaty");
  return *country.offices()[*office].zone;
}

template <class Unit>
auto at_almaty(Instant instant, const Zone& zone) {
  return std::chrono::floor<Unit>(zone.to_civil(instant));
}

}  // namespace

void run(program::EnginePort& engine, StoreReader& reader, const Country& country,
         const Scenario& scenario, Staff& staff, Progress& progress) {
  using std::chrono::days;
  using std::chrono::hours;
  const Zone& zone = almaty(country);
  Course course(engine, country, scenario, staff);
  Date today = at_almaty<days>(scenario.start, zone);
  auto shown = at_almaty<hours>(scenario.start, zone);
  while (const auto next = course.next()) {
    // A day is over at midnight: what has run out in the evening has expired then.
    for (; today < at_almaty<days>(*next, zone); today += days(1)) {
      const Instant last_second = zone.to_instant(today + days(1)) - std::chrono::seconds(1);
      engine.advance_clock(last_second);
      progress.end_day(count_cases(reader, last_second, zone));
    }
    course.step();
    if (const auto hour = at_almaty<hours>(*next, zone); hour != shown) {
      shown = hour;
      progress.show(count_cases(reader, *next, zone));
    }
  }
  staff.close();
  progress.end_day(count_cases(reader, engine.now(), zone));
  progress.finish();
}

Summary summarize(StoreReader& reader, const Country& country, std::uint64_t seed) {
  return {seed, read_findings(reader, country), gather_evidence(reader, country)};
}

}  // namespace reglament::demo
