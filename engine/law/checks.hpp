// What the compiler proves of a regulation before anybody can run it.
//
// Each check is an ordinary loop over the lines, so a failing one can be stepped through at run
// time; `lawful` asserts them all at compile time, each with its sentence. tests/law/broken holds
// one regulation per check that must not compile.
//
// They find lines by place, not by pointer: under -fsanitize=undefined GCC 12 does not take the
// comparison of a pointer with null for a constant.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/law/clause.hpp"

namespace reglament::law {

// More steps than any act read so far has; the checks need an upper bound for their tables.
inline constexpr std::size_t most_steps = 64;

namespace detail {

using StepSet = std::array<bool, most_steps>;

// Place of a step among the lines; steps.size() where it is none of them.
constexpr std::size_t place(const Provisions& says, std::string_view step) {
  std::size_t at = 0;
  while (at < says.steps.size() && says.steps[at].code != step) {
    ++at;
  }
  return at;
}

constexpr bool is_listed(const Provisions& says, std::string_view step) {
  return place(says, step) < says.steps.size();
}

constexpr bool is_favourable(const Provisions& says, const ClauseLine& clause) {
  return std::ranges::any_of(says.outcomes, [&](const OutcomeLine& outcome) {
    return outcome.code == clause.on && outcome.favourable;
  });
}

// The service term that holds after this clause.
constexpr Term term_after(const Provisions& says, const ClauseLine& clause, const Term& before) {
  for (const ServiceTerm& line : says.service_terms) {
    if (!clause.variant.empty() && line.variant == clause.variant) {
      return line.term;
    }
  }
  return before;
}

template <class Line, class Key>
constexpr bool are_unique(std::span<const Line> lines, Key key) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t k = i + 1; k < lines.size(); ++k) {
      if (key(lines[i]) == key(lines[k])) {
        return false;
      }
    }
  }
  return true;
}

constexpr bool is_established(const Provisions& says, std::string_view fact) {
  for (const ClauseLine& clause : says.clauses) {
    for (const std::string_view established : clause.establishes) {
      if (established == fact) {
        return true;
      }
    }
  }
  return false;
}

constexpr StepSet initial_steps(const Provisions& says) {
  StepSet initial{};
  for (std::size_t i = 0; i < says.steps.size(); ++i) {
    initial[i] = says.steps[i].initial;
  }
  return initial;
}

constexpr bool every_clause(const ClauseLine&) { return true; }

constexpr bool offers(const ClauseLine& clause, std::string_view side) {
  return std::ranges::find(clause.offers, side) != clause.offers.end();
}

// The steps that can be reached from those in `reached`, along the clauses that qualify.
template <class Qualifies = decltype(&every_clause)>
constexpr StepSet close_over(const Provisions& says, StepSet reached,
                             Qualifies qualifies = &every_clause) {
  for (std::size_t round = 0; round < says.steps.size(); ++round) {
    for (const ClauseLine& clause : says.clauses) {
      const std::size_t in = place(says, clause.in);
      const std::size_t next = place(says, clause.next);
      if (in < says.steps.size() && next < says.steps.size() && reached[in] && qualifies(clause)) {
        reached[next] = true;
        for (const std::string_view side : clause.offers) {
          if (is_listed(says, side)) reached[place(says, side)] = true;
        }
      }
    }
  }
  return reached;
}

// One rests on a condition, the other on its opposite.
constexpr bool exclude_each_other(const ClauseLine& a, const ClauseLine& b) {
  for (const ConditionLine& one : a.provided) {
    for (const ConditionLine& other : b.provided) {
      if (one.title == other.title && one.negated != other.negated) return true;
    }
  }
  return false;
}

