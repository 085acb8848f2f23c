#include "engine/law/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace reglament::law {

namespace {

// Paragraph of a rejection that no act speaks of.
constexpr std::string_view engine = "engine";

Rejection reject(std::string_view code, std::string_view paragraph, std::string expected,
                 std::string actual) {
  return {std::string(code), std::string(paragraph), std::move(expected), std::move(actual)};
}

bool is_known(const Provisions& provisions, std::string_view occasion) {
  return occasion == occasion_code::filing || occasion == occasion_code::term_expired ||
         provisions.find_outcome(occasion) != nullptr || provisions.find_act(occasion) != nullptr;
}

std::string occasions_of(const Provisions& provisions, std::string_view in_step) {
  std::vector<std::string_view> codes;
  for (const ClauseLine& clause : provisions.clauses) {
    if (clause.in == in_step && std::ranges::find(codes, clause.on) == codes.end()) {
      codes.push_back(clause.on);
    }
  }
  return fmt::format("one of {} in step {}", fmt::join(codes, ", "), in_step);
}

std::optional<Rejection> refuse_ground(const Provisions& provisions, const OutcomeLine& outcome,
                                       const OccasionView& occasion, const Facts& facts) {
  const Ground* ground = provisions.find_ground(occasion.ground);
  if (ground != nullptr && (ground->only_if.empty() || facts.is_established(ground->only_if))) {
    return std::nullopt;
  }
  std::vector<std::string_view> ids;
  for (const Ground* allowed : allowed_grounds(provisions, facts)) {
    ids.push_back(allowed->id);
  }
  std::string expected = fmt::format("{} with one of {}", outcome.code, fmt::join(ids, ", "));
  if (ground != nullptr) {
    return reject(rejection_code::unknown_ground, ground->paragraph, std::move(expected),
                  fmt::format("{}, which needs {}", ground->id, ground->only_if));
  }
  return reject(rejection_code::unknown_ground, outcome.ground_paragraph, std::move(expected),
                occasion.ground.empty() ? "no ground" : std::string(occasion.ground));
}

}  // namespace

std::optional<Rejection> refuse_before(const Provisions& provisions, std::string_view in_step,
                                       const OccasionView& occasion) {
  const StepLine* step = provisions.find_step(in_step);
  if (step == nullptr && in_step != not_filed) {
    return reject(rejection_code::wrong_step, engine, fmt::format("a step of {}", provisions.id),
                  std::string(in_step));
  }
  if (step != nullptr && step->is_final()) {
    return reject(rejection_code::late, engine, "an open case",
                  fmt::format("{} after the case ended in {}", occasion.code, in_step));
  }
  if (!is_known(provisions, occasion.code)) {
    return reject(rejection_code::unknown_outcome, engine, occasions_of(provisions, in_step),
                  std::string(occasion.code));
  }
  return std::nullopt;
}

Rejection refuse_wrong_step(const Provisions& provisions, std::string_view in_step,
                            const OccasionView& occasion) {
  const StepLine* step = provisions.find_step(in_step);
  return reject(rejection_code::wrong_step, step != nullptr ? step->paragraph : engine,
                occasions_of(provisions, in_step), std::string(occasion.code));
}

std::optional<Rejection> refuse_answer(const Provisions& provisions, const OccasionView& occasion,
                                       const Facts& facts) {
  const OutcomeLine* outcome = provisions.find_outcome(occasion.code);
  if (outcome == nullptr) {
    return std::nullopt;
  }
  for (const FieldLine& field : outcome->fields) {
    if (!occasion.fills_in(field.name)) {
      return reject(rejection_code::missing_field, field.paragraph,
                    fmt::format("{} with the field {}", outcome->code, field.name),
                    fmt::format("{} without it", outcome->code));
    }
  }
  if (outcome->needs_ground) {
    return refuse_ground(provisions, *outcome, occasion, facts);
  }
  if (!occasion.ground.empty()) {
    return reject(rejection_code::unknown_ground, engine,
                  fmt::format("no ground of refusal with {}", outcome->code),
                  std::string(occasion.ground));
  }
  return std::nullopt;
}

}  // namespace reglament::law
