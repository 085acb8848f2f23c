// A regulation as data: what the act says, line by line, and the one function that decides by it.
//
// The lines are written once, as types, in the folder of the regulation (vocabulary: clause.hpp);
// this is the view of the same types that everything else reads: the step table, the diagrams, the
// tasks, the deadlines, the checks. Every text lives as long as the program. Codes are frozen: they
// are stored in histories and travel in messages. A `paragraph` is a citation such as "003 §8".
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/law/facts.hpp"
#include "engine/time/calendar.hpp"
#include "engine/time/civil.hpp"
#include "engine/time/term.hpp"

namespace reglament {

// How a case can end. Codes (see `code`) are frozen.
enum class FinalKind { granted, refused, not_accepted, returned, withdrawn };

[[nodiscard]] constexpr std::string_view code(FinalKind kind) {
  switch (kind) {
    case FinalKind::granted:
      return "granted";
    case FinalKind::refused:
      return "refused";
    case FinalKind::not_accepted:
      return "not-accepted";
    case FinalKind::returned:
      return "returned";
    case FinalKind::withdrawn:
      return "withdrawn";
  }
  return {};
}

// Where the term of a step starts, or ends.
enum class CountedFrom {
  entering_step,       // the term runs from the occasion that led into the step
  before_service_due,  // the step must be done so long before the service itself is due
  service_start,       // the step's term is that of the service: the total, from the same start
};

// Whether the day of the event that starts a term is counted.
enum class StartRule { next_day, event_day };

// What becomes of a last day that is not a working day; a term of working days never has one.
enum class LastDay { next_working, stays };

// How the days of a term are counted. A term of working minutes has no days to exclude.
struct Counting {
  StartRule start{};
  bool excludes_ends = false;  // the days of acceptance and of issue are not counted
  LastDay last_day{};
};

// What a clause does to the running terms, beside giving the service another one.
enum class TermAct {
  none,
  suspend,  // they stand still, the remaining days are kept
  resume,   // what was left runs on
  restart,  // interruption: they start anew
};

// What becomes of the term when a case comes back to a step that it has left.
enum class OnReturn {
  never,      // no clause leads back; the checks refuse a regulation where one does
  restarts,   // the full term again
  continues,  // the first due date stays
};

// The step of an application that nobody has accepted for filing yet: the only step from which a
// Filing leads. It is not among Provisions::steps, and no case is ever stored in it.
inline constexpr std::string_view not_filed = "not-filed";

// A department that owns steps; which office it is in a given case is resolved elsewhere.
struct RoleLine {
  std::string_view code;
  std::string_view title;  // of its lane
};

struct StepLine {
  std::string_view code;
  std::string_view title;
  std::string_view role;  // code of a RoleLine; empty for a final step
  std::string_view paragraph;
  std::string_view action;  // what the officer does, as the act's table of actions says it
  std::string_view output;
  std::optional<Term> term;         // nothing: see no_term_reason, or a final step
  std::string_view no_term_reason;  // why the act sets none; cited in `paragraph`
  std::optional<FinalKind> closes;  // set: the case ends here
  CountedFrom counted_from{};
  OnReturn on_return{};
  bool within_service = true;  // false: its term runs beside the term of the service
  bool initial = false;        // a Filing leads here
  Counting counting{};
  bool beside = false;  // a side step: its task runs beside the step of the case
  // What the act counts the term of the service for is done when a case enters the step; what
  // follows has terms of its own, or waits for the applicant.
  bool ends_service = false;
  // The office carries the case to another one: the days are nobody's work (ledger/days_used.hpp).
  bool transport = false;

  // Whether a case that enters the step gets a deadline for it.
  [[nodiscard]] constexpr bool has_term() const {
    return term.has_value() || counted_from == CountedFrom::service_start;
  }

