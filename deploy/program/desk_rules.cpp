#include "deploy/program/desk_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/wire/rule_json.hpp"
#include "deploy/program/text_lines.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"
#include "engine/casework/talon.hpp"

namespace reglament::program {
namespace {

template <class Predicate>
bool any_edition(const Catalogue& catalogue, Predicate predicate) {
  return std::ranges::any_of(catalogue.editions(),
                             [&](const Regulation* edition) { return predicate(*edition); });
}

void expect_known(const AnswerRule& rule, const Catalogue& catalogue) {
  const auto has_step = [&](const Regulation& edition) {
    return edition.find_step(rule.step) != nullptr;
  };
  if (!any_edition(catalogue, has_step)) {
    throw BadInput(
        fmt::format("expected a step of a regulation, found '{}', field step", rule.step));
  }
  const auto answers = [&](const Regulation& edition) {
    return edition.find_outcome(rule.outcome) != nullptr &&
           std::ranges::any_of(edition.clauses, [&](const ClauseLine& clause) {
             return clause.in == rule.step && clause.on == rule.outcome;
           });
  };
  if (!any_edition(catalogue, answers)) {
    throw BadInput(fmt::format("expected an outcome of step {}, found '{}', field outcome",
                               rule.step, rule.outcome));
  }
  const auto has_ground = [&](const Regulation& edition) {
    return has_step(edition) && edition.find_ground(rule.ground) != nullptr;
  };
  if (!rule.ground.empty() && !any_edition(catalogue, has_ground)) {
    throw BadInput(
        fmt::format("expected a ground of refusal, found '{}', field reason", rule.ground));
  }
  if (!rule.talon.empty() && !parse_talon(rule.talon)) {
    throw BadInput(
        fmt::format("expected a talon with its right check character, found '{}', field "
                    "talon",
                    rule.talon));
  }
}

}  // namespace

DeskRules DeskRules::read(const std::string& file, const Catalogue& catalogue) {
  DeskRules result(catalogue);
  TextLines lines(file);
  while (const auto line = lines.next()) {
    try {
      if (line->too_long) {
        throw BadInput(
            fmt::format("expected at most {} bytes, found more", TextLines::longest_line));
      }
      result.rules_.push_back(parse_rule(line->text));
      expect_known(result.rules_.back(), catalogue);
    } catch (const BadInput& error) {
      throw BadInput(fmt::format("{}, {}", error.what(), lines.place(line->number)));
    }
  }
  if (result.rules_.empty()) {
    throw BadInput(fmt::format("expected a rule, found an empty file, {}", lines.place(1)));
  }
  return result;
}

DeskRules DeskRules::favourable(const Catalogue& catalogue) {
  DeskRules result(catalogue);
  result.favourable_ = true;
  return result;
}

AnswerRule DeskRules::favourable_rule(const TaskMessage& task) const {
  const Regulation* const edition = catalogue_->find(task.regulation.view(), task.edition.view());
  AnswerRule rule;
  if (edition == nullptr || task.outcomes.empty()) return rule;
  const auto leans = std::ranges::find_if(task.outcomes, [&](const Symbol& outcome) {
    const OutcomeLine* const line = edition->find_outcome(outcome.view());
    return line != nullptr && line->favourable;
  });
  rule.outcome = (leans == task.outcomes.end() ? task.outcomes.front() : *leans).view();
  const OutcomeLine* const line = edition->find_outcome(rule.outcome);
  if (line != nullptr && line->needs_ground && !task.grounds.empty()) {
    rule.ground = task.grounds.front().view();
  }
  return rule;
}

std::optional<PlannedAnswer> DeskRules::answer(const TaskMessage& task) const {
  AnswerRule rule;
  if (favourable_) {
    rule = favourable_rule(task);
  } else if (const AnswerRule* found = first_match(rules_, task.step.view(), task.talon)) {
    rule = *found;
  }
  if (rule.outcome.empty()) return std::nullopt;
  const std::string office(task.office.view());
  const Regulation* const edition = catalogue_->find(task.regulation.view(), task.edition.view());
  const OutcomeLine* const line = edition ? edition->find_outcome(rule.outcome) : nullptr;
  if (line != nullptr) {
    for (const FieldLine& field : line->fields) {
      rule.fields.try_emplace(std::string(field.name), office + " (automatic)");
    }
  }
  PlannedAnswer planned;
  planned.at = task.offered_at + rule.after;
  Answer& answer = planned.answer;
  answer.message_id = fmt::format("{}/{}/{}/{}", office, task.case_number, task.task, task.attempt);
  answer.case_number = task.case_number;
  answer.task = task.task;
  answer.attempt = task.attempt;
  answer.reply_to = task.reply_to;
  answer.office = office;
  answer.actor = "desk:" + office;
  answer.outcome = rule.outcome;
  answer.ground = rule.ground;
  answer.fields = rule.fields;
  return planned;
}

}  // namespace reglament::program
