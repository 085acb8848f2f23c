// expect: two clauses for one step and occasion can both be open
// Beside the clause with a condition stands one without.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

using UrgentRefuses = Clause<"9 §2", Decide, Grant, Refused, Nothing, IsUrgent>;
struct Broken : Sample {
  using clauses = Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses,
                          DecideExpires, UrgentRefuses>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
