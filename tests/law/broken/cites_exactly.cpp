// expect: the clauses do not cite exactly the paragraphs automated
// Paragraph 4 is announced and no clause cites it.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Broken : Sample {
  static constexpr std::array<std::string_view, 3> automated{"9 §1", "9 §2", "9 §4"};
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
