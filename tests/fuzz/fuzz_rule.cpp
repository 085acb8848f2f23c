// Any line as a rule of a desk: it is refused in one line, or it fits its own step and talon.
#include "adapters/wire/rule_json.hpp"
#include "engine/base/fault.hpp"
#include "tests/fuzz/target.hpp"

namespace reglament::fuzz {
namespace {

void try_rule(std::string_view line) {
  AnswerRule rule;
  try {
    rule = parse_rule(line);
  } catch (const BadInput& refusal) {
    must_explain(refusal.what());
    return;
  }
  must(!rule.step.empty() && !rule.outcome.empty(), "a rule has a step and an outcome");
  must(rule.after >= std::chrono::microseconds{0}, "a rule does not answer before the offer");
  must(first_match({&rule, 1}, rule.step, rule.talon) == &rule, "a rule fits what it names");
  must(parse_rule(line) == rule, "a line is read the same twice");
}

}  // namespace
}  // namespace reglament::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  reglament::fuzz::try_rule(reglament::fuzz::text_of(data, size));
  return 0;
}
