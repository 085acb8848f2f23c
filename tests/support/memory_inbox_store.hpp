// An inbox store in memory, for tests: commits are atomic, and a test can let one fail, before or
// after it has taken effect.
#pragma once

#include <map>

#include "engine/desk/inbox_store.hpp"

namespace reglament::testing {

class MemoryInboxStore final : public desk::InboxStore {
 public:
  enum class Fault { none, before_commit, after_commit };

  [[nodiscard]] std::string id() override { return "0123456789abcdef"; }
  [[nodiscard]] std::uint64_t last_number() override { return last_number_; }
  [[nodiscard]] std::uint64_t last_outbox_place() override { return last_place_; }
  void for_each_open(const std::function<bool(desk::Item)>& visit) override;
  void for_each_closed(const std::function<bool(desk::Item)>& visit) override;
  [[nodiscard]] std::optional<desk::Item> find(desk::TaskKey key) override;
  [[nodiscard]] std::vector<desk::Item> of_case(CaseNumber case_number) override;
  [[nodiscard]] std::vector<desk::JournalLine> journal(desk::TaskKey key) override;
  void commit(const desk::InboxBatch& batch) override;

  void fail_next_commit(Fault fault) { fault_ = fault; }
  [[nodiscard]] const std::map<std::uint64_t, std::uint64_t>& outbox() const { return outbox_; }
  [[nodiscard]] const std::map<std::uint64_t, desk::Item::State>& items() const { return items_; }
  [[nodiscard]] const std::vector<desk::JournalLine>& lines() const { return lines_; }

 private:
  [[nodiscard]] desk::Item read(desk::Item::State state) const;

  std::map<std::uint64_t, desk::Item::State> items_;  // by number
  std::map<std::uint64_t, std::uint64_t> outbox_;     // place -> number
  std::vector<desk::JournalLine> lines_;
  std::uint64_t last_number_ = 0;
  std::uint64_t last_place_ = 0;
  Fault fault_ = Fault::none;
};

}  // namespace reglament::testing
