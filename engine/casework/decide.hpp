// decide: what follows from an occasion. Pure: the same case, occasion, moment and framework always
// give the same decision, and nothing is changed by making one. The decision is one entry; its
// effects (tasks, notices, deadlines) are in the entry. apply (apply.hpp) makes it so.
#pragma once

#include <optional>

#include "engine/casework/case.hpp"
#include "engine/casework/decision.hpp"
#include "engine/casework/framework.hpp"
#include "engine/casework/occasion.hpp"

namespace reglament {

// The decision on a filing: `filed` with the first task and its deadlines, or `filing-refused`.
// Precondition: the regulation and the office are known (see check_filing).
[[nodiscard]] Decision decide_filing(const Filing& filing, CaseNumber number, Instant now,
                                     const Framework& framework);

// What is wrong with a filing before any law is asked: an unknown regulation, channel or office, an
// office of the wrong kind. BadInput that names the field.
void check_filing(const Filing& filing, const Framework& framework);

// The decision on an answer: `answered`, or `rejected` with the reason. `state` is null where no
// such case exists; the rejection then belongs to the register of the partition.
[[nodiscard]] Decision decide_answer(const Answer& answer, const Case* state, Instant now,
                                     const Framework& framework);

// The decision on a legal act: `act`, or `rejected` with the reason, as for an answer.
[[nodiscard]] Decision decide_act(const LegalAct& act, const Case* state, Instant now,
                                  const Framework& framework);

// The decisions on the alarms of a case that are due at `now`, one at a time, in order of their
// instants: warnings, expiries, escalations. Nothing when no alarm is due. Call again after
// applying each.
[[nodiscard]] std::optional<Decision> decide_alarm(const Case& state, Instant now,
                                                   const Framework& framework);

}  // namespace reglament