constexpr std::int64_t amount(const Term& term) {
  if (std::holds_alternative<WorkingDays>(term)) return std::get<WorkingDays>(term).days;
  if (std::holds_alternative<CalendarDays>(term)) return std::get<CalendarDays>(term).days;
  if (std::holds_alternative<CalendarMonths>(term)) return std::get<CalendarMonths>(term).months;
  return std::get<WorkingMinutes>(term).minutes;
}

// A step's share in a service term: its own term where both are of one unit. Units do not convert,
// so a term of another unit has no share, nor one that runs beside the service or back from its
// end.
constexpr std::int64_t share(const StepLine& step, const Term& service) {
  const bool counts = step.term && step.within_service &&
                      step.counted_from == CountedFrom::entering_step &&
                      step.term->index() == service.index();
  return counts ? amount(*step.term) : 0;
}

inline constexpr std::size_t most_variants = 16;
// [step][variant]: whether a case can stand in that step under that variant of the service term.
using VariantTable = std::array<std::array<bool, most_variants>, most_steps>;

constexpr std::size_t variant_place(const Provisions& says, std::string_view variant) {
  std::size_t at = 0;
  while (at < says.service_terms.size() && says.service_terms[at].variant != variant) ++at;
  return at;
}

constexpr VariantTable variants_at_steps(const Provisions& says) {
  VariantTable table{};
  for (const ClauseLine& clause : says.clauses) {
    const std::size_t next = place(says, clause.next);
    const std::size_t first = clause.variant.empty() ? 0 : variant_place(says, clause.variant);
    const bool files = clause.in == not_filed && next < says.steps.size();
    if (files && first < most_variants) table[next][first] = true;
  }
  for (bool grows = true; grows;) {
    grows = false;
    for (const ClauseLine& clause : says.clauses) {
      const std::size_t in = place(says, clause.in);
      const std::size_t next = place(says, clause.next);
      if (in == says.steps.size() || next == says.steps.size()) continue;
      for (std::size_t before = 0; before < says.service_terms.size(); ++before) {
        const std::size_t after =
            clause.variant.empty() ? before : variant_place(says, clause.variant);
        const bool is_new = table[in][before] && after < most_variants && !table[next][after];
        if (is_new) table[next][after] = grows = true;
      }
    }
  }
  return table;
}

// Walks every path that enters no step twice; false as soon as one needs more than its service
// term.
constexpr bool paths_fit(const Provisions& says, std::size_t at, const Term& service,
                         std::int64_t used, StepSet& on_path) {
  used += share(says.steps[at], service);
  if (used > amount(service)) {
    return false;
  }
  on_path[at] = true;
  for (const ClauseLine& clause : says.clauses) {
    const std::size_t next = place(says, clause.next);
    if (clause.in != says.steps[at].code || next == says.steps.size() || on_path[next]) {
      continue;
    }
    if (!paths_fit(says, next, term_after(says, clause, service), used, on_path)) {
      return false;
    }
  }
  on_path[at] = false;
  return true;
}

}  // namespace detail

// The clauses cite the paragraphs that `automated` announces: none is forgotten, none is invented.
constexpr bool cites_exactly(const Provisions& says) {
  const auto cited = [&](std::string_view paragraph) {
    return std::ranges::any_of(
        says.clauses, [&](const ClauseLine& clause) { return clause.paragraph == paragraph; });
  };
  const auto announced = [&](const ClauseLine& clause) {
    return std::ranges::find(says.automated, clause.paragraph) != says.automated.end();
  };
  return detail::are_unique(says.automated, [](std::string_view p) { return p; }) &&
         std::ranges::all_of(says.automated, cited) && std::ranges::all_of(says.clauses, announced);
}

