// expect: a step cannot be reached from a filing
// No clause leads to Archived.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Archived : FinalStep<"archived", "Archived", FinalKind::withdrawn> {};
struct Broken : Sample {
  using steps = Steps<Check, Decide, Granted, Refused, Archived>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
