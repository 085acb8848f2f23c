// expect: nothing, it compiles
// Nothing is broken: what the other files fail by is the one thing they change.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
