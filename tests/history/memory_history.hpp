// A store of the history in memory: what Partition::append gives, kept in vectors that a test can
// damage as it likes, read through the same port as a database.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/casework/apply.hpp"
#include "engine/casework/case.hpp"
#include "engine/history/entry.hpp"
#include "engine/runtime/partition.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::tests {

struct MemoryHistory {
  std::vector<StoredLog> logs;
  std::vector<std::vector<StoredEntry>> entries;  // by log
  std::map<CaseNumber, StoredCase> cases;
  std::vector<StoredInbox> inbox;
  std::vector<OutboxMessage> outbox;
  std::vector<StoredRequest> requests;
  bool virtual_clock = true;
  std::optional<Instant> clock_now;
};

class MemoryReader : public StoreReader {
 public:
  explicit MemoryReader(const MemoryHistory& history) : history_(history) {}

  StoreSettings settings() override {
    StoreSettings settings;
    settings.partitions = static_cast<std::uint32_t>(history_.logs.size());
    settings.virtual_clock = history_.virtual_clock;
    settings.clock_now = history_.clock_now;
    return settings;
  }
  std::vector<StoredLog> logs() override { return history_.logs; }
  std::optional<std::string> case_state(CaseNumber number) override {
    const auto found = history_.cases.find(number);
    return found == history_.cases.end() ? std::nullopt : std::optional(found->second.state);
  }
  void for_each_case(Share share, bool only_open,
                     const std::function<bool(const StoredCase&)>& visit) override {
    for (const auto& [number, row] : history_.cases) {
      if (holds(share, row.log) && (row.open || !only_open) && !visit(row)) return;
    }
  }
  std::vector<StoredCase> open_cases(Share, CaseNumber, std::size_t) override { return {}; }
  std::vector<StoredCase> cases_with_alarm(Share, AlarmPlace, Instant, std::size_t) override {
    return {};
  }
  std::optional<Instant> next_alarm(Share share, Instant after) override {
    std::optional<Instant> next;
    for (const auto& [number, row] : history_.cases) {
      if (holds(share, row.log) && row.alarm_at && *row.alarm_at > after &&
          (!next || *row.alarm_at < *next)) {
        next = row.alarm_at;
      }
    }
    return next;
  }
  std::vector<StoredRequest> requests(std::span<const std::string_view> request_ids) override {
    std::vector<StoredRequest> known;
    for (const std::string_view id : request_ids) {
      const auto found = std::ranges::find(history_.requests, id, &StoredRequest::request_id);
      if (found != history_.requests.end()) known.push_back(*found);
    }
    return known;
  }
  std::optional<StoredEntry> entry(LogId log, LeafIndex leaf) override {
    if (log >= history_.entries.size()) return std::nullopt;
    const auto& rows = history_.entries[log];
    if (leaf < rows.size() && rows[leaf].leaf == leaf) return rows[leaf];
    const auto found = std::ranges::find(rows, leaf, &StoredEntry::leaf);
    return found == rows.end() ? std::nullopt : std::optional(*found);
  }
  void for_each_entry(LogId log, LeafIndex first,
                      const std::function<bool(const StoredEntry&)>& visit) override {
    for (const StoredEntry& row : history_.entries.at(log)) {
      if (row.leaf >= first && !visit(row)) return;
    }
  }
  void for_each_inbox(const std::function<bool(const StoredInbox&)>& visit) override {
    for (const StoredInbox& row : history_.inbox) {
      if (!visit(row)) return;
    }
  }
  void for_each_message(Share share,
                        const std::function<bool(const OutboxMessage&)>& visit) override {
    for (const OutboxMessage& row : history_.outbox) {
      if (holds(share, row.log) && !visit(row)) return;
    }
  }
  std::optional<StoredDossier> dossier(LogId, LeafIndex) override { return std::nullopt; }
  std::vector<StoredCalendarEdition> calendar_editions() override { return {}; }

 private:
  const MemoryHistory& history_;
};

// Writes entries as the engine does: through the partition of their case, each applied to its case.
class HistoryWriter {
 public:
  explicit HistoryWriter(std::uint32_t partitions) : count_(partitions) {
    const MerkleFrontier empty;
    for (LogId log = 0; log < partitions; ++log) {
      StoredLog row;
      row.log = log;
      row.root = empty.root();
      row.frontier = empty.encode();
      partitions_.emplace_back(row, partitions);
    }
    history_.entries.resize(partitions);
  }

