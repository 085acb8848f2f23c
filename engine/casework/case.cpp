#include "engine/casework/case.hpp"

#include <algorithm>

#include "engine/history/encoding.hpp"
#include "engine/history/sha256.hpp"

namespace reglament {
namespace {

constexpr std::uint64_t kVersion = 2;

Symbol take_symbol(ByteReader& reader) { return Symbol(reader.take_text()); }

std::size_t take_count(ByteReader& reader) {
  const std::uint64_t count = reader.take_unsigned();
  if (count > reader.remaining()) throw Malformed("impossible length of a list");
  return count;
}

void put(ByteWriter& writer, const Deadline& deadline) {
  for (const Symbol& symbol : {deadline.scope, deadline.step, deadline.office, deadline.paragraph,
                               deadline.term, deadline.calendar}) {
    writer.put_text(symbol.view());
  }
  put_date(writer, deadline.start);
  put_date(writer, deadline.due);
  put_instant(writer, deadline.due_at);
  put_optional(writer, deadline.warn_at);
  put_optional(writer, deadline.ended_at);
  put_flag(writer, deadline.expired);
  put_flag(writer, deadline.lapsed);
  put_flag(writer, deadline.extended);
  put_instant(writer, deadline.since);
  writer.put_text(deadline.rest.view());
  put_optional(writer, deadline.suspended_at);
  writer.put_unsigned(deadline.level);
  put_optional(writer, deadline.escalate_at);
}

Deadline take_deadline(ByteReader& reader) {
  Deadline deadline;
  for (Symbol* symbol : {&deadline.scope, &deadline.step, &deadline.office, &deadline.paragraph,
                         &deadline.term, &deadline.calendar}) {
    *symbol = take_symbol(reader);
  }
  deadline.start = take_date(reader);
  deadline.due = take_date(reader);
  deadline.due_at = take_instant(reader);
  deadline.warn_at = take_optional(reader);
  deadline.ended_at = take_optional(reader);
  deadline.expired = take_flag(reader);
  deadline.lapsed = take_flag(reader);
  deadline.extended = take_flag(reader);
  deadline.since = take_instant(reader);
  deadline.rest = take_symbol(reader);
  deadline.suspended_at = take_optional(reader);
  deadline.level = take_number(reader);
  deadline.escalate_at = take_optional(reader);
  return deadline;
}

Task take_task(ByteReader& reader) {
  Task task;
  task.ordinal = take_number(reader);
  task.attempt = take_number(reader);
  task.step = take_symbol(reader);
  task.office = take_symbol(reader);
  task.offered_at = take_instant(reader);
  return task;
}

}  // namespace

std::string_view code(DeadlineStatus status) {
  switch (status) {
    case DeadlineStatus::running:
      return "running";
    case DeadlineStatus::met:
      return "met";
    case DeadlineStatus::breached:
      return "breached";
    case DeadlineStatus::suspended:
      return "suspended";
    case DeadlineStatus::extended:
      return "extended";
  }
  return "";
}

DeadlineStatus Deadline::status() const {
  if (expired) return DeadlineStatus::breached;
  if (ended_at) return DeadlineStatus::met;
  if (suspended_at) return DeadlineStatus::suspended;
  return extended ? DeadlineStatus::extended : DeadlineStatus::running;
}

std::optional<Instant> Deadline::alarm() const {
  if (ended_at || suspended_at) return std::nullopt;
  if (expired) return escalate_at;
  return warn_at ? std::min(*warn_at, due_at) : due_at;
}

std::uint64_t fingerprint(std::string_view message_id) {
  const Digest digest = sha256(message_id);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof value; ++i) value = value << 8U | digest[i];
  return value;
}

std::optional<Instant> Case::alarm() const {
  std::optional<Instant> earliest;
  for (const Deadline& deadline : deadlines) {
    const auto alarm = deadline.alarm();
    if (alarm && (!earliest || *alarm < *earliest)) earliest = alarm;
  }
  return earliest;
}

