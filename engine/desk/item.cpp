#include "engine/desk/item.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace reglament::desk {
namespace {

constexpr std::array<std::pair<Stage, std::string_view>, 8> kStages = {{
    {Stage::received, "received"},
    {Stage::claimed, "claimed"},
    {Stage::answered, "answered"},
    {Stage::sent, "sent"},
    {Stage::rejected, "rejected"},
    {Stage::accepted, "accepted"},
    {Stage::lapsed, "lapsed"},
    {Stage::revoked, "revoked"},
}};

Rejection refusal(std::string_view code, std::string expected, std::string actual) {
  return {std::string(code), "desk", std::move(expected), std::move(actual)};
}

std::string held_by(const std::string& holder) {
  return holder.empty() ? "one that nobody has claimed" : "one claimed by " + holder;
}

std::string list_of(const std::vector<Symbol>& codes) {
  std::string text;
  for (const Symbol& code : codes) {
    if (!text.empty()) text += ", ";
    text += code.view();
  }
  return text.empty() ? "none" : text;
}

// A person gets told at once what the engine would reject after a while.
std::optional<Rejection> refuse_reply(const TaskMessage& task, const Reply& reply) {
  const auto has = [](const std::vector<Symbol>& codes, const std::string& code) {
    return std::ranges::any_of(codes, [&](const Symbol& known) { return known == code; });
  };
  if (!has(task.outcomes, reply.outcome)) {
    return refusal(rejection_code::unknown_outcome,
                   fmt::format("an outcome among {}", list_of(task.outcomes)),
                   fmt::format("'{}'", reply.outcome));
  }
  if (!reply.ground.empty() && !has(task.grounds, reply.ground)) {
    return refusal(rejection_code::unknown_ground,
                   fmt::format("a ground among {}", list_of(task.grounds)),
                   fmt::format("'{}'", reply.ground));
  }
  const auto needs = std::ranges::find_if(
      task.needs, [&](const OutcomeNeeds& one) { return one.outcome == reply.outcome; });
  if (needs == task.needs.end()) return std::nullopt;
  if (needs->ground && reply.ground.empty()) {
    return refusal(rejection_code::unknown_ground,
                   fmt::format("a ground among {}", list_of(task.grounds)), "none");
  }
  for (const Symbol& name : needs->fields) {
    const auto field = reply.fields.find(std::string(name.view()));
    if (field != reply.fields.end() && !field->second.empty()) continue;
    return refusal(rejection_code::missing_field, fmt::format("field {}", name.view()),
                   field == reply.fields.end() ? "none" : "an empty one");
  }
  return std::nullopt;
}

}  // namespace

std::string_view code(Stage stage) { return kStages[static_cast<std::size_t>(stage)].second; }

std::optional<Stage> stage_of(std::string_view code) {
  for (const auto& [stage, known] : kStages) {
    if (known == code) return stage;
  }
  return std::nullopt;
}

bool is_open(Stage stage) {
  return stage != Stage::accepted && stage != Stage::lapsed && stage != Stage::revoked;
}

bool ends_task(const Rejection& rejection) {
  return rejection.code == rejection_code::late || rejection.code == rejection_code::duplicate ||
         rejection.code == rejection_code::unknown_task;
}

Item::Item(std::uint64_t number, TaskMessage task, Instant now) {
  state_.number = number;
  state_.task = std::move(task);
  state_.stage = Stage::received;
  state_.received_at = state_.changed_at = now;
}

Item::Item(std::uint64_t number, const Revocation& revocation, Instant now) {
  state_.number = number;
  state_.task.case_number = revocation.case_number;
  state_.task.task = revocation.task;
  state_.task.office = revocation.office;
  state_.stage = Stage::revoked;
  state_.received_at = state_.changed_at = now;
}

Item::Effect Item::move_to(Stage stage, Instant now, std::string_view act, std::string_view person,
                           std::string detail) {
  state_.stage = stage;
  state_.changed_at = now;
  return {true, JournalLine{key(), now, std::string(act), std::string(person), std::move(detail)}};
}

// ---- What comes from the broker ----------------------------------------------------------------

Item::Effect Item::receive(const TaskMessage& task, Outbox& outbox, Instant now) {
  if (state_.stage == Stage::revoked || task.attempt <= state_.task.attempt) return {};
  state_.task = task;
  Stage next = state_.stage;
  if (next == Stage::answered || next == Stage::sent || next == Stage::lapsed) {
    carry_over(outbox);
    next = Stage::answered;
  } else if (next == Stage::accepted) {
    // The engine asks again for what it had accepted: it was put back to an earlier state.
    state_.holder.clear();
    next = Stage::received;
  }
  return move_to(next, now, journal_act::offered_again, {},
                 fmt::format("attempt {}", task.attempt));
}

Item::Effect Item::revoke(Instant now) {
  if (!is_open(state_.stage)) return {};
  state_.outbox_place = 0;
  return move_to(Stage::revoked, now, journal_act::revoked, {}, {});
}

Item::Effect Item::confirm(std::string_view message_id, Instant now) {
  if (state_.stage != Stage::answered || state_.answer->message_id != message_id) return {};
  state_.stage = Stage::sent;
  state_.changed_at = now;
  return {true, std::nullopt};
}

