#include "adapters/wire/rule_json.hpp"

#include "adapters/wire/limits.hpp"
#include "adapters/wire/strict_json.hpp"
#include "engine/casework/talon.hpp"
#include "engine/time/civil.hpp"

namespace reglament {
namespace {

using namespace wire;

std::chrono::microseconds read_after(const StrictObject& rule) {
  if (!rule.has("after")) return {};
  const std::string text = rule.text("after");
  const auto duration = parse_duration(text);
  if (!duration) refuse("a duration as PT2H or P1DT30M", quote(text), "after");
  return *duration;
}

}  // namespace

AnswerRule parse_rule(std::string_view line) {
  const nlohmann::json whole = parse_strict_json(line);
  const StrictObject object(whole, "", {"step", "talon", "outcome", "reason", "after", "fields"});
  AnswerRule rule;
  rule.step = object.text("step");
  rule.talon = in_capitals(object.text("talon"));
  rule.outcome = object.text("outcome");
  rule.ground = object.text("reason");
  rule.after = read_after(object);
  rule.fields = object.text_fields("fields");
  expect_code(rule.step, Presence::required, "step");
  expect_text(rule.talon, limit::id, Presence::optional, "talon");
  expect_code(rule.outcome, Presence::required, "outcome");
  expect_ground(rule.ground, Presence::optional, "reason");
  expect_fields(rule.fields);
  return rule;
}

}  // namespace reglament
