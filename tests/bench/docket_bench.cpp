// The deciding side alone: permits filed and answered to their end, without a store behind.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "tests/support/hosted_engine.hpp"

namespace reglament {
namespace {

// One batch: as many cases as the argument says, each filed and worked through to its permit.
void decide_permits(benchmark::State& state) {
  testing::MemoryStore store({1, true, testing::instant("2015-07-14T09:00:00+06:00"), ""});
  const auto reader = store.reader();
  Bench bench{testing::permit_framework(),
              *reader,
              testing::counting_bytes(),
              {},
              CaseCache(100'000),
              1,
              {}};
  for (const StoredLog& log : store.claim(std::nullopt)) bench.partitions.emplace_back(log, 1);
  const Instant now = testing::instant("2015-07-14T10:15:00+06:00");
  constexpr std::pair<std::string_view, const char*> kAnswers[] = {
      {testing::kLocalUnit, "accepted"},
      {testing::kLocalUnit, "forwarded"},
      {testing::kDirectorate, "forwarded"},
      {testing::kKnb, "agreed"},
      {testing::kLocalUnit, "issued"}};
  std::uint64_t batch_number = 0;
  std::uint64_t request = 0;
  std::uint64_t bytes = 0;
  for (auto _ : state) {
    Docket docket(bench, now, ++batch_number);
    std::vector<CaseNumber> cases;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      cases.push_back(
          docket.file(testing::complete_filing(fmt::format("r-{}", ++request))).case_number);
    }
    std::uint32_t task = 0;
    for (const auto& [office, outcome] : kAnswers) {
      ++task;
      for (const CaseNumber number : cases) {
        docket.answer(testing::answer_of(number, task, office, outcome));
      }
    }
    const Batch batch = docket.take_batch();
    for (const StoredEntry& entry : batch.entries) bytes += entry.bytes.size();
    bench.cases.trim(batch_number);
    bench.filings_in_flight.clear();
  }
  const auto decisions = state.iterations() * state.range(0) * 6;
  state.SetItemsProcessed(decisions);
  state.counters["entry_bytes"] = static_cast<double>(bytes) / static_cast<double>(decisions);
}
BENCHMARK(decide_permits)->Arg(1)->Arg(200)->Arg(1000);

}  // namespace
}  // namespace reglament

BENCHMARK_MAIN();