  [[nodiscard]] constexpr bool is_final() const { return closes.has_value(); }
};

// A field that an answer has to fill in, and who says so.
struct FieldLine {
  std::string_view name;
  std::string_view paragraph;
};

struct OutcomeLine {
  std::string_view code;
  std::string_view title;
  bool favourable{};  // leads towards a grant
  bool needs_ground{};
  std::string_view ground_paragraph;  // where needs_ground
  std::span<const FieldLine> fields;  // all of them must be filled in
};

enum class Recipient { applicant, office, head };

[[nodiscard]] constexpr std::string_view code(Recipient recipient) {
  switch (recipient) {
    case Recipient::applicant:
      return "applicant";
    case Recipient::office:
      return "office";
    case Recipient::head:
      return "head";
  }
  return {};
}

// A notice that arises when a clause is taken.
struct NoticeLine {
  Recipient recipient{};  // office, head: of the office that owns the step the case was in
  std::string_view kind;  // frozen code
  std::string_view paragraph;
};

struct ConditionLine {
  std::string_view title;
  bool negated{};
  std::string_view rejection;  // one of rejection_code
  std::string_view paragraph;
  bool (*holds)(const Facts&, const OccasionView&);       // negation included
  Rejection (*unmet)(const Facts&, const OccasionView&);  // what to record where it does not hold
};

// One row, one paragraph: in this step, on this occasion, provided that, the case moves there.
struct ClauseLine {
  std::string_view paragraph;
  std::string_view in;    // code of a step, or not_filed
  std::string_view on;    // code of an occasion
  std::string_view next;  // code of a step; equal to `in` where the clause stays
  bool stays{};  // the case does not move: its term runs on, an answered task is offered anew
  bool done{};   // a side task is done; the case does not move
  std::string_view duty;  // title; empty: none
  std::span<const NoticeLine> notices;
  std::span<const std::string_view> establishes;  // facts that hold from now on
  std::string_view variant;  // from now on the ServiceTerm of this variant holds; empty: no change
  bool extends{};            // the variant is a longer total, and cannot follow an expiry
  TermAct term_act{};
  std::span<const std::string_view> offers;  // side steps whose tasks are offered
  std::span<const ConditionLine> provided;   // all of them; empty: always
};

struct Ground {
  std::string_view id;
  std::string_view text;
  std::string_view paragraph;
  std::string_view only_if{};  // a fact that must be established to name this ground; empty: none
};

struct DocumentLine {
  std::string_view code;
  std::string_view title;
  std::string_view paragraph;
};

// How long the whole service may take. The first line holds at filing; a clause may name another.
struct ServiceTerm {
  std::string_view variant;  // empty for the only one
  Term term;
  std::string_view paragraph;
  std::string_view starts_on_entering{};  // code of a step; empty: the filing starts it
  bool excludes_ends = false;             // the days of acceptance and of issue are not counted
  StartRule start{};
  LastDay last_day{};

  [[nodiscard]] constexpr Counting counting() const { return {start, excludes_ends, last_day}; }
};

// The act that changed or repealed another.
struct ActReference {
  std::string_view kind;
  std::string_view number;
  Date date{};
  std::string_view note{};
};

struct Act {
  std::string_view citation;  // the prefix of our citations, "003"
  std::string_view kind;
  std::string_view issued_by;
  std::string_view number;
  Date date{};
  std::string_view registration_number;
  std::optional<Date> registered;
  std::string_view title_kk;
  std::string_view title_en;
  std::span<const ActReference> amended_by;
  std::optional<ActReference> repealed_by;
};

// Both days included; no `to`: in force without an end known to us.
struct Edition {
  std::string_view code;  // frozen
  Date from{};
  std::optional<Date> to;
  bool assumed{};  // the acts do not give the days; `reason` says how they were found
  std::string_view reason;
  std::string_view from_paragraph{};  // what says since when it is in force
  std::string_view to_paragraph{};    // what says that it is so no longer

  [[nodiscard]] constexpr bool in_force_on(Date date) const {
    return from <= date && (!to || date <= *to);
  }
};

// How much of the service has to be done in time.
struct Norm {
  std::int32_t percent{};
  std::string_view paragraph;
};

// A row of the act's own table of quality indicators.
struct IndicatorLine {
  std::string_view code;  // as the act numbers it, "1.1"
  std::string_view title;
  std::int32_t percent{};  // normative value
  bool computable{};       // from the history; the others are for people to measure
  std::string_view paragraph;
};

// A rung of the ladder on which an expired term is reported: so long after the due date, to the
// office so many parents above the one that is late. A rung above the top of the directory is
// passed over.
struct RungLine {
  std::string_view title;      // "head of the unit"
  WorkingDays after;           // the due date
  std::int32_t above{};        // 0: the head of the late office itself
  std::string_view paragraph;  // or "setting", where no act says it
};

// A legal act that no task asks for, such as the withdrawal of the application.
struct ActLine {
  std::string_view code;  // frozen
  std::string_view title;
  std::string_view actor;  // whose act it is: "applicant", "court" ...
};

// A paragraph that the machine leaves to people, and why.
struct LeftToPeople {
  std::string_view paragraph;
  std::string_view why;
};

// Everything one edition of a regulation says.
struct Provisions {
  std::string_view id;
  std::string_view title;
  std::string_view title_kk;
  Act act;
  Edition edition;
  std::span<const ServiceTerm> service_terms;  // never empty
  WorkingDays
      warn_before;  // default of the setting: so long before a due date its office is warned
  std::span<const RoleLine> roles;  // in the order of their lanes
  std::span<const StepLine> steps;  // in the order of the act, final steps last
  std::span<const OutcomeLine> outcomes;
  std::span<const ClauseLine> clauses;
  std::span<const Ground> grounds;
  std::span<const DocumentLine> documents;      // the complete set, a setting
  std::span<const std::string_view> automated;  // the paragraphs the clauses cite, each once
  std::span<const LeftToPeople> left_to_people;
  std::string_view talon_code{};                 // first part of its talons, "BZP"
  std::span<const std::string_view> channels{};  // codes of the ways to file: "direct", "psc" ...
  Week week = Week::five_day;                    // by which its terms of working days run
  std::optional<Norm> norm{};                    // nothing: the act sets none
  std::span<const IndicatorLine> indicators{};   // the act's own table; empty: it has none
  std::span<const RungLine> ladder{};            // ascending by `after`
  std::span<const ActLine> acts{};

