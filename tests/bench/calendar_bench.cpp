// What a working-day term costs: add and count over starts and terms in no order, as cases have
// them.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "processes/calendars/kazakhstan.hpp"

namespace reglament {
namespace {

using std::chrono::days;

struct Question {
  Date start;
  WorkingDays term;
  Date end;
};

std::vector<Question> questions(const WorkingCalendar& calendar) {
  constexpr std::size_t kQuestions = 4096;
  constexpr unsigned kSeed = 2015;
  std::mt19937 random{kSeed};
  std::uniform_int_distribution<int> start{0, 6900};
  std::uniform_int_distribution<std::int32_t> term{1, 260};
  std::vector<Question> all;
  for (std::size_t i = 0; i < kQuestions; ++i) {
    const Date from = calendar.first() + days{start(random)};
    const WorkingDays length{term(random)};
    all.push_back({from, length, calendar.add(from, length)});
  }
  return all;
}

void add_working_days(benchmark::State& state) {
  const WorkingCalendar& calendar = kazakhstan(Week::five_day);
  const auto asked = questions(calendar);
  std::size_t next = 0;
  for (auto _ : state) {
    const Question& question = asked[next++ % asked.size()];
    benchmark::DoNotOptimize(calendar.add(question.start, question.term));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(add_working_days);

void count_working_days(benchmark::State& state) {
  const WorkingCalendar& calendar = kazakhstan(Week::five_day);
  const auto asked = questions(calendar);
  std::size_t next = 0;
  for (auto _ : state) {
    const Question& question = asked[next++ % asked.size()];
    benchmark::DoNotOptimize(calendar.count(question.start, question.end));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(count_working_days);

}  // namespace
}  // namespace reglament

BENCHMARK_MAIN();
