// Opening hours of an office, in the opening-hours notation of the directory:
// "Mo-Fr 09:00-13:00,14:30-18:00; Sa 09:00-13:00; Su,PH off".
//
//   schedule  = rule *(";" rule)                 blanks around a rule are dropped
//   rule      = days " " ("off" / interval *("," interval))
//   days      = item *("," item)                 item: Mo, Mo-Fr (forward in the week), PH
//   interval  = HH:MM-HH:MM                      24:00 only as the end
//
// A day that is not named is closed. PH (public holidays) takes only "off": which dates those are
// is for the working calendar to say, the schedule knows days of the week.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/time/civil.hpp"

namespace reglament {

class Schedule {
 public:
  struct Interval {
    std::chrono::minutes opens;   // since midnight
    std::chrono::minutes closes;  // since midnight, later than opens, at most 24:00
  };

  // Throws BadInput with the part that cannot be read, a day given twice, an interval that does not
  // close after it opens, or intervals that overlap or are out of order.
  static Schedule parse(std::string_view notation);

  // Empty on a day of the week when the office is closed. Index 0 is Monday.
  [[nodiscard]] const std::vector<Interval>& on(std::chrono::weekday day) const;
  // When the office closes on that day of the week; nothing where it does not open.
  [[nodiscard]] std::optional<std::chrono::minutes> closing(std::chrono::weekday day) const;
  // "PH off" is written. Where it is not, the notation says nothing about public holidays.
  [[nodiscard]] bool closed_on_public_holidays() const { return closed_on_public_holidays_; }
  [[nodiscard]] const std::string& notation() const { return notation_; }

 private:
  std::string notation_;
  std::array<std::vector<Interval>, 7> week_;
  bool closed_on_public_holidays_ = false;
};

}  // namespace reglament