constexpr bool codes_are_unique(const Provisions& says) {
  const auto by_code = [](const auto& line) { return line.code; };
  const auto reserved = [&](const OutcomeLine& outcome) {
    return outcome.code == occasion_code::filing || outcome.code == occasion_code::term_expired ||
           std::ranges::find(says.acts, outcome.code, &ActLine::code) != says.acts.end();
  };
  return says.steps.size() <= most_steps && !detail::is_listed(says, not_filed) &&
         detail::are_unique(says.steps, by_code) && detail::are_unique(says.roles, by_code) &&
         detail::are_unique(says.outcomes, by_code) && detail::are_unique(says.acts, by_code) &&
         detail::are_unique(says.documents, by_code) &&
         detail::are_unique(says.grounds, [](const Ground& ground) { return ground.id; }) &&
         detail::are_unique(says.service_terms, [](const ServiceTerm& t) { return t.variant; }) &&
         std::ranges::none_of(says.outcomes, reserved);
}

// Every step that a clause names stands in the list of steps; only a Filing comes from outside.
constexpr bool steps_are_listed(const Provisions& says) {
  return std::ranges::all_of(says.clauses, [&](const ClauseLine& clause) {
    const bool from_outside = clause.in == not_filed;
    return detail::is_listed(says, clause.next) &&
           from_outside == (clause.on == occasion_code::filing) &&
           (from_outside || detail::is_listed(says, clause.in));
  });
}

// Of the clauses for one step and occasion every two exclude each other. MSM asks the last open row
// first, so anything else would depend on the order of the lines.
constexpr bool unambiguous(const Provisions& says) {
  for (const ClauseLine& clause : says.clauses) {
    for (const ClauseLine& other : says.clauses) {
      const bool rivals = &other != &clause && other.in == clause.in && other.on == clause.on;
      if (rivals && !detail::exclude_each_other(clause, other)) return false;
    }
  }
  return true;
}

constexpr bool every_step_is_reachable(const Provisions& says) {
  const detail::StepSet reached = detail::close_over(says, detail::initial_steps(says));
  return std::all_of(reached.begin(),
                     reached.begin() + static_cast<std::ptrdiff_t>(says.steps.size()),
                     [](bool is_reached) { return is_reached; });
}

constexpr bool every_case_can_end(const Provisions& says) {
  for (std::size_t i = 0; i < says.steps.size(); ++i) {
    if (says.steps[i].beside) continue;
    detail::StepSet reached{};
    reached[i] = true;
    reached = detail::close_over(says, reached);
    bool ends = false;
    for (std::size_t k = 0; k < says.steps.size(); ++k) {
      ends = ends || (reached[k] && says.steps[k].is_final());
    }
    if (!ends) {
      return false;
    }
  }
  return true;
}

constexpr bool no_clause_leaves_a_final_step(const Provisions& says) {
  return std::ranges::none_of(says.clauses, [&](const ClauseLine& clause) {
    const std::size_t in = detail::place(says, clause.in);
    return in < says.steps.size() && says.steps[in].is_final();
  });
}

constexpr bool every_waiting_step_has_a_term_or_reason(const Provisions& says) {
  return std::ranges::all_of(says.steps, [](const StepLine& step) {
    return step.is_final() ||
           (!step.paragraph.empty() && (step.term || !step.no_term_reason.empty()));
  });
}

constexpr bool every_term_has_an_end(const Provisions& says) {
  return std::ranges::all_of(says.steps, [&](const StepLine& step) {
    const auto ends = [&](const ClauseLine& clause) {
      return clause.in == step.code && clause.on == occasion_code::term_expired;
    };
    return !step.has_term() || std::ranges::any_of(says.clauses, ends);
  });
}

// Along every path the terms of the steps, summed, stay within the term of the service.
constexpr bool longest_path_fits(const Provisions& says) {
  if (says.service_terms.empty()) {
    return false;
  }
  for (const ClauseLine& clause : says.clauses) {
    const std::size_t initial = detail::place(says, clause.next);
    if (clause.in != not_filed || initial == says.steps.size()) continue;
    const Term service = detail::term_after(says, clause, says.service_terms.front().term);
    detail::StepSet on_path{};
    if (!detail::paths_fit(says, initial, service, 0, on_path)) return false;
  }
  return true;
}

