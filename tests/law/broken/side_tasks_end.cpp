// expect: a side task has no end or no beginning
// The task to tell the applicant is offered and can never be done.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Tell : SideStep<"tell", "Tell", Desk, NoTerm{"at once"}, "9 §1"> {};
struct OfferTelling : Duty<"have the applicant told", Offer<Tell>> {};
using ChecksAndTells = Clause<"9 §1", Check, Checked, Decide, OfferTelling>;
struct Broken : Sample {
  using steps = Steps<Check, Decide, Tell, Granted, Refused>;
  using clauses =
      Clauses<Filed, ChecksAndTells, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
