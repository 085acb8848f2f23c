// expect: a clause names a step that is not in the list of steps
// Refused is missing among the steps.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  using steps = Steps<Check, Decide, Granted>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
