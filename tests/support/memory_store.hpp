// The store port in memory, for tests of the runtime: the same contract, and faults on command.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "engine/runtime/store.hpp"

namespace reglament::testing {

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(StoreSettings settings);
  // One more store on the same database, as another process would have.
  [[nodiscard]] std::unique_ptr<MemoryStore> another() const;

  [[nodiscard]] std::vector<StoredLog> claim(Share share) override;
  void commit(const Batch& batch) override;
  [[nodiscard]] std::unique_ptr<StoreReader> reader() override;

  // Called before each commit, outside the lock; what it throws, the commit throws, with nothing
  // done.
  std::function<void(const Batch&)> before_commit;
  // Called after each commit, outside the lock; what it throws, the commit throws, with all done.
  std::function<void(const Batch&)> after_commit;
  // Called before each question of a reader for request ids, outside the lock; what it throws, the
  // question throws. Readers do not outlive their store.
  std::function<void()> before_requests;

  struct Tables {
    StoreSettings settings;
    std::map<LogId, StoredLog> logs;
    std::map<std::pair<LogId, LeafIndex>, StoredEntry> entries;
    std::map<CaseNumber, StoredCase> cases;
    std::map<std::string, StoredRequest, std::less<>> requests;
    std::map<std::pair<CaseNumber, std::uint32_t>, StoredInbox> inbox;
    std::map<std::pair<std::uint64_t, LogId>, OutboxMessage> outbox;  // by id and log
    std::map<std::pair<LogId, LeafIndex>, StoredDossier> dossiers;
    std::map<Date, StoredCalendarEdition> calendar_editions;
  };
  // For a test that looks into or damages what is stored, while no engine runs.
  [[nodiscard]] Tables& tables() { return shared_->tables; }

 private:
  friend class MemoryReader;
  struct Shared {
    std::mutex mutex;
    Tables tables;
  };
  explicit MemoryStore(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  void expect_owned(const Batch& batch) const;
  static void write(Tables& tables, const Batch& batch);

  std::shared_ptr<Shared> shared_;
  std::map<LogId, std::uint64_t> epochs_;  // as claimed by this store
};

}  // namespace reglament::testing
