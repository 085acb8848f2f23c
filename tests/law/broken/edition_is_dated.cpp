// expect: the edition's dates are not in order or not explained
// The day is assumed and no reason is given.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  static constexpr Edition edition{
      .code = "2020-01-01", .from = day(2020, 1, 1), .to = {}, .assumed = true, .reason = {}};
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
