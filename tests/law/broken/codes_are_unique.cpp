// expect: a code of this regulation is used twice or reserved
// Two steps share a code.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct AlsoRefused : FinalStep<"refused", "Refused again", FinalKind::refused> {};
struct Broken : Sample {
  using steps = Steps<Check, Decide, Granted, Refused, AlsoRefused>;
  using clauses =
      Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
