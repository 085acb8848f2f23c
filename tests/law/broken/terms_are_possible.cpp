// expect: a term is negative or longer than anybody can wait
// A negative term is due before it starts.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct Hurry : Step<"hurry", "Hurry", Desk, WorkingDays{-1}, "9 §1"> {};
using FiledInHurry = Clause<"9 §1", NotFiled, Filing, Hurry>;
using HurryEnds = Clause<"9 §1", Hurry, Checked, Decide>;
using HurryExpires = Clause<"9 §1", Hurry, TermExpired, Stays>;
struct Broken : Sample {
  using steps = Steps<Hurry, Decide, Granted, Refused>;
  using clauses =
      Clauses<FiledInHurry, HurryEnds, HurryExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
