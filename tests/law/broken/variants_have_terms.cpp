// expect: a clause names a variant that has no service term
// Nobody says how long the service takes with an archive.
#include "tests/law/broken/sample.hpp"

namespace reglament::law::sample {

struct AskArchive : Duty<"ask the archive", Govern<"archive">> {};
using AsksArchive = Clause<"9 §1", Check, Checked, Decide, AskArchive>;
struct Broken : Sample {
  using clauses =
      Clauses<Filed, AsksArchive, CheckExpires, DecideGrants, DecideRefuses, DecideExpires>;
};
static_assert(lawful<Broken>());

}  // namespace reglament::law::sample
