// expect: a condition rejects with a code that the history does not know
// The code of a rejection is stored; a condition cannot invent one.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct IsEmpty : Condition<"the file is empty", "9 §2", "empty-file"> {
  static bool holds(const Facts& facts, const OccasionView&) { return facts.documents.empty(); }
  static std::string actual(const Facts&, const OccasionView&) { return "it is not"; }
};
using GrantsIfEmpty = Clause<"9 §2", Decide, Grant, Granted, Nothing, IsEmpty>;

struct Broken : Sample {
  using clauses =
      Clauses<Filed, CheckEnds, CheckExpires, GrantsIfEmpty, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
