#include "tests/support/memory_inbox_store.hpp"

#include <algorithm>

#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament::testing {

using desk::Item;
using desk::JournalLine;
using desk::TaskKey;

// The place in the outbox is the outbox's to know, not the item's.
Item MemoryInboxStore::read(Item::State state) const {
  state.outbox_place = 0;
  for (const auto& [place, number] : outbox_) {
    if (number == state.number) state.outbox_place = place;
  }
  return Item(std::move(state));
}

void MemoryInboxStore::for_each_open(const std::function<bool(Item)>& visit) {
  for (const auto& [number, state] : items_) {
    if (desk::is_open(state.stage) && !visit(read(state))) return;
  }
}

void MemoryInboxStore::for_each_closed(const std::function<bool(Item)>& visit) {
  for (const auto& [number, state] : items_) {
    if (!desk::is_open(state.stage) && !visit(read(state))) return;
  }
}

std::optional<Item> MemoryInboxStore::find(TaskKey key) {
  for (const auto& [number, state] : items_) {
    if (state.task.case_number == key.case_number && state.task.task == key.task) {
      return read(state);
    }
  }
  return std::nullopt;
}

std::vector<Item> MemoryInboxStore::of_case(CaseNumber case_number) {
  std::vector<Item> found;
  for (const auto& [number, state] : items_) {
    if (state.task.case_number == case_number) found.push_back(read(state));
  }
  return found;
}

std::vector<JournalLine> MemoryInboxStore::journal(TaskKey key) {
  std::vector<JournalLine> found;
  std::ranges::copy_if(lines_, std::back_inserter(found),
                       [&](const JournalLine& line) { return line.key == key; });
  return found;
}

void MemoryInboxStore::commit(const desk::InboxBatch& batch) {
  const Fault fault = std::exchange(fault_, Fault::none);
  if (fault == Fault::before_commit) throw Unavailable("the disk is full");
  for (const Item* item : batch.new_items) {
    const bool is_new = items_.emplace(item->state().number, item->state()).second;
    ENSURE(is_new, "a number is given once");
    last_number_ = std::max(last_number_, item->state().number);
  }
  for (const Item* item : batch.changed_items) items_.at(item->state().number) = item->state();
  for (const std::uint64_t place : batch.outbox_left) outbox_.erase(place);
  for (const desk::OutboxRow& row : batch.outbox_put) {
    ENSURE(row.place > last_place_, "places ascend and are given once");
    outbox_.emplace(row.place, row.number);
    last_place_ = row.place;
  }
  lines_.insert(lines_.end(), batch.lines.begin(), batch.lines.end());
  if (fault == Fault::after_commit) throw CommitUnknown("the disk went away");
}

}  // namespace reglament::testing
