// expect: a clause leaves a final step
// A case that was refused goes on.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

using Revives = Clause<"9 §2", Refused, Checked, Granted>;
struct Broken : Sample {
  using clauses =
      Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses, DecideExpires, Revives>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
