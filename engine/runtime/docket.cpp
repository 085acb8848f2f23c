#include "engine/runtime/docket.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/ensure.hpp"
#include "engine/casework/apply.hpp"
#include "engine/casework/dossier.hpp"
#include "engine/casework/follow.hpp"
#include "engine/history/sha256.hpp"

namespace reglament {
namespace {

FilingReply accepted_reply(const Case& state, const Framework& framework) {
  const Deadline* const service = state.service_deadline();
  FilingReply reply;
  reply.regulation = state.regulation.view();
  reply.talon = talon_of(state, framework);
  reply.case_number = state.number;
  reply.edition = state.edition.view();
  reply.office = state.office.view();
  reply.filed_at = state.filed_at;
  if (service != nullptr) {
    reply.due_date = service->due;
    reply.due_at = service->due_at;
  }
  return reply;
}

FilingReply refused_reply(const Entry& entry) {
  FilingReply reply;
  reply.regulation = entry.regulation;
  reply.refused =
      Rejection{std::string(entry.rejection->code), std::string(entry.paragraph),
                std::string(entry.rejection->expected), std::string(entry.rejection->actual)};
  return reply;
}

TaskMessage task_message(const TaskOffer& offer, const Case& state, const Framework& framework) {
  const Regulation& regulation = governing_edition(state, framework);
  const std::vector<std::string> facts = established_facts(state);
  const Facts view{{}, {}, facts};
  TaskMessage task;
  task.case_number = state.number;
  task.talon = talon_of(state, framework);
  task.task = offer.ordinal;
  task.attempt = offer.attempt;
  task.regulation = state.regulation;
  task.edition = state.edition;
  task.step = Symbol(offer.step);
  task.office = Symbol(offer.office);
  for (const Deadline& deadline : state.deadlines) {
    if (deadline.is_open() && deadline.step == task.step) task.due_at = deadline.due_at;
  }
  for (const std::string_view outcome : allowed_outcomes(regulation, offer.step, view)) {
    task.outcomes.emplace_back(outcome);
    const OutcomeLine& line = *regulation.find_outcome(outcome);
    if (line.fields.empty() && !line.needs_ground) continue;
    OutcomeNeeds& needs = task.needs.emplace_back();
    needs.outcome = task.outcomes.back();
    needs.ground = line.needs_ground;
    for (const FieldLine& field : line.fields) needs.fields.emplace_back(field.name);
  }
  for (const Ground* ground : allowed_grounds(regulation, view)) {
    task.grounds.emplace_back(ground->id);
  }
  return task;
}

[[noreturn]] void refuse_other_application(const Filing& filing) {
  throw BadInput(
      fmt::format("expected the application filed before under request_id '{}', or a new "
                  "request_id, found another application",
                  filing.request_id));
}

}  // namespace

TaskMessage task_message(const Task& task, const Case& state, const Framework& framework,
                         LogId reply_to) {
  TaskMessage message =
      task_message(TaskOffer{task.ordinal, task.attempt, task.step.view(), task.office.view()},
                   state, framework);
  message.offered_at = task.offered_at;
  message.reply_to = reply_to;
  return message;
}

Docket::Docket(Bench& bench, Instant now, std::uint64_t batch)
    : bench_(bench), now_(now), batch_number_(batch), changed_logs_(bench.partitions.size()) {}

std::uint32_t Docket::partition_count() const {
  return static_cast<std::uint32_t>(bench_.partitions.size());
}

void Docket::expect_ours(LogId log, std::string_view what) const {
  if (holds(bench_.share, log)) return;
  throw BadInput(fmt::format("expected a message for partition {}, found {} of partition {}",
                             *bench_.share, what, log));
}

void Docket::look_up(std::span<const std::string_view> request_ids) {
  if (request_ids.empty()) return;
  // First: where the store cannot be read, none of them has been looked up.
  std::vector<StoredRequest> found = bench_.reader.requests(request_ids);
  for (const std::string_view id : request_ids) looked_up_.try_emplace(std::string(id));
  for (StoredRequest& known : found) {
    std::string id = known.request_id;
    looked_up_[std::move(id)] = std::move(known);
  }
}

std::optional<StoredRequest> Docket::known_request(const std::string& request_id) {
  const auto found = looked_up_.find(request_id);
  return found == looked_up_.end() ? bench_.reader.request(request_id) : found->second;
}

FilingReply Docket::file(const Filing& filing) {
  const LogId log = partition_of_request(filing.request_id, partition_count());
  expect_ours(log, "a filing");
  const auto in_flight = bench_.filings_in_flight.find(filing.request_id);
  if (in_flight != bench_.filings_in_flight.end()) {
    if (in_flight->second.filing != filing) refuse_other_application(filing);
    FilingReply reply = in_flight->second.reply;
    reply.repeated = true;
    return reply;
  }
  if (const auto request = known_request(filing.request_id)) {
    return repeat(*request, filing);
  }
  check_filing(filing, bench_.framework);

  Decision decision = decide_filing(filing, partition(log).next_case(), now_, bench_.framework);
  commit_to_dossier(decision, log, encode(filing));
  FilingReply reply;
  LeafIndex leaf{};
  if (decision.entry.kind == entry_kind::filed) {
    Case opened;
    leaf = record(decision, log, &opened).leaf;
    Case& state = bench_.cases.add(std::move(opened));
    touched_[state.number] = true;
    touch(state);
    post_messages(decision.entry, state);
    reply = accepted_reply(state, bench_.framework);
  } else {
    leaf = record(decision, log, nullptr).leaf;
    reply = refused_reply(decision.entry);
  }
  batch_.requests.push_back({filing.request_id, log, leaf, reply.case_number});
  requests_.push_back(filing.request_id);
  bench_.filings_in_flight.emplace(filing.request_id, FilingInFlight{filing, reply});
  return reply;
}

FilingReply Docket::repeat(const StoredRequest& request, const Filing& filing) {
  const auto dossier = bench_.reader.dossier(request.log, request.leaf);
  if (dossier && dossier->value != encode(filing)) refuse_other_application(filing);
  FilingReply reply;
  if (request.case_number != 0) {
    const Case* const state = bench_.cases.find(request.case_number, bench_.reader);
    if (state == nullptr) {
      throw Unavailable(fmt::format("expected case {} of request '{}', found none",
                                    request.case_number, request.request_id));
    }
    reply = accepted_reply(*state, bench_.framework);
  } else {
    const auto stored = bench_.reader.entry(request.log, request.leaf);
    const Entry entry = stored ? decode_entry(stored->bytes) : Entry{};
    if (!entry.rejection) {
      throw Unavailable(
          fmt::format("expected the refusal of request '{}' at entry {} of log {}, found none",
                      request.request_id, request.leaf, request.log));
    }
    reply = refused_reply(entry);
  }
  reply.repeated = true;
  return reply;
}

namespace {

Verdict verdict_of(const Entry& entry) {
  if (!entry.rejection) return std::nullopt;
  return Rejection{std::string(entry.rejection->code), std::string(entry.paragraph),
                   std::string(entry.rejection->expected), std::string(entry.rejection->actual)};
}

}  // namespace

// What names no case at all is recorded where it came.
LogId Docket::log_of(CaseNumber number, std::string_view what) const {
  const LogId log =
      number == 0 ? bench_.share.value_or(0) : partition_of(number, partition_count());
  expect_ours(log, what);
  return log;
}

// The case of an occasion, with what was due before the occasion recorded before it; null where
// there is none.
Case* Docket::find(CaseNumber number) {
  Case* const state = number == 0 ? nullptr : bench_.cases.find(number, bench_.reader);
  if (state != nullptr) fire_alarms(*state);
  return state;
}

// An entry of this batch or of one before it. Throws Unavailable where there is none.
StoredEntry Docket::decided(LogId log, LeafIndex leaf) {
  const auto ours = std::ranges::find_if(
      batch_.entries, [&](const StoredEntry& one) { return one.log == log && one.leaf == leaf; });
  if (ours != batch_.entries.end()) return *ours;
  auto stored = bench_.reader.entry(log, leaf);
  if (!stored && bench_.wait_for_commits) {
    bench_.wait_for_commits();
    stored = bench_.reader.entry(log, leaf);
  }
  if (!stored) throw Unavailable(fmt::format("expected entry {} of log {}, found none", leaf, log));
  return *std::move(stored);
}

// Fields that were erased by law cannot be told from others: they are taken for the same.
bool Docket::has_fields(const Entry& entry, const Answer& answer) {
  if (!entry.commitment || answer.fields.empty()) {
    return entry.commitment.has_value() != answer.fields.empty();
  }
  const auto ours = std::ranges::find_if(batch_.dossiers, [&](const StoredDossier& one) {
    return one.log == entry.log && one.leaf == entry.leaf;
  });
  if (ours != batch_.dossiers.end()) return ours->value == encode(answer.fields);
  const auto stored = bench_.reader.dossier(entry.log, entry.leaf);
  return !stored || stored->value == encode(answer.fields);
}

namespace {

constexpr std::size_t kRejectionsLookedThrough = 8;

// What an entry holds of an answer. Its fields are in the dossier, and only where it took effect.
bool is_of(const Entry& entry, const Answer& answer) {
  return entry.message_id == answer.message_id && entry.task == answer.task &&
         entry.attempt == answer.attempt && entry.office == answer.office &&
         entry.actor == answer.actor && entry.outcome == answer.outcome &&
         entry.ground == answer.ground;
}

bool is_same(const std::optional<RejectionNote>& one, const std::optional<RejectionNote>& other) {
  return one && other && one->code == other->code && one->expected == other->expected &&
         one->actual == other->actual;
}

}  // namespace

// Whether it is this very answer that its task was answered with.
bool Docket::took_effect(const Answer& answer, const Case& state) {
  const LogId log = partition_of(state.number, partition_count());
  for (auto leaf = state.leaves.rbegin(); leaf != state.leaves.rend(); ++leaf) {
    const StoredEntry stored = decided(log, *leaf);
    const Entry entry = decode_entry(stored.bytes);
    if (entry.kind != entry_kind::answered || entry.task != answer.task) continue;
    return is_of(entry, answer) && has_fields(entry, answer);
  }
  return false;
}

// Whether this very answer was rejected so before; its fields were not kept then. Looked for among
// the last entries alone: once anything else has happened in the case an answer is a fact anew, and
// who sends nonsense must not make his partition read for long.
bool Docket::was_rejected(const Answer& answer, const Entry& refused, const Case& state) {
  const LogId log = partition_of(state.number, partition_count());
  std::size_t looked_at = 0;
  for (auto leaf = state.leaves.rbegin(); leaf != state.leaves.rend(); ++leaf) {
    if (++looked_at > kRejectionsLookedThrough) return false;
    const StoredEntry stored = decided(log, *leaf);
    const Entry entry = decode_entry(stored.bytes);
    if (entry.kind != entry_kind::rejected) return false;
    if (is_of(entry, answer) && is_same(entry.rejection, refused.rejection)) return true;
  }
  return false;
}

Verdict Docket::answer(const Answer& answer) {
  const LogId log = log_of(answer.case_number, "an answer to a case");
  Case* const state = find(answer.case_number);
  Decision decision = decide_answer(answer, state, now_, bench_.framework);
  const bool accepted = decision.entry.kind == entry_kind::answered;
  if (!accepted && state != nullptr) {
    // "duplicate": the task was answered, under this message id.
    const bool may_be_it = decision.entry.rejection->code == rejection_code::duplicate;
    if (may_be_it && took_effect(answer, *state)) return std::nullopt;
    if (was_rejected(answer, decision.entry, *state)) return verdict_of(decision.entry);
  }
  if (accepted && !answer.fields.empty()) commit_to_dossier(decision, log, encode(answer.fields));
  const StoredEntry& stored = record(decision, log, state);
  if (!accepted) return verdict_of(decision.entry);
  batch_.inbox.push_back({answer.case_number, answer.task, log, stored.leaf});
  post_messages(decision.entry, *state);
  fire_alarms(*state);  // a step that comes too late for its date is overdue at once
  return std::nullopt;
}

Verdict Docket::act(const LegalAct& act) {
  const LogId log = log_of(act.case_number, "an act in a case");
  Case* const state = find(act.case_number);
  Decision decision = decide_act(act, state, now_, bench_.framework);
  const bool accepted = decision.entry.kind == entry_kind::act;
  if (accepted && !act.reason.empty()) {
    commit_to_dossier(decision, log, encode({{"reason", act.reason}}));
  }
  record(decision, log, state);
  if (!accepted) return verdict_of(decision.entry);
  post_messages(decision.entry, *state);
  fire_alarms(*state);
  return std::nullopt;
}

const Case& Docket::open(const StoredCase& row) {
  if (const Case* const state = bench_.cases.find_in_memory(row.number)) return *state;
  Case state = stored_state(row.number, row.state);
  if (state.alarm() != row.alarm_at) {
    throw Unavailable(
        fmt::format("expected the alarm of case {} as its state says, found another", row.number));
  }
  return bench_.cases.add(std::move(state));
}

std::optional<Instant> Docket::alarm_of(CaseNumber number) {
  const Case* const state = bench_.cases.find(number, bench_.reader);
  return state != nullptr ? state->alarm() : std::nullopt;
}

void Docket::fire_first_alarm(CaseNumber number) {
  if (Case* const state = bench_.cases.find(number, bench_.reader)) fire_first_alarm(*state);
}

void Docket::fire_alarms(Case& state) {
  while (fire_first_alarm(state)) {
  }
}

bool Docket::fire_first_alarm(Case& state) {
  for (const EditionInUse& next : bench_.to_follow) {
    // What was due when an edition came into use had run out by the calendar of its day.
    const auto alarm = state.alarm();
    if (alarm && *alarm <= next.since) break;
    follow_calendar(state, next);
  }
  auto decision = decide_alarm(state, now_, bench_.framework);
  if (!decision) return false;
  record(*decision, partition_of(state.number, partition_count()), &state);
  post_messages(decision->entry, state);
  return true;
}

void Docket::follow_calendar(Case& state, const EditionInUse& next) {
  auto decision = decide_calendar(state, *next.edition, next.since, now_, bench_.framework);
  if (!decision) return;
  record(*decision, partition_of(state.number, partition_count()), &state);
  moved_deadlines_ += decision->entry.deadlines.size();
}

bool Docket::has_to_follow(const Case& state) const {
  const auto alarm = state.alarm();
  if (alarm && *alarm <= now_) return true;
  return std::ranges::any_of(bench_.to_follow, [&](const EditionInUse& next) {
    return decide_calendar(state, *next.edition, next.since, now_, bench_.framework).has_value();
  });
}

void Docket::follow_calendar(const StoredCase& row) {
  if (Case* const state = bench_.cases.find_in_memory(row.number)) return fire_alarms(*state);
  Case state = stored_state(row.number, row.state);
  if (has_to_follow(state)) fire_alarms(bench_.cases.add(std::move(state)));
}

void Docket::publish(StoredCalendarEdition edition) {
  batch_.calendar_editions.push_back(std::move(edition));
}

void Docket::finish_following(std::string_view edition) {
  for (Partition& partition : bench_.partitions) {
    if (!holds(bench_.share, partition.log())) continue;
    partition.follow(edition);
    changed_logs_[partition.log()] = true;
  }
}

const StoredEntry& Docket::record(Decision& decision, LogId log, Case* state) {
  const Digest nothing{};
  batch_.entries.push_back(
      partition(log).append(decision.entry, state ? state->seq : 0, state ? state->head : nothing));
  const StoredEntry& stored = batch_.entries.back();
  changed_logs_[log] = true;
  ++decisions_;
  if (state != nullptr) {
    apply(*state, decision.entry, stored.hash);
    // A case that has just been opened is not in memory yet: file() touches it when it is.
    if (decision.entry.kind != entry_kind::filed) touch(*state);
  }
  return stored;
}

void Docket::touch(Case& state) {
  touched_.try_emplace(state.number, false);
  bench_.cases.touch(state.number, batch_number_);
  const auto alarm = state.alarm();
  if (alarm && (!earliest_alarm_ || *alarm < *earliest_alarm_)) earliest_alarm_ = alarm;
}

void Docket::commit_to_dossier(Decision& decision, LogId log, const std::string& value) {
  StoredDossier dossier;
  dossier.log = log;
  dossier.leaf = partition(log).size();
  dossier.case_number = decision.entry.case_number;
  bench_.random(dossier.salt);
  dossier.value = value;
  decision.entry.commitment = commitment(dossier.salt, dossier.value);
  batch_.dossiers.push_back(std::move(dossier));
}

void Docket::post_messages(const Entry& entry, const Case& state) {
  const auto post = [&](Message message) {
    batch_.outbox.push_back({next_message(), entry.log, std::move(message)});
  };
  for (const TaskEnd& task : entry.revoked) {
    post(Revocation{state.number, task.ordinal, Symbol(task.office)});
  }
  for (const TaskOffer& offer : entry.offered) {
    TaskMessage task = task_message(offer, state, bench_.framework);
    task.offered_at = entry.at;
    task.reply_to = entry.log;
    post(std::move(task));
  }
  for (const NoticeGiven& notice : entry.notices) {
    post(Notice{state.number, talon_of(state, bench_.framework), Symbol(notice.recipient),
                Symbol(entry.office), Symbol(notice.kind), Symbol(notice.paragraph), entry.at});
  }
}

Batch Docket::take_batch() {
  batch_.share = bench_.share;
  ByteWriter writer;
  for (const auto& [number, is_new] : touched_) {
    const Case* const state = bench_.cases.find(number, bench_.reader);
    writer.clear();
    encode(*state, writer);
    StoredCase row{number, partition_of(number, partition_count()), state->is_open(),
                   state->alarm(), writer.bytes()};
    (is_new ? batch_.new_cases : batch_.changed_cases).push_back(std::move(row));
  }
  for (std::size_t log = 0; log < changed_logs_.size(); ++log) {
    if (changed_logs_[log]) batch_.logs.push_back(bench_.partitions[log].row());
  }
  return std::move(batch_);
}

}  // namespace reglament