Item::Effect Item::judge(std::string_view message_id, const Verdict& verdict, Instant now) {
  if (!is_open(state_.stage) || !state_.answer || state_.answer->message_id != message_id) {
    return {};
  }
  // An answer that was sent twice may be rejected first, and accepted when facts had changed.
  if (!verdict) {
    state_.outbox_place = 0;
    state_.reason.reset();
    Effect effect = move_to(Stage::accepted, now, journal_act::accepted, {}, {});
    if (state_.holder.empty()) effect.line.reset();
    return effect;
  }
  if (!in_outbox()) return {};
  state_.outbox_place = 0;
  state_.reason = *verdict;
  std::string detail = fmt::format("{}: expected {}, found {}", verdict->paragraph,
                                   verdict->expected, verdict->actual);
  if (ends_task(*verdict)) {
    return move_to(Stage::lapsed, now, journal_act::lapsed, {}, std::move(detail));
  }
  return move_to(Stage::rejected, now, journal_act::rejected, {}, std::move(detail));
}

// ---- What the office does ----------------------------------------------------------------------

Result<Item::Effect> Item::claim(std::string_view person, Instant now) {
  const bool waits = state_.stage == Stage::received || state_.stage == Stage::rejected;
  if (!waits || !state_.holder.empty()) {
    const bool held = waits || state_.stage == Stage::claimed;
    return refusal(rejection_code::wrong_step, "a task that nobody has claimed",
                   held ? held_by(state_.holder) : fmt::format("one {}", code(state_.stage)));
  }
  state_.holder = person;
  return move_to(Stage::claimed, now, journal_act::claimed, person, {});
}

// Why `person` may not do anything with the claim; nothing where they may.
std::optional<Rejection> Item::refuse_person(std::string_view person) const {
  const std::string expected =
      person.empty() ? "a claimed task" : fmt::format("a task claimed by {}", person);
  if (state_.stage != Stage::claimed && state_.stage != Stage::rejected) {
    return refusal(rejection_code::wrong_step, expected,
                   state_.stage == Stage::received ? held_by(state_.holder)
                                                   : fmt::format("one {}", code(state_.stage)));
  }
  if (state_.holder.empty() || (!person.empty() && person != state_.holder)) {
    return refusal(rejection_code::wrong_step, expected, held_by(state_.holder));
  }
  return std::nullopt;
}

Result<Item::Effect> Item::release(std::string_view person, Instant now) {
  if (auto no = refuse_person(person)) return *std::move(no);
  const std::string holder = std::exchange(state_.holder, {});
  return move_to(state_.reason ? Stage::rejected : Stage::received, now, journal_act::released,
                 holder, {});
}

Result<Item::Effect> Item::hand_over(std::string_view person, std::string_view to, Instant now) {
  if (auto no = refuse_person(person)) return *std::move(no);
  if (to == state_.holder) {
    return refusal(rejection_code::wrong_step, "another person to hand the task over to",
                   "its holder");
  }
  const std::string holder = std::exchange(state_.holder, to);
  return move_to(state_.stage, now, journal_act::handed_over, holder, std::string(to));
}

Result<Item::Effect> Item::answer(std::string_view person, Reply reply, Outbox& outbox,
                                  Instant now) {
  if (auto no = refuse_person(person)) return *std::move(no);
  if (auto no = refuse_reply(state_.task, reply)) return *std::move(no);
  std::string outcome = reply.outcome;
  put_answer(std::move(reply), state_.holder, outbox);
  return move_to(Stage::answered, now, journal_act::answered, state_.holder, std::move(outcome));
}

Result<Item::Effect> Item::answer_by_rule(Reply reply, Outbox& outbox, Instant now) {
  if (!waits_for_rule()) {
    return refusal(rejection_code::wrong_step, "a task that waits and that nobody has claimed",
                   state_.stage == Stage::claimed ? held_by(state_.holder)
                                                  : fmt::format("one {}", code(state_.stage)));
  }
  put_answer(std::move(reply), fmt::format("desk:{}", state_.task.office.view()), outbox);
  state_.stage = Stage::answered;
  state_.changed_at = now;
  return Effect{true, std::nullopt};
}

void Item::put_answer(Reply reply, std::string actor, Outbox& outbox) {
  Answer answer;
  answer.case_number = state_.task.case_number;
  answer.task = state_.task.task;
  answer.office = state_.task.office.view();
  answer.actor = std::move(actor);
  answer.outcome = std::move(reply.outcome);
  answer.ground = std::move(reply.ground);
  answer.fields = std::move(reply.fields);
  state_.answer = std::move(answer);
  carry_over(outbox);
}

// The decision as another answer: to the present attempt, under an id of its own.
void Item::carry_over(Outbox& outbox) {
  Answer& answer = *state_.answer;
  answer.attempt = state_.task.attempt;
  answer.reply_to = state_.task.reply_to;
  answer.message_id = fmt::format("{}/{}/{}/{}/{}", outbox.inbox_id, answer.case_number,
                                  answer.task, answer.attempt, ++state_.answers);
  state_.outbox_place = outbox.next_place++;
  state_.reason.reset();
}

}  // namespace reglament::desk
