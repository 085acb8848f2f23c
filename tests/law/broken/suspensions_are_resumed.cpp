// expect: a suspension that nothing resumes
// The term stands still for ever.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct StandStill : Duty<"the term stands still", Suspend> {};
using ChecksAndWaits = Clause<"9 §1", Check, Checked, Decide, StandStill>;
struct Broken : Sample {
  using clauses =
      Clauses<Filed, ChecksAndWaits, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
