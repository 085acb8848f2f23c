// A case as it is shown: found by its talon, its head, its deadlines, its entries.
#pragma once

#include <string_view>

#include "deploy/program/output.hpp"
#include "engine/casework/case.hpp"
#include "engine/casework/framework.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::program {

// Throws BadInput: a mistyped talon (form or check character) and an unknown one are told apart.
[[nodiscard]] Case find_case(StoreReader& reader, std::string_view talon, const Framework& law);

// Visits the entries of a case in order, until `visit` returns false. The entry lives for the call.
// Throws Unavailable where the database lacks one.
void for_each_entry_of(StoreReader& reader, const Case& state,
                       const std::function<bool(const Entry&, const StoredEntry&)>& visit);

// The case as it stood at that moment: the fold of what had happened by then. Throws BadInput for a
// moment before its filing.
[[nodiscard]] Case case_at(StoreReader& reader, const Case& state, Instant moment);

// A deadline that has passed is breached from that instant on, also while no engine runs that would
// record it.
[[nodiscard]] DeadlineStatus status_at(const Deadline& deadline, Instant moment);
[[nodiscard]] bool is_overdue(const Case& state, Instant moment);

// The keys of `case list`; `office` is who holds the case, or where it was filed once it is closed.
[[nodiscard]] Json case_head(const Case& state, const Framework& law);
[[nodiscard]] Json deadline_json(const Deadline& deadline, Instant moment);
[[nodiscard]] Json entry_json(const Entry& entry, std::string_view filing_office);
// The outcome of such an entry as text, with the ground or the rejection that belongs to it.
[[nodiscard]] std::string outcome_text(const Json& entry);

}  // namespace reglament::program
