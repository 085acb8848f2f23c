#include "engine/law/regulation.hpp"

#include <algorithm>

namespace reglament {

namespace {

bool holds(const ClauseLine& clause, const Facts& facts) {
  const OccasionView occasion{clause.on};
  return std::ranges::all_of(clause.provided, [&](const ConditionLine& condition) {
    return condition.holds(facts, occasion);
  });
}

}  // namespace

std::vector<std::string_view> allowed_outcomes(const Provisions& provisions,
                                               std::string_view in_step, const Facts& facts) {
  std::vector<std::string_view> allowed;
  for (const ClauseLine& clause : provisions.clauses) {
    if (clause.in == in_step && provisions.find_outcome(clause.on) != nullptr &&
        std::ranges::find(allowed, clause.on) == allowed.end() && holds(clause, facts)) {
      allowed.push_back(clause.on);
    }
  }
  return allowed;
}

std::string_view favourable_outcome(const Provisions& provisions, std::string_view in_step,
                                    const Facts& facts) {
  for (const std::string_view outcome : allowed_outcomes(provisions, in_step, facts)) {
    if (provisions.find_outcome(outcome)->favourable) {
      return outcome;
    }
  }
  return {};
}

std::vector<const Ground*> allowed_grounds(const Provisions& provisions, const Facts& facts) {
  std::vector<const Ground*> allowed;
  for (const Ground& ground : provisions.grounds) {
    if (ground.only_if.empty() || facts.is_established(ground.only_if)) {
      allowed.push_back(&ground);
    }
  }
  return allowed;
}

}  // namespace reglament
