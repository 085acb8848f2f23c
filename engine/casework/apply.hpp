// apply: the one function that changes a case. The engine uses it on the entry it has just decided,
// replay on the entry it has read; neither asks a condition, a calendar or a directory.
#pragma once

#include "engine/casework/case.hpp"
#include "engine/history/entry.hpp"

namespace reglament {

// `leaf_hash` is the hash of the entry's bytes. Precondition: the entry belongs to this case and is
// its next (same number, seq + 1, previous == head): replay checks it before (fold), the engine
// makes it so. A first entry (`filed`) applies to an empty case.
void apply(Case& state, const Entry& entry, const Digest& leaf_hash);

}  // namespace reglament
