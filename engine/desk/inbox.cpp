#include "engine/desk/inbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/base/fault.hpp"

namespace reglament::desk {

Inbox::Inbox(InboxStore& store, std::vector<std::string> offices)
    : store_(store),
      offices_(std::move(offices)),
      id_(store.id()),
      next_number_(store.last_number() + 1),
      places_{id_, store.last_outbox_place() + 1} {
  store_.for_each_open([this](Item item) {
    if (!is_ours(item.state().task.office.view())) {
      throw BadConfiguration(
          fmt::format("expected an inbox of the office {}, found one with an open task of {}",
                      fmt::join(offices_, ", "), item.state().task.office.view()));
    }
    const TaskKey key = item.key();
    keep_in_order(items_.try_emplace(key, as_stored(std::move(item))).first->second);
    return true;
  });
}

Inbox::Kept Inbox::as_stored(Item item) {
  const std::uint64_t place = item.state().outbox_place;
  const std::uint32_t attempt = item.state().task.attempt;
  return {std::move(item), place, attempt, false, false};
}

bool Inbox::is_ours(std::string_view office) const {
  return offices_.empty() || std::ranges::find(offices_, office) != offices_.end();
}

Inbox::Kept* Inbox::look_up(TaskKey key) {
  const auto known = items_.find(key);
  if (known != items_.end()) return &known->second;
  // What is open is in memory, so this one is closed: kept until the commit only.
  auto stored = store_.find(key);
  if (!stored) return nullptr;
  loaded_.push_back(key);
  return &items_.try_emplace(key, as_stored(*std::move(stored))).first->second;
}

const Item* Inbox::find(TaskKey key) {
  Kept* const kept = look_up(key);
  return kept == nullptr ? nullptr : &kept->item;
}

void Inbox::keep_in_order(const Kept& kept) {
  const Item::State& state = kept.item.state();
  if (is_open(state.stage)) {
    arrivals_.insert_or_assign(state.number, kept.item.key());
  } else {
    arrivals_.erase(state.number);
  }
  if (state.outbox_place != 0) outbox_.insert_or_assign(state.outbox_place, kept.item.key());
}

void Inbox::note(Kept& kept, Item::Effect effect) {
  if (!effect.changed) return;
  if (!kept.is_dirty) dirty_.push_back(kept.item.key());
  kept.is_dirty = true;
  if (effect.line) lines_.push_back(*std::move(effect.line));
  keep_in_order(kept);
}

// ---- What comes from the broker ----------------------------------------------------------------

Inbox::Receipt Inbox::receive(const TaskMessage& task, Instant now) {
  if (!is_ours(task.office.view())) return Receipt::not_ours;
  const TaskKey key{task.case_number, task.task};
  if (Kept* const known = look_up(key)) {
    const std::uint64_t place = known->item.state().outbox_place;
    Item::Effect effect = known->item.receive(task, places_, now);
    if (place != 0 && place != known->item.state().outbox_place) outbox_.erase(place);
    const Receipt receipt = effect.changed ? Receipt::taken : Receipt::known;
    note(*known, std::move(effect));
    return receipt;
  }
  Kept& kept = items_.try_emplace(key, Kept{Item(next_number_++, task, now)}).first->second;
  note(kept, {true, std::nullopt});
  return Receipt::taken;
}

void Inbox::revoke(const Revocation& revocation, Instant now) {
  if (!is_ours(revocation.office.view())) return;
  const TaskKey key{revocation.case_number, revocation.task};
  if (Kept* const known = look_up(key)) {
    outbox_.erase(known->item.state().outbox_place);
    return note(*known, known->item.revoke(now));
  }
  Kept& kept = items_.try_emplace(key, Kept{Item(next_number_++, revocation, now)}).first->second;
  note(kept, {true, std::nullopt});
}

void Inbox::confirm(TaskKey key, std::string_view message_id, Instant now) {
  const auto known = items_.find(key);
  if (known != items_.end()) note(known->second, known->second.item.confirm(message_id, now));
}

bool Inbox::judge(TaskKey key, std::string_view message_id, const Verdict& verdict, Instant now) {
  const auto known = items_.find(key);
  if (known == items_.end()) return false;
  const std::uint64_t place = known->second.item.state().outbox_place;
  Item::Effect effect = known->second.item.judge(message_id, verdict, now);
  if (!effect.changed) return false;
  outbox_.erase(place);
  note(known->second, std::move(effect));
  return true;
}

// ---- What the office does ----------------------------------------------------------------------

template <class Act>
Inbox::Refused Inbox::act(TaskKey key, Act act) {
  Kept* const kept = look_up(key);
  if (kept == nullptr) {
    return Rejection{std::string(rejection_code::unknown_task), "desk", "a task of this inbox",
                     fmt::format("task {} of case {}", key.task, key.case_number)};
  }
  Result<Item::Effect> effect = act(kept->item);
  if (!effect) return effect.error();
  note(*kept, *std::move(effect));
  return std::nullopt;
}

Inbox::Refused Inbox::claim(TaskKey key, std::string_view person, Instant now) {
  return act(key, [&](Item& item) { return item.claim(person, now); });
}

Inbox::Refused Inbox::release(TaskKey key, std::string_view person, Instant now) {
  return act(key, [&](Item& item) { return item.release(person, now); });
}

Inbox::Refused Inbox::hand_over(TaskKey key, std::string_view person, std::string_view to,
                                Instant now) {
  return act(key, [&](Item& item) { return item.hand_over(person, to, now); });
}

Inbox::Refused Inbox::answer(TaskKey key, std::string_view person, Reply reply, Instant now) {
  return act(key, [&](Item& item) { return item.answer(person, std::move(reply), places_, now); });
}

Inbox::Refused Inbox::answer_by_rule(TaskKey key, Reply reply, Instant now) {
  return act(key, [&](Item& item) { return item.answer_by_rule(std::move(reply), places_, now); });
}

// ---- Storing -----------------------------------------------------------------------------------

InboxBatch Inbox::batch() {
  InboxBatch batch;
  for (const TaskKey& key : dirty_) {
    const Kept& kept = items_.at(key);
    const Item::State& state = kept.item.state();
    (kept.is_new ? batch.new_items : batch.changed_items).push_back(&kept.item);
    if (!kept.is_new && state.task.attempt != kept.stored_attempt) {
      batch.offered_again.push_back(&kept.item);
    }
    if (state.outbox_place == kept.stored_place) continue;
    if (kept.stored_place != 0) batch.outbox_left.push_back(kept.stored_place);
    if (state.outbox_place != 0) batch.outbox_put.push_back({state.outbox_place, state.number});
  }
  std::ranges::sort(batch.outbox_put, {}, &OutboxRow::place);
  batch.lines = std::exchange(lines_, {});
  return batch;
}

void Inbox::commit() {
  if (!dirty_.empty()) store_.commit(batch());
  for (const auto& keys : {std::exchange(dirty_, {}), std::exchange(loaded_, {})}) {
    for (const TaskKey& key : keys) {
      const auto found = items_.find(key);
      if (found == items_.end()) continue;
      if (is_open(found->second.item.state().stage)) {
        found->second = as_stored(std::move(found->second.item));
      } else {
        items_.erase(found);
      }
    }
  }
}

}  // namespace reglament::desk
