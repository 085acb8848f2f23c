// expect: an outcome needs a ground and none can be named
// The only ground needs a fact that no clause establishes.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  static constexpr std::array grounds{Ground{"R1", "the papers are false", "9 §2", "falsified"}};
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
