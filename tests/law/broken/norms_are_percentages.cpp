// expect: a norm or an indicator is no percentage
// More than all cannot be in time.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  static constexpr Norm norm{101, "9 §4"};
  using clauses =
      Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
