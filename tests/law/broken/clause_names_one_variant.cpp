// expect: a clause names two variants of the service term
// Which of the two holds from now on, nobody can say.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Both : Duty<"two terms at once", Govern<"long">, Extend<"longer">> {};
using ChecksTwice = Clause<"9 §1", Check, Checked, Decide, Both>;
struct Broken : Sample {
  static constexpr std::array service_terms{ServiceTerm{"", WorkingDays{5}, "9 §3"},
                                            ServiceTerm{"long", WorkingDays{10}, "9 §3"},
                                            ServiceTerm{"longer", WorkingDays{20}, "9 §3"}};
  using clauses =
      Clauses<Filed, ChecksTwice, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
