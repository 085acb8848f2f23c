// How many transitions a second a store commits, without the engine: one entry, one case
// row and one message a transition, an inbox row on five of six, a dossier and a request on the
// sixth, and the messages of the batch before leave the outbox. Sizes are those of the border-zone
// permit.
//
//   store_bench --benchmark_min_time=10      (the folder is TMPDIR; a disk, not a tmpfs, counts)
//   REGLAMENT_DB=postgresql://... store_bench     (on PostgreSQL; in a schema store_bench of its
// own)
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/postgresql/postgresql_store.hpp"
#include "adapters/soci/session.hpp"
#include "adapters/sqlite/sqlite_store.hpp"
#include "engine/base/ensure.hpp"
#include "tests/support/sample_task.hpp"

namespace reglament {
namespace {

constexpr std::uint64_t kTransitionsOfCase = 6;
constexpr std::uint64_t kCasesInFlight = 20'000;
constexpr std::uint64_t kDaysOfAlarms = 30;  // terms end when offices close, many at one instant
constexpr const char* kOffice = "kz.dvd.akmola.kokshetau";

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "store-bench-XXXXXX").string();
    ENSURE(mkdtemp(name.data()) != nullptr, "a folder can be made");
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::filesystem::path file(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// Where the store stands; gone with the object.
class Place {
 public:
  Place() {
    if (const char* const url = std::getenv("REGLAMENT_DB")) url_ = url;
    if (!url_.empty()) reset("CREATE SCHEMA store_bench");
  }
  ~Place() {
    if (!url_.empty()) reset("SELECT 1");
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  [[nodiscard]] std::unique_ptr<Store> create(std::uint32_t partitions) const {
    const StoreSettings settings{partitions, false, {}, "bench"};
    if (url_.empty()) return create_sqlite_store(folder_.file("bench.db"), settings);
    const std::string separator = url_.find('?') == std::string::npos ? "?" : "&";
    return create_postgresql_store(
        {.url = url_ + separator + "options=-csearch_path%3Dstore_bench"}, settings);
  }
  // Of SQLite's write-ahead log, which it keeps small; PostgreSQL's is the server's matter.
  [[nodiscard]] std::uintmax_t wal_bytes() const {
    return url_.empty() ? std::filesystem::file_size(folder_.file("bench.db-wal")) : 0;
  }

 private:
  void reset(const char* then) const {
    sql::Session session = sql::open_postgresql({.url = url_});
    session.execute("DROP SCHEMA IF EXISTS store_bench CASCADE");
    session.execute(then);
  }

  Folder folder_;
  std::string url_;
};

// Bytes that differ from row to row, as hashes and encodings do.
class Noise {
 public:
  Digest digest() {
    Digest digest;
    std::generate(digest.begin(), digest.end(),
                  [this] { return static_cast<std::uint8_t>(next()); });
    return digest;
  }
  std::string bytes(std::size_t size) {
    std::string bytes(size, '\0');
    std::generate(bytes.begin(), bytes.end(), [this] { return static_cast<char>(next()); });
    return bytes;
  }
  std::uint64_t next() { return (state_ = state_ * 6364136223846793005ULL + 1) >> 33U; }

 private:
  std::uint64_t state_ = 1;
};

// Which case is next among those in flight.
enum class Order : std::int64_t {
  in_turn,    // offices take the oldest task first
  scattered,  // any: each case row lies on another page
};

// Makes the batches that an engine would hand over.
class Workload {
 public:
  Workload(std::vector<StoredLog> logs, Order order) : logs_(std::move(logs)), order_(order) {}

  Batch next(std::size_t transitions) {
    Batch batch;
    if (messages_ > 0) batch.outbox_confirmed_through = messages_;
    for (std::size_t i = 0; i < transitions; ++i) {
      const bool files =
          in_flight_.size() < kCasesInFlight || transition_ % kTransitionsOfCase == 0;
      ++transition_;
      files ? file(batch) : answer(batch);
    }
    // A case that moved twice in the batch is written once, as it stands at the end.
    std::ranges::sort(batch.changed_cases, {}, &StoredCase::number);
    const auto repeated = std::ranges::unique(batch.changed_cases, {}, &StoredCase::number);
    batch.changed_cases.erase(repeated.begin(), repeated.end());
    batch.logs = logs_;
    return batch;
  }

 private:
  struct Running {
    CaseNumber number{};
    std::uint32_t answered{};
  };

  void file(Batch& batch) {
    const Running running{++cases_, 0};
    const StoredEntry& entry = move(batch, running);
    batch.new_cases.push_back(row_of(running, entry.log));
    batch.dossiers.push_back(
        {entry.log, entry.leaf, running.number, noise_.digest(), noise_.bytes(350)});
    batch.requests.push_back({fmt::format("{:08x}-{}", noise_.next(), running.number), entry.log,
                              entry.leaf, running.number});
    in_flight_.push_back(running);
  }

  void answer(Batch& batch) {
    if (order_ == Order::scattered) {
      std::swap(in_flight_.front(), in_flight_[noise_.next() % in_flight_.size()]);
    }
    Running running = in_flight_.front();
    in_flight_.pop_front();
    ++running.answered;
    const StoredEntry& entry = move(batch, running);
    batch.inbox.push_back({running.number, running.answered, entry.log, entry.leaf});
    batch.changed_cases.push_back(row_of(running, entry.log));
    if (is_open(running)) in_flight_.push_back(running);
  }

  const StoredEntry& move(Batch& batch, const Running& running) {
    StoredLog& log = logs_[running.number % logs_.size()];
    batch.outbox.push_back({++messages_, log.log, testing::sample_task(running.number, kOffice)});
    batch.entries.push_back(
        {log.log, log.size++, running.number, noise_.digest(), noise_.bytes(320)});
    return batch.entries.back();
  }

  StoredCase row_of(const Running& running, LogId log) {
    const Instant alarm{std::chrono::days(noise_.next() % kDaysOfAlarms)};
    return {running.number, log, is_open(running),
            is_open(running) ? std::optional(alarm) : std::nullopt, noise_.bytes(450)};
  }

  static bool is_open(const Running& running) { return running.answered + 1 < kTransitionsOfCase; }

  std::vector<StoredLog> logs_;
  Order order_;
  Noise noise_;
  std::deque<Running> in_flight_;
  std::uint64_t transition_ = 0;
  std::uint64_t cases_ = 0;
  std::uint64_t messages_ = 0;
};

// Arguments: transitions a commit, partitions, order.
void commits(benchmark::State& state) {
  const Place place;
  const auto store = place.create(static_cast<std::uint32_t>(state.range(1)));
  Workload workload(store->claim(std::nullopt), static_cast<Order>(state.range(2)));
  for (std::uint64_t filed = 0; filed < kCasesInFlight; filed += 1000) {
    store->commit(workload.next(1000));
  }
  std::uintmax_t longest_wal = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const Batch batch = workload.next(static_cast<std::size_t>(state.range(0)));
    state.ResumeTiming();
    store->commit(batch);
    longest_wal = std::max(longest_wal, place.wal_bytes());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["wal_mib"] = static_cast<double>(longest_wal >> 20U);
}
BENCHMARK(commits)
    ->Args({1000, 1, 0})
    ->Args({1000, 4, 0})
    ->Args({1000, 4, 1})
    ->Args({1, 1, 0})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// All entries of one log, as `history verify` reads them.
void reads_entries(benchmark::State& state) {
  constexpr std::size_t batches = 100;
  const Place place;
  const auto store = place.create(1);
  Workload workload(store->claim(std::nullopt), Order::in_turn);
  for (std::size_t i = 0; i < batches; ++i) store->commit(workload.next(1000));
  const auto reader = store->reader();
  for (auto _ : state) {
    reader->for_each_entry(0, 0, [](const StoredEntry& entry) {
      benchmark::DoNotOptimize(entry.bytes.data());
      return true;
    });
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batches * 1000));
}
BENCHMARK(reads_entries)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace reglament

BENCHMARK_MAIN();
