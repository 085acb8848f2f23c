// expect: the terms of the steps exceed the term of the service
// Two and three working days do not fit into four.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  static constexpr std::array service_terms{ServiceTerm{"", WorkingDays{4}, "9 §3"}};
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
