// How fast a history is verified: a million entries of about 250 bytes in two logs, from memory,
// one thread and one reader for each log.
#include <benchmark/benchmark.h>

#include <array>
#include <future>
#include <string>
#include <vector>

#include "engine/base/ensure.hpp"
#include "engine/runtime/evidence.hpp"
#include "tests/history/memory_history.hpp"

namespace reglament {
namespace {

using tests::HistoryWriter;
using tests::MemoryHistory;
using tests::MemoryReader;

constexpr std::uint32_t kLogs = 2;
constexpr std::size_t kEntriesOfCase = 6;

Entry usual_entry(std::string_view kind) {
  Entry entry;
  entry.kind = kind;
  entry.at = entry.noticed_at = Instant(std::chrono::microseconds{1'436'847'300'000'000});
  entry.regulation = "border-zone-permit";
  entry.edition = "2015-07-13";
  entry.paragraph = "003 §10";
  entry.step = "dvd-check";
  entry.next_step = "knb-review";
  entry.outcome = "forwarded";
  entry.office = entry.actor = "kz.dvd.akmola.kokshetau";
  entry.message_id = "0d2c1e8a-5f3b-4c0e-9a75-3f6f0c1f7a11";
  return entry;
}

// Only what verification reads of a case is filled in: a million folds are not what is measured.
const MemoryHistory& history(std::size_t entries) {
  static MemoryHistory built;
  if (!built.logs.empty()) return built;
  HistoryWriter writer(kLogs);
  Entry filed = usual_entry(entry_kind::filed);
  const Entry warned = usual_entry(entry_kind::warned);
  for (std::size_t i = 0; i < entries / kEntriesOfCase / kLogs; ++i) {
    for (LogId log = 0; log < kLogs; ++log) {
      Entry next = warned;
      next.case_number = decode_entry(writer.write(log, filed).bytes).case_number;
      for (std::size_t k = 1; k < kEntriesOfCase; ++k) writer.write(log, next);
    }
  }
  built = writer.history();
  return built;
}

std::uint64_t verify_alone(const MemoryHistory& stored, LogId log) {
  MemoryReader reader(stored);
  const LogVerification verified = verify_log(reader, stored.logs[log], kLogs, {});
  ENSURE(!verified.flaw(), "an honest history holds");
  return verified.entries();
}

void verify_a_million(benchmark::State& state) {
  const MemoryHistory& stored = history(1'000'000);
  std::size_t entries = 0;
  std::size_t bytes = 0;
  for (const auto& log : stored.entries) {
    for (const StoredEntry& entry : log) bytes += entry.bytes.size();
  }
  for (auto _ : state) {
    std::vector<std::future<std::uint64_t>> running;
    for (LogId log = 0; log < kLogs; ++log) {
      running.push_back(std::async(std::launch::async, verify_alone, std::cref(stored), log));
    }
    for (auto& one : running) entries += one.get();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(entries));
  state.counters["bytes_an_entry"] =
      static_cast<double>(bytes) / static_cast<double>(entries / state.iterations());
}
BENCHMARK(verify_a_million)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace reglament

BENCHMARK_MAIN();
