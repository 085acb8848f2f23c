// What a desk's inbox costs: a task comes in and is answered by rule in one commit, and gets its
// verdict in another, so many tasks a commit.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "adapters/sqlite/inbox_store.hpp"
#include "engine/desk/inbox.hpp"
#include "tests/desk/tasks.hpp"

namespace reglament::desk {
namespace {

using reglament::testing::kMorning;
using reglament::testing::task_of;

void tasks_through_the_inbox(benchmark::State& state) {
  const auto file = std::filesystem::temp_directory_path() / "inbox_bench.db";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
  create_inbox(file);
  {
    const auto store = open_inbox(file);
    Inbox inbox(*store, {});
    const auto tasks = static_cast<CaseNumber>(state.range(0));
    CaseNumber first = 1;
    for (auto _ : state) {
      for (CaseNumber number = first; number < first + tasks; ++number) {
        inbox.receive(task_of(number), kMorning);
        static_cast<void>(inbox.answer_by_rule({number, 1}, {"agreed", "", {}}, kMorning));
      }
      inbox.commit();
      for (CaseNumber number = first; number < first + tasks; ++number) {
        const std::string id = inbox.open_item({number, 1}).state().answer->message_id;
        inbox.judge({number, 1}, id, std::nullopt, kMorning);
      }
      inbox.commit();
      first += tasks;
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
  }
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
}
BENCHMARK(tasks_through_the_inbox)->Arg(1)->Arg(30)->Arg(1000)->UseRealTime();

}  // namespace
}  // namespace reglament::desk

BENCHMARK_MAIN();
