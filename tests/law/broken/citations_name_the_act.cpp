// expect: a paragraph is missing or does not name the act
// A ground cites another act.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  static constexpr std::array grounds{Ground{"R1", "the papers are false", "8 §2"}};
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
