// expect: a waiting step has neither a term nor a cited reason why it has none
// The reason is empty.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Idle : Step<"idle", "Idle", Desk, NoTerm{""}, "9 §2"> {};
struct Ask : Outcome<"ask", "ask", unfavourable> {};
using IntoIdle = Clause<"9 §2", Decide, Ask, Idle>;
using OutOfIdle = Clause<"9 §2", Idle, Refuse, Refused>;
struct Broken : Sample {
  using steps = Steps<Check, Decide, Idle, Granted, Refused>;
  using clauses = Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses,
                          DecideExpires, IntoIdle, OutOfIdle>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
