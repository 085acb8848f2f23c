// What a working-day term costs: add and count over starts and terms in no order, as cases have
// them; and working minutes.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "engine/time/working_time.hpp"
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

// Working minutes between two moments of an office with a lunch break, up to two weeks apart.
void working_minutes_between(benchmark::State& state) {
  const Schedule hours =
      Schedule::parse("Mo-Fr 09:00-13:00,14:30-18:00; Sa 09:00-13:00; Su,PH off");
  const Zone zone{"Asia/Oral", std::chrono::hours{5}, {}};
  const WorkingTime time{hours, zone, kazakhstan(Week::five_day), OfficeDays::by_calendar};
  const auto asked = questions(kazakhstan(Week::five_day));
  std::size_t next = 0;
  for (auto _ : state) {
    const Question& question = asked[next++ % asked.size()];
    const Instant from{question.start.time_since_epoch() + std::chrono::hours{5}};
    benchmark::DoNotOptimize(time.between(from, from + std::chrono::hours{question.term.days}));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(working_minutes_between);

}  // namespace
}  // namespace reglament

BENCHMARK_MAIN();
