// The deadline tracker through the whole commit path, on a real SQLite database:
//
//   tracker_bench [DEADLINES [idle]]    1,000,000 open ones where nothing is said; two to a case;
//                                       idle: none of them falls due
//
// The clock is moved over the warnings, the expiries and the first rungs of the ladder; each is
// fired by one entry, committed, and its notice published. Prints how many a second, how long a
// move of the clock takes while nothing is due, and the memory that the process holds.
#include <fstream>

#include "tests/bench/open_cases.hpp"

namespace reglament {
namespace {

using std::chrono::steady_clock;

double seconds_since(steady_clock::time_point begin) {
  return std::chrono::duration<double>(steady_clock::now() - begin).count();
}

// "VmRSS:     1234 kB"
double resident_mebibytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  double kibibytes = 0;
  while (status >> word) {
    if (word == "VmRSS:") status >> kibibytes;
  }
  return kibibytes / 1024;
}

void move(Engine& engine, const char* what, std::string_view to) {
  const std::uint64_t before = engine.counters().decisions;
  const auto begin = steady_clock::now();
  engine.advance_clock(testing::instant(to));
  const double seconds = seconds_since(begin);
  const std::uint64_t fired = engine.counters().decisions - before;
  if (fired == 0) {
    fmt::print("{}: none, {:.3f} ms\n", what, seconds * 1000);
  } else {
    fmt::print("{}: {} in {:.2f} s, {:.0f} a second\n", what, fired, seconds,
               static_cast<double>(fired) / seconds);
  }
}

void run(std::size_t deadlines, bool idle) {
  bench::OpenCases world("tracker_bench");
  world.fill(deadlines / bench::kDeadlinesOfACase);
  fmt::print("resident: {:.0f} MiB\n", resident_mebibytes());
  move(world.engine(), "nothing due", "2015-07-14T12:00:00+06:00");
  if (idle) return;
  move(world.engine(), "warnings of the first step", "2015-07-14T23:00:00+06:00");
  move(world.engine(), "expiries of the first step, and what follows", "2015-07-16T23:00:00+06:00");
  move(world.engine(), "warnings and expiries of the service", "2015-07-24T23:00:00+06:00");
  fmt::print("resident: {:.0f} MiB\n", resident_mebibytes());
}

}  // namespace
}  // namespace reglament

int main(int argc, char** argv) {
  reglament::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000, argc > 2);
  return 0;
}
