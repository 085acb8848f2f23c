// An entry: one thing that happened, written once as bytes, stored and hashed as those bytes.
//
// Each entry is a leaf (RFC 9162) of the log of its partition and names the hash of the previous
// entry of its case, so a case's own chain shows a gap even without the log. Case 0 is the register
// of the partition: refusals that belong to no case (a filing that was not accepted, an answer to a
// case that does not exist) are chained there.
//
// An entry holds what was decided, completely: replay applies it and asks no condition, no calendar
// and no directory again. It holds no personal data: what an applicant or an official wrote is in
// the dossier, and the entry carries a commitment to it (dossier.hpp).
//
// The structs below are views: text points into the encoded bytes or into what the entry was made
// from, and lives no longer than that. Codes are frozen; a changed layout gets a new version
// number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

using CaseNumber = std::uint64_t;
using LogId = std::uint32_t;  // the number of the partition
using LeafIndex = std::uint64_t;

namespace entry_kind {  // frozen
inline constexpr std::string_view filed = "filed";
inline constexpr std::string_view filing_refused = "filing-refused";
inline constexpr std::string_view answered = "answered";
inline constexpr std::string_view rejected = "rejected";  // an occasion that changed nothing
inline constexpr std::string_view warned = "warned";
inline constexpr std::string_view expired = "expired";
inline constexpr std::string_view act = "act";              // a legal act that no task asked for
inline constexpr std::string_view escalated = "escalated";  // an expired term went up the ladder
inline constexpr std::string_view calendar = "calendar";    // deadlines follow a new edition
}  // namespace entry_kind

namespace deadline_scope {  // frozen
inline constexpr std::string_view step = "step";
inline constexpr std::string_view service = "service";
}  // namespace deadline_scope

namespace deadline_change {  // frozen
inline constexpr std::string_view set = "set";
inline constexpr std::string_view met = "met";                // done in time
inline constexpr std::string_view ended_late = "ended-late";  // done after it had expired
inline constexpr std::string_view warned = "warned";
inline constexpr std::string_view expired = "expired";
inline constexpr std::string_view lapsed = "lapsed";        // the duty fell away before it was due
inline constexpr std::string_view extended = "extended";    // a longer total, from the same start
inline constexpr std::string_view suspended = "suspended";  // stands still, with what is left
inline constexpr std::string_view resumed = "resumed";      // what was left runs from now on
inline constexpr std::string_view restarted = "restarted";  // interrupted: the term starts anew
inline constexpr std::string_view moved = "moved";          // other dates for the same term
inline constexpr std::string_view escalated = "escalated";  // reported one rung further up
}  // namespace deadline_change

// Whether a change brings dates: set, extended, resumed, restarted, moved.
[[nodiscard]] bool brings_dates(std::string_view change);

// A change of one deadline. It names the deadline by scope and step; what else it carries depends
// on the change (see entry.cpp): dates, what is left of a suspended term, the next escalation.
struct DeadlineChange {
  std::string_view change;  // one of deadline_change
  std::string_view scope;   // one of deadline_scope
  std::string_view step;    // of a step's deadline; empty for the service's
  std::string_view office;  // who has to keep it
  std::string_view paragraph;
  std::string_view term;      // code of the term, "2wd"
  std::string_view calendar;  // edition that produced the dates
  Date start{};               // the day of the event that started the term
  Date due{};
  Instant due_at{};
  std::optional<Instant> warn_at;
  Instant since{};        // the working moment from which `rest` is counted
  std::string_view rest;  // code of what is counted from `since`; where suspended, what is left
  Date old_due{};         // where the dates replace others
  std::optional<Instant> escalate_at;  // the next rung; expired, escalated, and new dates
  std::uint32_t level{};               // escalated: rungs climbed, from 1
};

struct TaskOffer {
  std::uint32_t ordinal{};  // of the task within its case, from 1
  std::uint32_t attempt{};  // from 1
  std::string_view step;
  std::string_view office;
};

struct TaskEnd {
  std::uint32_t ordinal{};
  std::string_view office;  // whose task it was
};

struct NoticeGiven {
  std::string_view recipient;  // "applicant", "head", or the id of an office
  std::string_view kind;       // frozen code from the regulation
  std::string_view paragraph;
};

struct RejectionNote {
  std::string_view code;
  std::string_view expected;
  std::string_view actual;
};

struct Entry {
  LogId log{};
  LeafIndex leaf{};
  CaseNumber case_number{};
  std::uint32_t seq{};    // within the case, from 1
  Digest previous{};      // leaf hash of the case's entry before; zero for the first
  std::uint64_t epoch{};  // of the ownership under which it was written

  std::string_view kind;  // one of entry_kind
  Instant at{};           // when it happened; for an expiry, the due instant
  Instant noticed_at{};   // when the engine saw it; later than `at` only for warnings and expiries

  std::string_view regulation;
  std::string_view edition;
  std::string_view paragraph;
  std::string_view step;       // where the case stood; empty before the filing
  std::string_view next_step;  // where it stands now; empty where it did not move
  std::string_view result;  // of a case that is closed by this entry: frozen code of the final kind
  std::string_view outcome;  // of the step; code of the act; for the tracker the scope of the
                             // deadline; for `calendar` the code of the edition
  std::string_view ground;   // of a refusal; for `calendar` the decree
  std::string_view office;   // where it happened
  std::string_view actor;    // who acted: "desk:<office>", "applicant", "tracker"
  std::string_view
      message_id;        // the idempotency key: request id of a filing, message id of an answer
  std::uint32_t task{};  // ordinal of the task that was answered; 0 where there is none
  std::uint32_t attempt{};
  std::string_view variant;  // of the service term, where it governs from now on; else empty

  std::vector<std::string_view> facts;  // established by this entry
  std::vector<DeadlineChange> deadlines;
  std::vector<TaskOffer> offered;
  std::vector<TaskEnd> revoked;  // tasks that ended without an answer
  std::vector<NoticeGiven> notices;
  std::optional<RejectionNote> rejection;
  std::optional<Digest> commitment;  // to what the dossier holds for this entry
};

// Appends the canonical bytes to `writer`.
void encode(const Entry& entry, ByteWriter& writer);
// Throws Malformed. The result points into `bytes`.
[[nodiscard]] Entry decode_entry(std::string_view bytes);

}  // namespace reglament
