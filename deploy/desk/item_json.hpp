// An item of an inbox as programs read it. Instants with the offset of the office.
#pragma once

#include "deploy/desk/office_inbox.hpp"
#include "deploy/program/output.hpp"

namespace reglament::program {

// Keys: id talon case task attempt regulation edition step office stage holder offered_at due_at
// received_at changed_at outcomes grounds answer rejected. `answer`: the last one, null or
// {outcome reason actor fields message_id}; `rejected`: null or why, {code paragraph expected
// actual}. What is not known of a task that was revoked before it came in is null.
[[nodiscard]] Json to_json(const desk::Item& item);
// The same with `journal`: a list of {at act person detail}.
[[nodiscard]] Json to_json(const ItemDetails& details);

}  // namespace reglament::program
