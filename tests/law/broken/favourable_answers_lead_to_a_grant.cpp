// expect: favourable answers do not lead to a grant
// The decision has no favourable answer.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  using steps = Steps<Check, Decide, Refused>;
  using clauses = Clauses<Filed, CheckEnds, CheckExpires, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
