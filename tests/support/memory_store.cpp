#include "tests/support/memory_store.hpp"

#include <algorithm>

#include "engine/base/ensure.hpp"
#include "engine/history/merkle.hpp"

namespace reglament::testing {

class MemoryReader final : public StoreReader {
 public:
  MemoryReader(const MemoryStore& store, std::shared_ptr<MemoryStore::Shared> shared)
      : store_(store), shared_(std::move(shared)) {}

  StoreSettings settings() override {
    const std::lock_guard lock(shared_->mutex);
    return shared_->tables.settings;
  }
  std::vector<StoredLog> logs() override { return values(shared_->tables.logs); }
  std::optional<std::string> case_state(CaseNumber number) override {
    const std::lock_guard lock(shared_->mutex);
    const auto found = shared_->tables.cases.find(number);
    if (found == shared_->tables.cases.end()) return std::nullopt;
    return found->second.state;
  }
  void for_each_case(Share share, bool only_open,
                     const std::function<bool(const StoredCase&)>& visit) override {
    for (const StoredCase& row : values(shared_->tables.cases)) {
      if (holds(share, row.log) && (row.open || !only_open) && !visit(row)) return;
    }
  }
  std::vector<StoredCase> open_cases(Share share, CaseNumber after, std::size_t limit) override {
    std::vector<StoredCase> rows;
    for_each_case(share, true, [&](const StoredCase& row) {
      if (row.number > after && rows.size() < limit) rows.push_back(row);
      return rows.size() < limit;
    });
    return rows;
  }
  std::vector<StoredCase> cases_with_alarm(Share share, AlarmPlace after, Instant until,
                                           std::size_t limit) override {
    std::map<AlarmPlace, StoredCase> due;
    for (StoredCase& row : values(shared_->tables.cases)) {
      if (!holds(share, row.log) || !row.alarm_at || *row.alarm_at > until) continue;
      const AlarmPlace place{*row.alarm_at, row.number};
      if (place > after) due.emplace(place, std::move(row));
    }
    std::vector<StoredCase> rows;
    for (auto& [place, row] : due) {
      if (rows.size() < limit) rows.push_back(std::move(row));
    }
    return rows;
  }
  std::optional<Instant> next_alarm(Share share, Instant after) override {
    std::optional<Instant> next;
    for (const StoredCase& row : values(shared_->tables.cases)) {
      if (holds(share, row.log) && row.alarm_at && *row.alarm_at > after &&
          (!next || *row.alarm_at < *next)) {
        next = row.alarm_at;
      }
    }
    return next;
  }
  std::vector<StoredRequest> requests(std::span<const std::string_view> request_ids) override {
    if (store_.before_requests) store_.before_requests();
    const std::lock_guard lock(shared_->mutex);
    std::vector<StoredRequest> known;
    for (const std::string_view id : request_ids) {
      const auto found = shared_->tables.requests.find(id);
      if (found != shared_->tables.requests.end()) known.push_back(found->second);
    }
    return known;
  }
  std::optional<StoredEntry> entry(LogId log, LeafIndex leaf) override {
    const std::lock_guard lock(shared_->mutex);
    const auto found = shared_->tables.entries.find({log, leaf});
    if (found == shared_->tables.entries.end()) return std::nullopt;
    return found->second;
  }
  void for_each_entry(LogId log, LeafIndex first,
                      const std::function<bool(const StoredEntry&)>& visit) override {
    for (const StoredEntry& row : values(shared_->tables.entries)) {
      if (row.log == log && row.leaf >= first && !visit(row)) return;
    }
  }
  void for_each_inbox(const std::function<bool(const StoredInbox&)>& visit) override {
    for (const StoredInbox& row : values(shared_->tables.inbox)) {
      if (!visit(row)) return;
    }
  }
  void for_each_message(Share share,
                        const std::function<bool(const OutboxMessage&)>& visit) override {
    for (const OutboxMessage& row : values(shared_->tables.outbox)) {
      if (holds(share, row.log) && !visit(row)) return;
    }
  }
  std::optional<StoredDossier> dossier(LogId log, LeafIndex leaf) override {
    const std::lock_guard lock(shared_->mutex);
    const auto found = shared_->tables.dossiers.find({log, leaf});
    if (found == shared_->tables.dossiers.end()) return std::nullopt;
    return found->second;
  }

  std::vector<StoredCalendarEdition> calendar_editions() override {
    return values(shared_->tables.calendar_editions);
  }

