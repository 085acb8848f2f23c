// The port to what keeps a desk's inbox and outbox: one file of the department, which nobody else
// sees.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/desk/item.hpp"

namespace reglament::desk {

struct OutboxRow {
  std::uint64_t place{};
  std::uint64_t number{};  // of the item whose answer it is
  bool operator==(const OutboxRow&) const = default;
};

// What one commit writes: all of it or nothing.
struct InboxBatch {
  std::vector<const Item*> new_items;
  std::vector<const Item*> changed_items;
  std::vector<const Item*> offered_again;  // those among the changed whose task is another one
  std::vector<std::uint64_t> outbox_left;  // places
  std::vector<OutboxRow> outbox_put;
  std::vector<JournalLine> lines;
};

// Used from one thread at a time. Everything may throw Unavailable.
class InboxStore {
 public:
  InboxStore() = default;
  InboxStore(const InboxStore&) = delete;
  InboxStore& operator=(const InboxStore&) = delete;
  virtual ~InboxStore() = default;

  // Random, of this inbox: no two desks give their answers the same message id.
  [[nodiscard]] virtual std::string id() = 0;
  // The highest that were given so far; 0 before the first.
  [[nodiscard]] virtual std::uint64_t last_number() = 0;
  [[nodiscard]] virtual std::uint64_t last_outbox_place() = 0;

  // By number. `visit` answers false to end.
  virtual void for_each_open(const std::function<bool(Item)>& visit) = 0;
  // Those closed, the last first.
  virtual void for_each_closed(const std::function<bool(Item)>& visit) = 0;
  [[nodiscard]] virtual std::optional<Item> find(TaskKey key) = 0;
  // All of a case, by task.
  [[nodiscard]] virtual std::vector<Item> of_case(CaseNumber case_number) = 0;
  // In the order of writing.
  [[nodiscard]] virtual std::vector<JournalLine> journal(TaskKey key) = 0;

  // Durable when it returns. Throws CommitUnknown where it may or may not be.
  virtual void commit(const InboxBatch& batch) = 0;
};

}  // namespace reglament::desk
