// expect: an extension is not longer than the term before
// Four working days are no extension of five.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Prolong : Duty<"prolong", Extend<"long">> {};
using ChecksLonger = Clause<"9 §1", Check, Checked, Decide, Prolong>;
struct Broken : Sample {
  static constexpr std::array service_terms{ServiceTerm{"", WorkingDays{5}, "9 §3"},
                                            ServiceTerm{"long", WorkingDays{4}, "9 §3"}};
  using clauses =
      Clauses<Filed, ChecksLonger, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