Symbol Case::holder() const {
  const auto task = std::ranges::find(tasks, step, &Task::step);
  return task == tasks.end() ? office : task->office;
}

const Deadline* Case::service_deadline() const {
  const auto found = std::find_if(deadlines.rbegin(), deadlines.rend(), [](const Deadline& one) {
    return one.scope == deadline_scope::service;
  });
  return found == deadlines.rend() ? nullptr : &*found;
}

const Task* Case::find_task(std::uint32_t ordinal) const {
  const auto found = std::find_if(tasks.begin(), tasks.end(),
                                  [&](const Task& task) { return task.ordinal == ordinal; });
  return found == tasks.end() ? nullptr : &*found;
}

void encode(const Case& state, ByteWriter& writer) {
  writer.put_unsigned(kVersion);
  writer.put_unsigned(state.number);
  for (const Symbol& symbol : {state.regulation, state.edition, state.office, state.step,
                               state.variant, state.result, state.ground}) {
    writer.put_text(symbol.view());
  }
  put_instant(writer, state.filed_at);
  put_optional(writer, state.closed_at);
  writer.put_unsigned(state.seq);
  writer.put_digest(state.head);
  writer.put_unsigned(state.tasks_offered);
  writer.put_unsigned(state.facts.size());
  for (const Symbol& fact : state.facts) writer.put_text(fact.view());
  writer.put_unsigned(state.deadlines.size());
  for (const Deadline& deadline : state.deadlines) put(writer, deadline);
  writer.put_unsigned(state.tasks.size());
  for (const Task& task : state.tasks) {
    writer.put_unsigned(task.ordinal);
    writer.put_unsigned(task.attempt);
    writer.put_text(task.step.view());
    writer.put_text(task.office.view());
    put_instant(writer, task.offered_at);
  }
  writer.put_unsigned(state.answered.size());
  for (const AnsweredTask& task : state.answered) {
    writer.put_unsigned(task.ordinal);
    writer.put_unsigned(task.fingerprint);
  }
  writer.put_unsigned(state.acts.size());
  for (const std::uint64_t act : state.acts) writer.put_unsigned(act);
  writer.put_unsigned(state.leaves.size());
  LeafIndex before = 0;  // leaves ascend, so the distances are short
  for (const LeafIndex leaf : state.leaves) {
    writer.put_unsigned(leaf - before);
    before = leaf;
  }
}

Case decode_case(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.take_unsigned() != kVersion) throw Malformed("unknown version of a case");
  Case state;
  state.number = reader.take_unsigned();
  for (Symbol* symbol : {&state.regulation, &state.edition, &state.office, &state.step,
                         &state.variant, &state.result, &state.ground}) {
    *symbol = take_symbol(reader);
  }
  state.filed_at = take_instant(reader);
  state.closed_at = take_optional(reader);
  state.seq = take_number(reader);
  state.head = reader.take_digest();
  state.tasks_offered = take_number(reader);
  state.facts.resize(take_count(reader));
  for (Symbol& fact : state.facts) fact = take_symbol(reader);
  state.deadlines.resize(take_count(reader));
  for (Deadline& deadline : state.deadlines) deadline = take_deadline(reader);
  state.tasks.resize(take_count(reader));
  for (Task& task : state.tasks) task = take_task(reader);
  state.answered.resize(take_count(reader));
  for (AnsweredTask& task : state.answered) {
    task.ordinal = take_number(reader);
    task.fingerprint = reader.take_unsigned();
  }
  state.acts.resize(take_count(reader));
  for (std::uint64_t& act : state.acts) act = reader.take_unsigned();
  state.leaves.resize(take_count(reader));
  LeafIndex before = 0;
  for (LeafIndex& leaf : state.leaves) leaf = before += reader.take_unsigned();
  reader.expect_end();
  return state;
}

}  // namespace reglament
