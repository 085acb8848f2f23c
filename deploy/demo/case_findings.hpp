// The part of the findings that the cases tell: how late, at whom, against which term.
#pragma once

#include <set>
#include <utility>

#include "deploy/demo/findings.hpp"
#include "engine/casework/case.hpp"

namespace reglament::demo {

class CaseFindings {
 public:
  CaseFindings(const Country& country, Instant now);

  void add(const Case& state);
  void put_into(Findings& findings) const;

 private:
  struct Late {
    std::pair<WorkingDays, Instant::duration> late;  // the second decides between equal days
    Case state;
  };
  [[nodiscard]] OverdueCase describe(const Case& state) const;
  [[nodiscard]] Date date_at(const Deadline& deadline, Instant instant) const;

  const Country& country_;
  Timeliness by_office_;
  Timeliness by_service_;
  std::vector<Late> latest_;  // the latest first
  std::set<std::string> regions_;
  std::size_t accepted_ = 0;
  std::size_t open_ = 0;
  std::size_t missed_terms_ = 0;
  std::optional<Date> first_filed_;
  std::optional<Date> last_closed_;
};

}  // namespace reglament::demo