// A step to which a case can come back says what becomes of its term then, and no other step does.
constexpr bool every_return_has_a_policy(const Provisions& says) {
  return std::ranges::all_of(says.steps, [&](const StepLine& step) {
    const std::size_t at = detail::place(says, step.code);
    detail::StepSet reached{};
    for (const ClauseLine& clause : says.clauses) {
      if (clause.in == step.code && !clause.stays) {
        reached[detail::place(says, clause.next)] = true;
      }
    }
    return detail::close_over(says, reached)[at] == (step.on_return != OnReturn::never);
  });
}

// An outcome that needs a ground has grounds to choose from, one of them without a further
// condition.
constexpr bool grounds_exist(const Provisions& says) {
  const auto needs = [](const OutcomeLine& outcome) { return outcome.needs_ground; };
  const auto open = [](const Ground& ground) { return ground.only_if.empty(); };
  const auto complete = [&](const Ground& ground) {
    return !ground.text.empty() && !ground.paragraph.empty() &&
           (ground.only_if.empty() || detail::is_established(says, ground.only_if));
  };
  return (std::ranges::none_of(says.outcomes, needs) || std::ranges::any_of(says.grounds, open)) &&
         std::ranges::all_of(says.grounds, complete);
}

// A clause names only variants for which a service term is given.
constexpr bool variants_have_terms(const Provisions& says) {
  return std::ranges::all_of(says.clauses, [&](const ClauseLine& clause) {
    return clause.variant.empty() ||
           std::ranges::any_of(says.service_terms, [&](const ServiceTerm& term) {
             return term.variant == clause.variant;
           });
  });
}

// Terms that a person can wait for: not negative, and at most about ten years. Days of acceptance
// and issue are excluded from terms of days only.
constexpr bool terms_are_possible(const Provisions& says) {
  const auto is_possible = [](const Term& term, const Counting& counting) {
    constexpr std::int64_t most[] = {2'600, 3'660, 120, 1'000'000};  // days, days, months, minutes
    const bool of_days =
        std::holds_alternative<WorkingDays>(term) || std::holds_alternative<CalendarDays>(term);
    const bool plain = counting.start == StartRule::next_day && !counting.excludes_ends;
    return detail::amount(term) >= 0 && detail::amount(term) <= most[term.index()] &&
           (of_days || plain);
  };
  return std::ranges::all_of(says.steps,
                             [&](const StepLine& step) {
                               return !step.term || is_possible(*step.term, step.counting);
                             }) &&
         std::ranges::all_of(says.service_terms, [&](const ServiceTerm& line) {
           return is_possible(line.term, line.counting());
         });
}

// An extension can be longer than a total that may run where its clause stands, and is of its unit.
constexpr bool extensions_are_longer(const Provisions& says) {
  if (says.service_terms.size() > detail::most_variants) return false;
  const detail::VariantTable running = detail::variants_at_steps(says);
  return std::ranges::all_of(says.clauses, [&](const ClauseLine& clause) {
    const std::size_t to = detail::variant_place(says, clause.variant);
    const std::size_t in = detail::place(says, clause.in);
    if (!clause.extends || to == says.service_terms.size() || in == says.steps.size()) {
      return !clause.extends;
    }
    const Term& total = says.service_terms[to].term;
    bool can_be_longer = false;
    for (std::size_t from = 0; from < says.service_terms.size(); ++from) {
      if (!running[in][from]) continue;
      const Term& before = says.service_terms[from].term;
      if (before.index() != total.index()) return false;
      can_be_longer = can_be_longer || detail::amount(total) > detail::amount(before);
    }
    return can_be_longer;
  });
}

