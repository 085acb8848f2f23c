// expect: a filing or an expiry does to the terms what could be refused
// An expiry cannot be refused, so it cannot interrupt a term that has expired.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct StartAnew : Duty<"start anew", Restart> {};
using ExpiryRestarts = Clause<"9 §1", Check, TermExpired, Stays, StartAnew>;
struct Broken : Sample {
  using clauses =
      Clauses<Filed, CheckEnds, ExpiryRestarts, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
