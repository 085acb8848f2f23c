// A task as its office has it: from the delivery to what the engine made of the answer.
//
//   received ----------------> answered -> sent -> accepted
//      |  ^          rule         ^         |
//  claim  release                 |         +----> rejected: the task is still the office's
//      v  |                       |         |      v
//    claimed ---------------------+         |    claimed (the same clerk, or the next one)
//                  its holder               +----> lapsed: the engine has the task no more
//
//   and from every open stage: revoked.
//
// Invariants
//   1. One item for each (case, task). Its attempt only grows; a delivery of the same or of a lower
//      attempt changes nothing.
//   2. An item has at most one holder. Of people only the holder answers; a rule answers only what
//      nobody has claimed.
//   3. An answer has one message id, however often it is sent; no two answers share one.
//   4. While an answer is in the outbox (answered, sent) nothing but its verdict, a revocation or a
//      higher attempt moves the item. A decision follows its task to a higher attempt, as another
//      answer: the engine has refused the former one, or will.
//   5. What is revoked stays so: messages of a case may overtake one another.
//
// Pure: every function is told the time, and changes nothing where it refuses.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/casework/occasion.hpp"
#include "engine/runtime/broker.hpp"
#include "engine/runtime/message.hpp"
#include "engine/time/civil.hpp"

namespace reglament::desk {

struct TaskKey {
  CaseNumber case_number{};
  std::uint32_t task{};
  auto operator<=>(const TaskKey&) const = default;
};

enum class Stage : std::uint8_t {
  received,
  claimed,
  answered,
  sent,
  rejected,
  accepted,
  lapsed,
  revoked,
};

// Frozen: stored.
[[nodiscard]] std::string_view code(Stage stage);
[[nodiscard]] std::optional<Stage> stage_of(std::string_view code);
// Whether the office still has something to do or to learn about it.
[[nodiscard]] bool is_open(Stage stage);

// What a person did to an item, or what befell it. Answers of rules and their acceptance are not
// written down one by one: the item itself tells.
struct JournalLine {
  TaskKey key;
  Instant at{};
  std::string act;     // one of journal_act
  std::string person;  // empty: nobody of the office
  std::string detail;  // to whom it was handed over, the outcome, the reason
  bool operator==(const JournalLine&) const = default;
};

namespace journal_act {  // frozen: stored
inline constexpr std::string_view claimed = "claimed";
inline constexpr std::string_view released = "released";
inline constexpr std::string_view handed_over = "handed-over";
inline constexpr std::string_view answered = "answered";
inline constexpr std::string_view accepted = "accepted";  // of a person's answer
inline constexpr std::string_view rejected = "rejected";
inline constexpr std::string_view lapsed = "lapsed";
inline constexpr std::string_view revoked = "revoked";
inline constexpr std::string_view offered_again = "offered-again";  // a higher attempt
}  // namespace journal_act

// A decision about a task, by whomever.
struct Reply {
  std::string outcome;
  std::string ground;  // of a refusal
  std::map<std::string, std::string> fields;
};

class Item {
 public:
  // A task that has come in. `number`: its place among all of the inbox.
  Item(std::uint64_t number, TaskMessage task, Instant now);
  // A task that was revoked before it came in.
  Item(std::uint64_t number, const Revocation& revocation, Instant now);
  // As it was stored.
  struct State {
    std::uint64_t number{};
    TaskMessage task;  // without more than case, task and office where it was revoked unseen
    Stage stage{};
    std::string holder;               // a person; empty: nobody
    std::uint32_t answers{};          // given so far
    std::optional<Answer> answer;     // the last of them
    std::uint64_t outbox_place{};     // of the answer, ascending; 0 when it is not in the outbox
    std::optional<Rejection> reason;  // why the last answer was rejected, or has lapsed
    Instant received_at{};
    Instant changed_at{};
    bool operator==(const State&) const = default;
  };
  explicit Item(State state) : state_(std::move(state)) {}

  [[nodiscard]] const State& state() const { return state_; }
  [[nodiscard]] TaskKey key() const { return {state_.task.case_number, state_.task.task}; }
  [[nodiscard]] bool in_outbox() const { return state_.outbox_place != 0; }
  [[nodiscard]] bool waits_for_rule() const { return state_.stage == Stage::received; }

  // What a step writes down. `changed` false: nothing has happened, and there is nothing to store.
  struct Effect {
    bool changed = false;
    std::optional<JournalLine> line;
  };

  // What numbers the answers of an inbox, and names them.
  struct Outbox {
    std::string_view inbox_id;
    std::uint64_t next_place = 1;
  };

  // ---- What comes from the broker ----
  [[nodiscard]] Effect receive(const TaskMessage& task, Outbox& outbox, Instant now);
  [[nodiscard]] Effect revoke(Instant now);
  // The broker has the answer with that message id.
  [[nodiscard]] Effect confirm(std::string_view message_id, Instant now);
  [[nodiscard]] Effect judge(std::string_view message_id, const Verdict& verdict, Instant now);

  // ---- What the office does. A refusal says what was expected and what was found. ----
  [[nodiscard]] Result<Effect> claim(std::string_view person, Instant now);
  // `person`: who asks; empty where whoever holds it may be taken to ask.
  [[nodiscard]] Result<Effect> release(std::string_view person, Instant now);
  [[nodiscard]] Result<Effect> hand_over(std::string_view person, std::string_view to, Instant now);
  [[nodiscard]] Result<Effect> answer(std::string_view person, Reply reply, Outbox& outbox,
                                      Instant now);
  // By a rule or a program: for what nobody has claimed. Whether the outcome may be answered is the
  // engine's to say; its rejection waits for a person.
  [[nodiscard]] Result<Effect> answer_by_rule(Reply reply, Outbox& outbox, Instant now);

 private:
  [[nodiscard]] std::optional<Rejection> refuse_person(std::string_view person) const;
  [[nodiscard]] Effect move_to(Stage stage, Instant now, std::string_view act,
                               std::string_view person, std::string detail);
  void put_answer(Reply reply, std::string actor, Outbox& outbox);
  void carry_over(Outbox& outbox);

  State state_;
};

// Whether a rejection means that the engine has the task no more, so that no other answer helps.
[[nodiscard]] bool ends_task(const Rejection& rejection);

}  // namespace reglament::desk
