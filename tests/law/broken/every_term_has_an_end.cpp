// expect: a term can expire and no clause says what then
// The clause for the expiry of the check is left out.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  using clauses = Clauses<Filed, CheckEnds, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
