// expect: from a step no final step can be reached
// A case that waits for an answer waits for ever.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Waiting : Step<"waiting", "Waiting", Desk, NoTerm{"the act sets none"}, "9 §2"> {};
struct Ask : Outcome<"ask", "ask", unfavourable> {};
using IntoWaiting = Clause<"9 §2", Decide, Ask, Waiting>;
struct Broken : Sample {
  using steps = Steps<Check, Decide, Waiting, Granted, Refused>;
  using clauses = Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses,
                          DecideExpires, IntoWaiting>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
