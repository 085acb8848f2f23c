// The inbox of an office: its open items, and every step of theirs on its way to the store.
//
// Steps are collected and become durable together (`commit`): a task is acknowledged to the broker,
// an answer published, and a clerk told "yes" only after that. A desk that dies before finds none
// of them: the broker delivers the tasks again, and the clerk asks again.
//
// All open items are in memory, the closed ones in the store. Used from one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/desk/inbox_store.hpp"
#include "engine/desk/item.hpp"

namespace reglament::desk {

class Inbox {
 public:
  // For these offices; empty: for any. Throws BadConfiguration where the store has open items of
  // another office: this desk could not answer them.
  Inbox(InboxStore& store, std::vector<std::string> offices);
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  // ---- What comes from the broker ----
  enum class Receipt { taken, known, not_ours };
  Receipt receive(const TaskMessage& task, Instant now);
  void revoke(const Revocation& revocation, Instant now);
  // False where the item waits for no verdict on that answer.
  bool judge(TaskKey key, std::string_view message_id, const Verdict& verdict, Instant now);
  void confirm(TaskKey key, std::string_view message_id, Instant now);

  // ---- What the office does ----
  // Each answers why not, or nothing when it is done.
  using Refused = std::optional<Rejection>;
  [[nodiscard]] Refused claim(TaskKey key, std::string_view person, Instant now);
  [[nodiscard]] Refused release(TaskKey key, std::string_view person, Instant now);
  [[nodiscard]] Refused hand_over(TaskKey key, std::string_view person, std::string_view to,
                                  Instant now);
  [[nodiscard]] Refused answer(TaskKey key, std::string_view person, Reply reply, Instant now);
  [[nodiscard]] Refused answer_by_rule(TaskKey key, Reply reply, Instant now);

  // Makes everything since the last one durable. After a fault this object is of no more use.
  void commit();
  [[nodiscard]] bool has_uncommitted() const { return !dirty_.empty(); }

  // ---- Looking ----
  // Null where there is none; valid until the next call that is not const.
  [[nodiscard]] const Item* find(TaskKey key);
  // Open items by number, which is the order of their arrival.
  using Order = std::map<std::uint64_t, TaskKey>;
  [[nodiscard]] const Order& arrivals() const { return arrivals_; }
  // Items whose answer is in the outbox, by place.
  [[nodiscard]] const Order& outbox() const { return outbox_; }
  [[nodiscard]] const Item& open_item(TaskKey key) const { return items_.at(key).item; }

 private:
  struct Kept {
    Item item;
    std::uint64_t stored_place = 0;    // in the outbox of the store
    std::uint32_t stored_attempt = 0;  // likewise
    bool is_new = true;                // the store has it not yet
    bool is_dirty = false;
  };
  using Items = std::map<TaskKey, Kept>;

  [[nodiscard]] static Kept as_stored(Item item);
  [[nodiscard]] Kept* look_up(TaskKey key);
  void note(Kept& kept, Item::Effect effect);
  template <class Act>
  Refused act(TaskKey key, Act act);
  [[nodiscard]] InboxBatch batch();
  void keep_in_order(const Kept& kept);
  [[nodiscard]] bool is_ours(std::string_view office) const;

  InboxStore& store_;
  const std::vector<std::string> offices_;
  const std::string id_;
  std::uint64_t next_number_;
  Item::Outbox places_;
  Items items_;  // the open ones, and closed ones until the next commit
  Order arrivals_;
  Order outbox_;
  std::vector<TaskKey> dirty_;   // with steps that the store has not
  std::vector<TaskKey> loaded_;  // closed ones that were looked at
  std::vector<JournalLine> lines_;
};

}  // namespace reglament::desk
