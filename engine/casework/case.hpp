// A case: what the engine knows of one application while it lives, and what remains when it is
// closed. It is the fold of the case's entries (apply.hpp) and nothing else: every store keeps it
// only so that it need not be folded again, and `check` folds it again and compares.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/symbol.hpp"
#include "engine/history/entry.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

// Codes are frozen: status of a deadline as people read it.
enum class DeadlineStatus : std::uint8_t { running, met, breached, suspended, extended };
[[nodiscard]] std::string_view code(DeadlineStatus status);

struct Deadline {
  Symbol scope;  // deadline_scope
  Symbol step;   // empty for the service's
  Symbol office;
  Symbol paragraph;
  Symbol term;
  Symbol calendar;
  Date start{};
  Date due{};
  Instant due_at{};
  std::optional<Instant> warn_at;   // nothing once warned, or where no warning is due
  std::optional<Instant> ended_at;  // when the step or the service was done, or the duty lapsed
  bool expired = false;             // it had run out before it was done
  bool lapsed = false;              // it fell away before it was due: neither kept nor missed
  bool extended = false;
  // The dates are `rest`, counted from `since`. While the term is suspended, `rest` is what is
  // left of it, or, where it had expired before, the working days to the next rung.
  Instant since{};
  Symbol rest;
  std::optional<Instant> suspended_at;
  std::uint32_t level{};               // rungs of the ladder climbed
  std::optional<Instant> escalate_at;  // of the next rung, once expired

  [[nodiscard]] bool is_open() const { return !ended_at; }
  [[nodiscard]] DeadlineStatus status() const;
  // What the tracker waits for next; nothing where it waits for nothing.
  [[nodiscard]] std::optional<Instant> alarm() const;
  bool operator==(const Deadline&) const = default;
};

struct Task {
  std::uint32_t ordinal{};
  std::uint32_t attempt{};
  Symbol step;
  Symbol office;
  Instant offered_at{};
  bool operator==(const Task&) const = default;
};

// A task that was answered: enough to tell a repeated answer from a late one.
struct AnsweredTask {
  std::uint32_t ordinal{};
  std::uint64_t fingerprint{};  // of the message id of the answer
  bool operator==(const AnsweredTask&) const = default;
};

// The first eight bytes of SHA-256, frozen: it is part of stored case states.
[[nodiscard]] std::uint64_t fingerprint(std::string_view message_id);

struct Case {
  CaseNumber number{};
  Symbol regulation;
  Symbol edition;
  Symbol office;  // where it was filed
  Instant filed_at{};
  Symbol step;
  Symbol variant;  // of the service term that governs; empty: the first of the regulation
  Symbol result;   // code of the final kind; empty while the case is open
  Symbol ground;   // of a refusal
  std::optional<Instant> closed_at;
  std::uint32_t seq{};  // of the last entry
  Digest head{};        // leaf hash of the last entry
  std::uint32_t tasks_offered{};
  std::vector<Symbol> facts;
  std::vector<Deadline> deadlines;  // in the order in which they were set
  std::vector<Task> tasks;          // open now
  std::vector<AnsweredTask> answered;
  std::vector<std::uint64_t> acts;  // fingerprints of the message ids of legal acts
  std::vector<LeafIndex> leaves;    // of its entries, in order

  [[nodiscard]] bool is_open() const { return !closed_at; }
  // The earliest alarm of its deadlines.
  [[nodiscard]] std::optional<Instant> alarm() const;
  // The office that has to act now: of the open task of its step, or where it was filed.
  [[nodiscard]] Symbol holder() const;
  // The last that was set; null where the term of the service has not started.
  [[nodiscard]] const Deadline* service_deadline() const;
  [[nodiscard]] const Task* find_task(std::uint32_t ordinal) const;

  bool operator==(const Case&) const = default;
};

// The canonical bytes of a case, for the store. decode_case throws Malformed.
void encode(const Case& state, ByteWriter& writer);
[[nodiscard]] Case decode_case(std::string_view bytes);

}  // namespace reglament
