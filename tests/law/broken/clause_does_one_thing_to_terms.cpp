// expect: a clause does two things to the terms
// A term cannot stand still and start anew at once.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct StopAndGo : Duty<"stop and go", Suspend, Restart> {};
using ChecksTwice = Clause<"9 §1", Check, Checked, Decide, StopAndGo>;
struct Broken : Sample {
  using clauses =
      Clauses<Filed, ChecksTwice, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