 private:
  template <class Key, class Value, class Compare>
  std::vector<Value> values(const std::map<Key, Value, Compare>& table) {
    const std::lock_guard lock(shared_->mutex);
    std::vector<Value> rows;
    rows.reserve(table.size());
    for (const auto& [key, row] : table) rows.push_back(row);
    return rows;
  }

  const MemoryStore& store_;
  std::shared_ptr<MemoryStore::Shared> shared_;
};

MemoryStore::MemoryStore(StoreSettings settings) : shared_(std::make_shared<Shared>()) {
  const MerkleFrontier empty;
  for (LogId log = 0; log < settings.partitions; ++log) {
    StoredLog row;
    row.log = log;
    row.root = empty.root();
    row.frontier = empty.encode();
    row.clock_now = settings.clock_now;
    shared_->tables.logs[log] = row;
  }
  shared_->tables.settings = std::move(settings);
}

std::unique_ptr<MemoryStore> MemoryStore::another() const {
  return std::unique_ptr<MemoryStore>(new MemoryStore(shared_));
}

std::vector<StoredLog> MemoryStore::claim(Share share) {
  const std::lock_guard lock(shared_->mutex);
  std::vector<StoredLog> rows;
  for (auto& [log, row] : shared_->tables.logs) {
    if (holds(share, log)) epochs_[log] = ++row.epoch;
    rows.push_back(row);
  }
  return rows;
}

void MemoryStore::commit(const Batch& batch) {
  if (before_commit) before_commit(batch);
  {
    const std::lock_guard lock(shared_->mutex);
    expect_owned(batch);
    write(shared_->tables, batch);
  }
  if (after_commit) after_commit(batch);
}

void MemoryStore::expect_owned(const Batch& batch) const {
  const Tables& tables = shared_->tables;
  for (const StoredLog& row : batch.logs) {
    if (tables.logs.at(row.log).epoch != row.epoch) throw Fenced("another owner has taken over");
  }
  for (const auto& [log, epoch] : epochs_) {
    if (holds(batch.share, log) && tables.logs.at(log).epoch != epoch) {
      throw Fenced("another owner has taken over");
    }
  }
}

void MemoryStore::write(Tables& tables, const Batch& batch) {
  for (const StoredLog& row : batch.logs) {
    StoredLog& stored = tables.logs.at(row.log);
    const std::optional<Instant> clock_now = stored.clock_now;
    stored = row;
    stored.clock_now = clock_now;
  }
  for (const StoredEntry& row : batch.entries) {
    ENSURE(tables.entries.emplace(std::pair(row.log, row.leaf), row).second, "a leaf is new");
  }
  for (const StoredCase& row : batch.new_cases) {
    ENSURE(tables.cases.emplace(row.number, row).second, "a case number is new");
  }
  for (const StoredCase& row : batch.changed_cases) tables.cases.at(row.number) = row;
  for (const StoredRequest& row : batch.requests) {
    ENSURE(tables.requests.emplace(row.request_id, row).second, "a request id is new");
  }
  for (const StoredInbox& row : batch.inbox) {
    ENSURE(tables.inbox.emplace(std::pair(row.case_number, row.task), row).second,
           "a task is answered once");
  }
  if (batch.outbox_confirmed_through) {
    std::erase_if(tables.outbox, [&](const auto& item) {
      return holds(batch.share, item.first.second) &&
             item.first.first <= *batch.outbox_confirmed_through;
    });
  }
  for (const OutboxMessage& row : batch.outbox) {
    ENSURE(tables.outbox.emplace(std::pair(row.id, row.log), row).second, "a message id is new");
  }
  for (const StoredDossier& row : batch.dossiers) {
    tables.dossiers.emplace(std::pair(row.log, row.leaf), row);
  }
  for (const StoredCalendarEdition& row : batch.calendar_editions) {
    ENSURE(tables.calendar_editions.emplace(row.known_since, row).second, "an edition is new");
  }
  if (!batch.clock_now) return;
  for (auto& [log, row] : tables.logs) {
    if (holds(batch.share, log)) row.clock_now = batch.clock_now;
  }
  tables.settings.clock_now = std::max(tables.settings.clock_now, batch.clock_now);
}

std::unique_ptr<StoreReader> MemoryStore::reader() {
  return std::make_unique<MemoryReader>(*this, shared_);
}

}  // namespace reglament::testing
