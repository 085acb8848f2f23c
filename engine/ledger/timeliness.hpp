// Timeliness: how many of the terms that ended in a period were kept.
//
//   timeliness = on time / (closed + open and already overdue)
//
// What is overdue and still open counts against the office as much as what was done late; what is
// open and not due yet counts not at all. Terms of services are those of the whole service (by
// regulation, by region of the office where it was filed, by month of the period); terms of steps
// are those of the office that has to keep them (by office, by step, by department: the role in
// which offices own steps).
//
// A term falls into the period by the date on which it was done, or, open and overdue, by the date
// on which it was due, both on the wall of the office that has to keep it.
//
// One pass over the cases is enough, and what is kept does not grow with them: three counters for
// each key, and by step and by department two distributions (distribution.hpp). The working time of
// a step comes from its deadline, which the case holds; only for a regulation with steps to which
// the act sets no term are the entries of its cases read too, by step (needs_entries).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/casework/case.hpp"
#include "engine/casework/framework.hpp"
#include "engine/ledger/answered_tasks.hpp"
#include "engine/ledger/distribution.hpp"
#include "engine/ledger/term_use.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

// Codes (see `code`) are frozen.
enum class TimelinessBy { regulation, office, step, region, department, period };
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
  std::string key;         // code of the regulation, office, step, region or role; "2015-07"
  std::string regulation;  // of a step; empty in the other reports
  std::uint64_t closed{};
  std::uint64_t on_time{};
  std::uint64_t overdue_open{};
  // Of the closed terms that were measured (see TermUse): working minutes from the offer to the
  // answer, and what share of the term that was, in 1/10,000. By step also the minutes of answers
  // without a term, which are among no other figure. Empty in reports of services.
  Distribution working_minutes{};
  Distribution share_of_term{};

  // The share that the act of these terms asks for, 95 for 95 %; nothing where it asks for none, or
  // the terms are of acts that ask for different shares.
  std::optional<std::int32_t> norm_percent{};

  // Nothing where no term fell into the period.
  [[nodiscard]] std::optional<double> timeliness() const;
  bool operator==(const TimelinessLine&) const = default;
};

class Timeliness {
 public:
  // `now` decides what is overdue. `use` measures the terms of steps; without it their
  // distributions stay empty. What the framework refers to, and `use`, outlive this.
  Timeliness(TimelinessBy by, Period period, Instant now, const Framework& framework,
             TermUse* use = nullptr)
      : by_(by),
        period_(period),
        now_(now),
        catalogue_(framework.catalogue),
        directory_(framework.directory),
        use_(use) {}

  // Throws Unavailable where an office of the case is not in the directory, or, by department, its
  // regulation not in the catalogue.
  void add(const Case& state);
  // Whether this report also wants the tasks of the case, which its entries tell.
  [[nodiscard]] bool needs_entries(const Case& state) const;
  // Takes those whose step has no term.
  void add_tasks(const Case& state, const std::vector<TaskTime>& answered);
  // Ascending by key; only keys for which there is anything to count. By regulation each one that
  // has cases has a line, also where none of its terms falls into the period.
  [[nodiscard]] std::vector<TimelinessLine> lines() const;

 private:
  void count(const Case& state, const Deadline& deadline);
  using Key = std::pair<std::string, std::string>;  // and the regulation, of a step
  [[nodiscard]] Key key_of(const Case& state, const Deadline& deadline, Date counted_on) const;
  [[nodiscard]] Counting counting_of(const Case& state, const Deadline& deadline) const;
  [[nodiscard]] std::string department_of(const Case& state, const Deadline& deadline) const;
  TimelinessLine& line_of(const Key& key, const Case& state);
  [[nodiscard]] bool is_of_steps() const;

  TimelinessBy by_;
  Period period_;
  Instant now_;
  const Catalogue& catalogue_;
  const Directory& directory_;
  TermUse* use_;
  std::map<Key, TimelinessLine> lines_;
};

}  // namespace reglament
