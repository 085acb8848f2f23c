// What leaves the engine: tasks, revocations, notices. Each is written into the outbox in the
// transaction that decided it, and leaves the outbox when the broker has it.
//
// Messages carry no personal data: a task names the case and what may be answered; the application
// itself is in the dossier, behind the permissions of the office.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/symbol.hpp"
#include "engine/history/entry.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

// What the answer with an outcome has to name beside it.
struct OutcomeNeeds {
  Symbol outcome;
  std::vector<Symbol> fields;  // none may be empty
  bool ground = false;         // one of the task's grounds
  bool operator==(const OutcomeNeeds&) const = default;
};

// Work for an office: one step of one case.
struct TaskMessage {
  CaseNumber case_number{};
  std::string talon;
  std::uint32_t task{};  // ordinal within the case
  std::uint32_t attempt{};
  Symbol regulation;
  Symbol edition;
  Symbol step;
  Symbol office;  // whose queue it goes to
  Instant offered_at{};
  std::optional<Instant> due_at;      // of the step's term
  LogId reply_to{};                   // the partition that takes the answer
  std::vector<Symbol> outcomes;       // codes that may be answered as the facts stand now
  std::vector<Symbol> grounds;        // of refusal that may be named
  std::vector<OutcomeNeeds> needs{};  // of those outcomes that need anything
  bool operator==(const TaskMessage&) const = default;
};

// A task that ended without an answer of its office.
struct Revocation {
  CaseNumber case_number{};
  std::uint32_t task{};
  Symbol office;
  bool operator==(const Revocation&) const = default;
};

struct Notice {
  CaseNumber case_number{};
  std::string talon;
  Symbol recipient;  // "applicant", "head", or an office's id
  Symbol office;     // the office concerned
  Symbol kind;
  Symbol paragraph;
  Instant at{};
  bool operator==(const Notice&) const = default;
};

using Message = std::variant<TaskMessage, Revocation, Notice>;

// `id` ascends in the order of deciding while an engine runs, and is above every id in the outbox
// when it starts: a place in the outbox, not a name for the message.
struct OutboxMessage {
  std::uint64_t id{};
  LogId log{};
  Message message;
};

}  // namespace reglament