// Behind every suspension there is a clause that lets the terms run again.
constexpr bool suspensions_are_resumed(const Provisions& says) {
  const auto resumes = [](const ClauseLine& clause) {
    return clause.term_act == TermAct::resume || clause.term_act == TermAct::restart;
  };
  const auto goes_on = [&](const ClauseLine& clause) { return !resumes(clause); };
  return std::ranges::all_of(says.clauses, [&](const ClauseLine& clause) {
    if (clause.term_act != TermAct::suspend) return true;
    detail::StepSet standing{};
    standing[detail::place(says, clause.next)] = true;
    standing = detail::close_over(says, standing, goes_on);
    bool resumed = false;
    for (const ClauseLine& later : says.clauses) {
      const std::size_t in = detail::place(says, later.in);
      resumed = resumed || (resumes(later) && in < says.steps.size() && standing[in]);
    }
    return resumed;
  });
}

// What cannot be refused does not depend on how the terms stand: a filing starts them, and an
// expiry lets them run on at most.
constexpr bool only_answers_and_acts_change_terms(const Provisions& says) {
  return std::ranges::all_of(says.clauses, [](const ClauseLine& clause) {
    const bool expiry = clause.on == occasion_code::term_expired;
    const bool refusable = !expiry && clause.on != occasion_code::filing;
    return refusable || (!clause.extends && (clause.term_act == TermAct::none ||
                                             (expiry && clause.term_act == TermAct::resume)));
  });
}

// A side step is offered by a clause, has a favourable answer that ends its task, and is left in no
// other way; nothing but a side task is done.
constexpr bool side_tasks_end(const Provisions& says) {
  const auto is_side = [&](std::string_view code) {
    const std::size_t at = detail::place(says, code);
    return at < says.steps.size() && says.steps[at].beside;
  };
  const auto in_its_place = [&](const ClauseLine& clause) {
    return is_side(clause.in) ? clause.stays && clause.offers.empty()
                              : !clause.done && !is_side(clause.next);
  };
  return std::ranges::all_of(says.clauses, in_its_place) &&
         std::ranges::all_of(says.clauses,
                             [&](const ClauseLine& clause) {
                               return std::ranges::all_of(clause.offers, is_side);
                             }) &&
         std::ranges::all_of(says.steps, [&](const StepLine& step) {
           const auto ends = [&](const ClauseLine& clause) {
             return clause.in == step.code && clause.done && detail::is_favourable(says, clause);
           };
           const auto opens = [&](const ClauseLine& clause) {
             return detail::offers(clause, step.code);
           };
           return !step.beside || (!step.initial && std::ranges::any_of(says.clauses, ends) &&
                                   std::ranges::any_of(says.clauses, opens));
         });
}

// The rungs of the ladder ascend in time and in the directory, and say who says so.
constexpr bool ladder_rises(const Provisions& says) {
  std::int32_t after = 0;
  std::int32_t above = -1;
  for (const RungLine& rung : says.ladder) {
    if (rung.after.days < after || rung.above <= above || rung.title.empty() ||
        rung.paragraph.empty()) {
      return false;
    }
    after = rung.after.days;
    above = rung.above;
  }
  return true;
}

// The norm and the indicators are percentages; an act can want none of something, but its norm is
// a share of the services.
constexpr bool norms_are_percentages(const Provisions& says) {
  const auto is_percentage = [](const auto& line) {
    return line.percent >= 0 && line.percent <= 100;
  };
  return (!says.norm || (is_percentage(*says.norm) && says.norm->percent > 0)) &&
         std::ranges::all_of(says.indicators, is_percentage) &&
         detail::are_unique(says.indicators, [](const IndicatorLine& line) { return line.code; });
}

