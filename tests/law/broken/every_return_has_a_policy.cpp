// expect: a step does not say what becomes of its term when a case comes back
// A case can come back to the check.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Again : Outcome<"again", "again", unfavourable> {};
using BackToCheck = Clause<"9 §2", Decide, Again, Check>;
struct Broken : Sample {
  using clauses = Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses,
                          DecideExpires, BackToCheck>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