  // Case number 0: into the register of `log`; for a filing, the next case of `log`.
  const StoredEntry& write(LogId log, Entry entry) {
    if (entry.kind == entry_kind::filed) entry.case_number = partitions_[log].next_case();
    Case* const state = entry.case_number == 0 ? nullptr : &cases_[entry.case_number];
    history_.entries[log].push_back(
        partitions_[log].append(entry, state ? state->seq : 0, state ? state->head : Digest{}));
    const StoredEntry& stored = history_.entries[log].back();
    if (state != nullptr) apply(*state, entry, stored.hash);
    return stored;
  }
  [[nodiscard]] const std::map<CaseNumber, Case>& cases() const { return cases_; }

  // Everything as a store would hold it now.
  [[nodiscard]] MemoryHistory history() const {
    MemoryHistory history = history_;
    for (const Partition& partition : partitions_) history.logs.push_back(partition.row());
    for (const auto& [number, state] : cases_) history.cases[number] = row_of(state);
    return history;
  }
  [[nodiscard]] StoredCase row_of(const Case& state) const {
    ByteWriter writer;
    encode(state, writer);
    return {state.number, partition_of(state.number, count_), state.is_open(), state.alarm(),
            writer.take()};
  }

 private:
  std::uint32_t count_;
  std::vector<Partition> partitions_;
  std::map<CaseNumber, Case> cases_;
  MemoryHistory history_;
};

// A random history: filings, entries of open cases, refusals that belong to no case.
class RandomHistory {
 public:
  RandomHistory(std::uint32_t partitions, std::uint32_t seed)
      : writer_(partitions), partitions_(partitions), random_(seed) {}

  void write(std::size_t entries) {
    for (std::size_t i = 0; i < entries; ++i) write_one();
  }
  [[nodiscard]] MemoryHistory history() const { return writer_.history(); }

 private:
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  void write_one() {
    now_ += std::chrono::minutes{below(90)};
    Entry entry;
    entry.at = entry.noticed_at = now_;
    entry.regulation = "border-zone-permit";
    entry.edition = "2015-07-13";
    entry.office = "kz.dvd.akmola.kokshetau";
    const std::string id = "request-" + std::to_string(++written_);
    entry.message_id = id;
    const std::uint32_t choice = below(10);
    if (choice < 3 || writer_.cases().empty()) {
      file(entry);
    } else if (choice == 3) {
      refuse_filing(entry);
    } else {
      continue_case(entry);
    }
  }
  void file(Entry& entry) {
    entry.kind = entry_kind::filed;
    entry.next_step = "accept";
    entry.commitment = Digest{1, 2, 3};
    DeadlineChange service;
    service.change = deadline_change::set;
    service.scope = deadline_scope::service;
    service.office = entry.office;
    service.term = "7wd";
    service.due_at = now_ + std::chrono::days{9};
    entry.deadlines.push_back(service);
    entry.offered.push_back({1, 1, "accept", entry.office});
    writer_.write(below(partitions_), entry);
  }
  void refuse_filing(Entry& entry) {
    entry.kind = entry_kind::filing_refused;
    entry.rejection = RejectionNote{"documents-missing", "a complete set", "one is missing"};
    writer_.write(below(partitions_), entry);
  }
  void continue_case(Entry& entry) {
    auto at = writer_.cases().begin();
    std::advance(at, below(static_cast<std::uint32_t>(writer_.cases().size())));
    const Case& state = at->second;
    entry.case_number = state.number;
    entry.step = state.step.view();
    if (below(4) == 0) {
      entry.kind = entry_kind::rejected;
      entry.rejection = RejectionNote{"late", "an answer to an open task", "revoked"};
    } else {
      entry.kind = entry_kind::answered;
      entry.task = state.tasks_offered;
      entry.outcome = "forwarded";
      entry.next_step = below(2) == 0 ? "dvd-check" : "knb-review";
      entry.offered.push_back({state.tasks_offered + 1, 1, entry.next_step, "kz.dvd.akmola"});
      if (below(3) == 0) entry.notices.push_back({"applicant", "talon", "003 §8"});
      if (below(3) == 0) entry.facts.push_back("knb-objected");
    }
    writer_.write(partition_of(state.number, partitions_), entry);
  }

  HistoryWriter writer_;
  std::uint32_t partitions_;
  std::mt19937 random_;
  Instant now_{std::chrono::sys_days{std::chrono::year{2015} / 7 / 14}};
  std::size_t written_ = 0;
};

}  // namespace reglament::tests