  // Null where there is none of that code.
  [[nodiscard]] constexpr const StepLine* find_step(std::string_view code) const;
  [[nodiscard]] constexpr const OutcomeLine* find_outcome(std::string_view code) const;
  [[nodiscard]] constexpr const Ground* find_ground(std::string_view ground) const;
  [[nodiscard]] constexpr const RoleLine* find_role(std::string_view code) const;
  [[nodiscard]] constexpr const ServiceTerm* find_service_term(std::string_view variant) const;
  [[nodiscard]] constexpr const ActLine* find_act(std::string_view code) const;
};

// The clause that was taken.
struct Taken {
  std::size_t index{};  // in Provisions::clauses
  const ClauseLine* clause{};
};

// An edition with its machine. `take` is pure: it restores the machine in `in_step` (a code of
// `steps`, or not_filed), offers it the one occasion and discards it. The rejections:
//   late             the step is final
//   unknown-outcome  the occasion is none of this regulation
//   wrong-step       the regulation knows the occasion, but not in this step; or knows no such step
//   the condition's  no clause for this step and occasion has all its conditions fulfilled; the
//                    condition is that of the clause that came nearest
//   unknown-ground   the outcome needs a ground and names none, or one that is not this case's
//   missing-field    the outcome needs a field that is not filled in
struct Regulation : Provisions {
  Result<Taken> (*take)(std::string_view in_step, const OccasionView& occasion,
                        const Facts& facts){};
};

// Codes of the outcomes an office may answer in this step as the facts stand now, in the order of
// the clauses; grounds and fields that an outcome needs are not asked here.
[[nodiscard]] std::vector<std::string_view> allowed_outcomes(const Provisions& provisions,
                                                             std::string_view in_step,
                                                             const Facts& facts);

// The allowed outcome that leads towards a grant; empty where there is none.
[[nodiscard]] std::string_view favourable_outcome(const Provisions& provisions,
                                                  std::string_view in_step, const Facts& facts);

// Grounds that may be named as the facts stand now.
[[nodiscard]] std::vector<const Ground*> allowed_grounds(const Provisions& provisions,
                                                         const Facts& facts);

namespace detail {

template <class Line>
constexpr const Line* find_line(std::span<const Line> lines, std::string_view Line::*key,
                                std::string_view value) {
  for (const Line& line : lines) {
    if (line.*key == value) {
      return &line;
    }
  }
  return nullptr;
}

}  // namespace detail

constexpr const StepLine* Provisions::find_step(std::string_view code) const {
  return detail::find_line(steps, &StepLine::code, code);
}
constexpr const OutcomeLine* Provisions::find_outcome(std::string_view code) const {
  return detail::find_line(outcomes, &OutcomeLine::code, code);
}
constexpr const Ground* Provisions::find_ground(std::string_view ground) const {
  return detail::find_line(grounds, &Ground::id, ground);
}
constexpr const RoleLine* Provisions::find_role(std::string_view code) const {
  return detail::find_line(roles, &RoleLine::code, code);
}
constexpr const ServiceTerm* Provisions::find_service_term(std::string_view variant) const {
  return detail::find_line(service_terms, &ServiceTerm::variant, variant);
}
constexpr const ActLine* Provisions::find_act(std::string_view code) const {
  return detail::find_line(acts, &ActLine::code, code);
}

}  // namespace reglament