// Answering favourably wherever one can leads to a grant, and every step on the way has a
// favourable answer: what an automatic desk relies on.
constexpr bool favourable_answers_lead_to_a_grant(const Provisions& says) {
  const auto favourable = [&](const ClauseLine& clause) {
    return detail::is_favourable(says, clause);
  };
  const detail::StepSet reached = detail::close_over(says, detail::initial_steps(says), favourable);
  bool granted = false;
  for (std::size_t i = 0; i < says.steps.size(); ++i) {
    const StepLine& step = says.steps[i];
    const bool has_answer = std::ranges::any_of(says.clauses, [&](const ClauseLine& clause) {
      return clause.in == step.code && favourable(clause);
    });
    if (reached[i] && !step.is_final() && !has_answer) {
      return false;
    }
    granted = granted || (reached[i] && step.closes == FinalKind::granted);
  }
  return granted;
}

// Every citation names the act: "003 §8", and clause, step and ground have one.
constexpr bool citations_name_the_act(const Provisions& says) {
  const auto cites = [&](std::string_view paragraph) {
    return paragraph.starts_with(says.act.citation) && paragraph.size() > says.act.citation.size();
  };
  const auto by_paragraph = [&](const auto& line) { return cites(line.paragraph); };
  return !says.act.citation.empty() && std::ranges::all_of(says.clauses, by_paragraph) &&
         std::ranges::all_of(says.grounds, by_paragraph) &&
         std::ranges::all_of(says.documents, by_paragraph) &&
         std::ranges::all_of(says.service_terms, by_paragraph) &&
         std::ranges::all_of(says.indicators, by_paragraph) &&
         (!says.norm || cites(says.norm->paragraph)) &&
         std::ranges::all_of(says.steps, [&](const StepLine& step) {
           return step.is_final() || cites(step.paragraph);
         });
}

constexpr bool edition_is_dated(const Provisions& says) {
  const Edition& edition = says.edition;
  return !edition.code.empty() && (!edition.to || edition.from <= *edition.to) &&
         edition.assumed == !edition.reason.empty();
}

// All of the above, for a regulation type.
template <class R>
consteval bool lawful() {
  constexpr const Provisions& says = provisions<R>;
  static_assert(codes_are_unique(says), "a code of this regulation is used twice or reserved");
  static_assert(steps_are_listed(says), "a clause names a step that is not in the list of steps");
  static_assert(cites_exactly(says), "the clauses do not cite exactly the paragraphs automated");
  static_assert(citations_name_the_act(says), "a paragraph is missing or does not name the act");
  static_assert(unambiguous(says), "two clauses for one step and occasion can both be open");
  static_assert(no_clause_leaves_a_final_step(says), "a clause leaves a final step");
  static_assert(every_step_is_reachable(says), "a step cannot be reached from a filing");
  static_assert(every_case_can_end(says), "from a step no final step can be reached");
  static_assert(every_waiting_step_has_a_term_or_reason(says),
                "a waiting step has neither a term nor a cited reason why it has none");
  static_assert(every_term_has_an_end(says), "a term can expire and no clause says what then");
  static_assert(longest_path_fits(says), "the terms of the steps exceed the term of the service");
  static_assert(every_return_has_a_policy(says),
                "a step does not say what becomes of its term when a case comes back");
  static_assert(grounds_exist(says), "an outcome needs a ground and none can be named");
  static_assert(variants_have_terms(says), "a clause names a variant that has no service term");
  static_assert(terms_are_possible(says), "a term is negative or longer than anybody can wait");
  static_assert(extensions_are_longer(says), "an extension is not longer than the term before");
  static_assert(suspensions_are_resumed(says), "a suspension that nothing resumes");
  static_assert(only_answers_and_acts_change_terms(says),
                "a filing or an expiry does to the terms what could be refused");
  static_assert(side_tasks_end(says), "a side task has no end or no beginning");
  static_assert(ladder_rises(says), "the rungs of the ladder do not rise");
  static_assert(norms_are_percentages(says), "a norm or an indicator is no percentage");
  static_assert(favourable_answers_lead_to_a_grant(says),
                "favourable answers do not lead to a grant");
  static_assert(edition_is_dated(says), "the edition's dates are not in order or not explained");
  return true;
}

}  // namespace reglament::law
