#include "engine/casework/apply.hpp"

#include <algorithm>

namespace reglament {
namespace {

void open_case(Case& state, const Entry& entry) {
  state.number = entry.case_number;
  state.regulation = Symbol(entry.regulation);
  state.edition = Symbol(entry.edition);
  state.office = Symbol(entry.office);
  state.filed_at = entry.at;
}

void take_dates(Deadline& deadline, const DeadlineChange& change) {
  deadline.office = Symbol(change.office);
  deadline.paragraph = Symbol(change.paragraph);
  deadline.term = Symbol(change.term);
  deadline.calendar = Symbol(change.calendar);
  deadline.start = change.start;
  deadline.due = change.due;
  deadline.due_at = change.due_at;
  deadline.warn_at = change.warn_at;
  deadline.since = change.since;
  deadline.rest = Symbol(change.rest);
  deadline.escalate_at = change.escalate_at;
}

void set_deadline(Case& state, const DeadlineChange& change) {
  Deadline deadline;
  deadline.scope = Symbol(change.scope);
  deadline.step = Symbol(change.step);
  take_dates(deadline, change);
  state.deadlines.push_back(deadline);
}

// The open deadline that a change names. There is at most one for a scope and step: a step that is
// entered again has ended its deadline before.
Deadline* open_deadline(Case& state, const DeadlineChange& change) {
  const auto found =
      std::find_if(state.deadlines.begin(), state.deadlines.end(), [&](const Deadline& deadline) {
        return deadline.is_open() && deadline.scope == change.scope && deadline.step == change.step;
      });
  return found == state.deadlines.end() ? nullptr : &*found;
}

void expect(bool allowed, const char* otherwise) {
  if (!allowed) throw Malformed(otherwise);
}

void redate(Deadline& deadline, const DeadlineChange& change) {
  const bool resumes = change.change == deadline_change::resumed;
  const bool restarts = change.change == deadline_change::restarted;
  expect(restarts || resumes == deadline.suspended_at.has_value(),
         "an entry dates a suspended deadline, or resumes one that is not");
  take_dates(deadline, change);
  if (resumes || restarts) deadline.suspended_at.reset();
  if (change.change == deadline_change::extended) deadline.extended = true;
}

void suspend(Deadline& deadline, const DeadlineChange& change, Instant at) {
  expect(!deadline.suspended_at, "an entry suspends a deadline twice");
  deadline.suspended_at = at;
  deadline.rest = Symbol(change.rest);
  deadline.warn_at.reset();
  deadline.escalate_at.reset();
}

void end_deadline(Deadline& deadline, Instant at) {
  deadline.ended_at = at;
  deadline.suspended_at.reset();
  deadline.warn_at.reset();
  deadline.escalate_at.reset();
}

void change_deadline(Case& state, const DeadlineChange& change, Instant at) {
  if (change.change == deadline_change::set) return set_deadline(state, change);
  Deadline* const deadline = open_deadline(state, change);
  if (deadline == nullptr) throw Malformed("an entry changes a deadline that is not open");
  if (brings_dates(change.change)) return redate(*deadline, change);
  if (change.change == deadline_change::warned) {
    deadline->warn_at.reset();
  } else if (change.change == deadline_change::expired) {
    expect(!deadline->suspended_at, "an entry lets a suspended deadline expire");
    deadline->warn_at.reset();
    deadline->expired = true;
    deadline->escalate_at = change.escalate_at;
  } else if (change.change == deadline_change::escalated) {
    expect(deadline->expired && !deadline->suspended_at && change.level > deadline->level,
           "an entry escalates a deadline that is not due for it");
    deadline->level = change.level;
    deadline->escalate_at = change.escalate_at;
  } else if (change.change == deadline_change::suspended) {
    suspend(*deadline, change, at);
  } else if (change.change == deadline_change::lapsed) {
    deadline->lapsed = true;
    end_deadline(*deadline, at);
  } else if (change.change == deadline_change::met ||
             change.change == deadline_change::ended_late) {
    end_deadline(*deadline, at);
  } else {
    throw Malformed("an entry changes a deadline in an unknown way");
  }
}

void end_task(Case& state, std::uint32_t ordinal) {
  std::erase_if(state.tasks, [&](const Task& task) { return task.ordinal == ordinal; });
}

void offer_task(Case& state, const TaskOffer& offer, Instant at) {
  end_task(state, offer.ordinal);  // offered again, with a new attempt
  state.tasks.push_back(
      {offer.ordinal, offer.attempt, Symbol(offer.step), Symbol(offer.office), at});
  state.tasks_offered = std::max(state.tasks_offered, offer.ordinal);
}

}  // namespace

void apply(Case& state, const Entry& entry, const Digest& leaf_hash) {
  if (entry.kind == entry_kind::filed) open_case(state, entry);
  state.seq = entry.seq;
  state.head = leaf_hash;
  state.leaves.push_back(entry.leaf);
  if (entry.kind == entry_kind::answered) {
    end_task(state, entry.task);
    state.answered.push_back({entry.task, fingerprint(entry.message_id)});
  }
  if (entry.kind == entry_kind::act) state.acts.push_back(fingerprint(entry.message_id));
  if (!entry.variant.empty()) state.variant = Symbol(entry.variant);
  if (!entry.next_step.empty()) state.step = Symbol(entry.next_step);
  for (const std::string_view fact : entry.facts) state.facts.emplace_back(fact);
  for (const DeadlineChange& change : entry.deadlines) change_deadline(state, change, entry.at);
  for (const TaskEnd& task : entry.revoked) end_task(state, task.ordinal);
  for (const TaskOffer& offer : entry.offered) offer_task(state, offer, entry.at);
  if (!entry.result.empty()) {
    state.result = Symbol(entry.result);
    state.ground = Symbol(entry.ground);
    state.closed_at = entry.at;
  }
}

}  // namespace reglament
