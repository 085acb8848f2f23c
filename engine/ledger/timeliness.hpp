// Timeliness: how many of the terms that ended in a period were kept.
//
//   timeliness = on time / (closed + open and already overdue)
//
// What is overdue and still open counts against the office as much as what was done late; what is
// open and not due yet counts not at all. Terms of services are those of the whole service (by
// regulation, by region of the office where it was filed); terms of steps are those of the office
// that has to keep them (by office, by step).
//
// A term falls into the period by the date on which it was done, or, open and overdue, by the date
// on which it was due, both on the wall of the office that has to keep it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/casework/case.hpp"
#include "engine/casework/directory.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

// Codes (see `code`) are frozen.
enum class TimelinessBy { regulation, office, step, region };
[[nodiscard]] std::string_view code(TimelinessBy by);
[[nodiscard]] std::optional<TimelinessBy> parse_timeliness_by(std::string_view code);

// Both days included; nothing: without that end.
struct Period {
  std::optional<Date> from;
  std::optional<Date> to;

  [[nodiscard]] bool includes(Date date) const {
    return (!from || *from <= date) && (!to || date <= *to);
  }
};

struct TimelinessLine {
  std::string key;         // code of the regulation, office, step or region
  std::string regulation;  // of a step; empty in the other reports
  std::uint64_t closed{};
  std::uint64_t on_time{};
  std::uint64_t overdue_open{};

  // Nothing where no term fell into the period.
  [[nodiscard]] std::optional<double> timeliness() const;
  bool operator==(const TimelinessLine&) const = default;
};

class Timeliness {
 public:
  // `now` decides what is overdue. `directory` must outlive this.
  Timeliness(TimelinessBy by, Period period, Instant now, const Directory& directory)
      : by_(by), period_(period), now_(now), directory_(directory) {}

  // Throws Unavailable where an office of the case is not in the directory.
  void add(const Case& state);
  // Ascending by key; only keys for which there is anything to count.
  [[nodiscard]] std::vector<TimelinessLine> lines() const;

 private:
  void count(const Case& state, const Deadline& deadline);
  [[nodiscard]] std::pair<std::string, std::string> key_of(const Case& state,
                                                           const Deadline& deadline) const;
  [[nodiscard]] OfficeIndex office_of(std::string_view id) const;

  TimelinessBy by_;
  Period period_;
  Instant now_;
  const Directory& directory_;
  std::map<std::pair<std::string, std::string>, TimelinessLine> lines_;  // by key and regulation
};

}  // namespace reglament
