// expect: the rungs of the ladder do not rise
// The ministry is told before the department.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  static constexpr std::array ladder{RungLine{"ministry", WorkingDays{3}, 2, "setting"},
                                     RungLine{"department", WorkingDays{5}, 1, "setting"}};
  using clauses =
      Clauses<Filed, CheckEnds, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
