// The port to the database. A batch of many cases is committed in one transaction: that is where
// the speed comes from, and what makes "decided" and "stored" one thing.
//
// Two sides, because SQLite has one connection that writes (WAL-reset bug of 3.40.1: two writers
// that checkpoint can lose committed rows) and any number that only read.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/fault.hpp"
#include "engine/history/entry.hpp"
#include "engine/runtime/message.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

// The partitions that an engine writes: one, or, where nothing is said, all of them.
using Share = std::optional<LogId>;

[[nodiscard]] inline bool holds(Share share, LogId log) { return !share || *share == log; }

struct StoredEntry {
  LogId log{};
  LeafIndex leaf{};
  CaseNumber case_number{};
  Digest hash{};  // leaf hash of `bytes`
  std::string bytes;
};

struct StoredCase {
  CaseNumber number{};
  LogId log{};
  bool open{};
  std::optional<Instant> alarm_at;  // what the tracker waits for; an index makes it cheap to find
  std::string state;                // encode(Case)
};

// A place in the order of alarms: by instant, of one instant by case. As it is made, before all.
struct AlarmPlace {
  Instant at = Instant::min();
  CaseNumber number = 0;
  auto operator<=>(const AlarmPlace&) const = default;
};

// Which filing was answered how; makes filing idempotent.
struct StoredRequest {
  std::string request_id;
  LogId log{};
  LeafIndex leaf{};          // of the entry that answered it
  CaseNumber case_number{};  // 0: refused
};

// A task that was answered; written in the transaction that uses the answer. Its key is unique, so
// no answer can take effect twice whatever else goes wrong.
struct StoredInbox {
  CaseNumber case_number{};
  std::uint32_t task{};
  LogId log{};
  LeafIndex leaf{};
};

// The value behind an entry's commitment. May be erased; the entry stays provable.
struct StoredDossier {
  LogId log{};
  LeafIndex leaf{};
  CaseNumber case_number{};
  Digest salt{};
  std::string value;
};

// One partition: its log, and who owns it.
struct StoredLog {
  LogId log{};
  std::uint64_t size{};          // number of entries
  Digest root{};                 // RFC 9162, over all of them
  std::string frontier;          // MerkleFrontier::encode
  std::uint32_t register_seq{};  // chain of case 0
  Digest register_head{};
  std::uint64_t cases{};  // numbers given so far in this partition
  std::uint64_t epoch{};  // of the owner; a commit under another epoch is refused
  // Code of the calendar edition that its open deadlines follow; empty before its first entry.
  std::string calendar{};
  // Batch::clock_now of its last commit; a store may keep one instant for all logs. Only read: what
  // a batch says here is not written.
  std::optional<Instant> clock_now{};
};

// A calendar edition that was published here by decree.
struct StoredCalendarEdition {
  std::string code;  // "kz-2027-01-15"
  Date known_since{};
  std::string act;   // the decree
  std::string text;  // of its file, byte by byte
  Instant published_at{};
};

struct Batch {
  Share share;                       // of the engine that commits: what the fence covers
  std::vector<StoredEntry> entries;  // per log in ascending order of leaf
  std::vector<StoredCase> new_cases;
  std::vector<StoredCase> changed_cases;
  std::vector<StoredRequest> requests;
  std::vector<StoredInbox> inbox;
  std::vector<OutboxMessage> outbox;
  // Rows of the share up to this id leave the outbox.
  std::optional<std::uint64_t> outbox_confirmed_through;
  std::vector<StoredDossier> dossiers;
  std::vector<StoredLog> logs;                           // the logs that changed
  std::vector<StoredCalendarEdition> calendar_editions;  // new ones
  std::optional<Instant> clock_now;  // the moment of deciding: where the virtual clock stands

  [[nodiscard]] bool is_empty() const {
    return entries.empty() && changed_cases.empty() && logs.empty() && calendar_editions.empty() &&
           !outbox_confirmed_through && !clock_now;
  }
};

// Another owner has taken a partition: the epoch in the store is not ours. Nothing was committed.
struct Fenced : Unavailable {
  using Unavailable::Unavailable;
};

// Settings fixed when the database is created.
struct StoreSettings {
  std::uint32_t partitions{};
  bool virtual_clock{};
  // Of the last commit, the latest of all logs; on a virtual clock, where it stands.
  std::optional<Instant> clock_now;
  std::string tzdata_version;
};

class StoreReader {
 public:
  StoreReader() = default;
  StoreReader(const StoreReader&) = delete;
  StoreReader& operator=(const StoreReader&) = delete;
  virtual ~StoreReader() = default;

  [[nodiscard]] virtual StoreSettings settings() = 0;
  [[nodiscard]] virtual std::vector<StoredLog> logs() = 0;

  [[nodiscard]] virtual std::optional<std::string> case_state(CaseNumber number) = 0;
  // Ascending by number; stops when `visit` returns false.
  virtual void for_each_case(Share share, bool only_open,
                             const std::function<bool(const StoredCase&)>& visit) = 0;
  // Open cases of the share with a number above `after`, ascending, at most `limit`.
  [[nodiscard]] virtual std::vector<StoredCase> open_cases(Share share, CaseNumber after,
                                                           std::size_t limit) = 0;
  // Cases with an alarm at or before `until`, behind that place and in the order of their places.
  [[nodiscard]] virtual std::vector<StoredCase> cases_with_alarm(Share share, AlarmPlace after,
                                                                 Instant until,
                                                                 std::size_t limit) = 0;
  // The earliest alarm later than `after`.
  [[nodiscard]] virtual std::optional<Instant> next_alarm(Share share, Instant after) = 0;

  // Those that are known, in any order; asked once for many, where each question is a journey.
  [[nodiscard]] virtual std::vector<StoredRequest> requests(
      std::span<const std::string_view> request_ids) = 0;
  [[nodiscard]] std::optional<StoredRequest> request(std::string_view request_id) {
    std::vector<StoredRequest> found = requests({&request_id, 1});
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  }
  [[nodiscard]] virtual std::optional<StoredEntry> entry(LogId log, LeafIndex leaf) = 0;
  // Ascending by leaf, from `first`; stops when `visit` returns false. The row that is passed is
  // reused: copy what must stay.
  virtual void for_each_entry(LogId log, LeafIndex first,
                              const std::function<bool(const StoredEntry&)>& visit) = 0;
  virtual void for_each_inbox(const std::function<bool(const StoredInbox&)>& visit) = 0;
  // Ascending by id; ids are unique within a log.
  virtual void for_each_message(Share share,
                                const std::function<bool(const OutboxMessage&)>& visit) = 0;
  [[nodiscard]] virtual std::optional<StoredDossier> dossier(LogId log, LeafIndex leaf) = 0;
  // Ascending by known_since.
  [[nodiscard]] virtual std::vector<StoredCalendarEdition> calendar_editions() = 0;
};

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Takes over the partitions of the share: raises their epochs, durably, and returns the rows of
  // all logs. From then on a commit of the owner before is refused.
  [[nodiscard]] virtual std::vector<StoredLog> claim(Share share) = 0;

  // All of it or nothing. Every commit is fenced, also one without log rows: its share must still
  // have the epochs under which this store claimed it. Throws
  //   Fenced         a log's epoch is not the one in the store; nothing happened
  //   Unavailable    full, read-only, ...; nothing happened
  //   CommitUnknown  it may have happened; open the store anew and read
  virtual void commit(const Batch& batch) = 0;

  // A connection of its own that only reads; sees every commit that returned before a call.
  [[nodiscard]] virtual std::unique_ptr<StoreReader> reader() = 0;
};

}  // namespace reglament
