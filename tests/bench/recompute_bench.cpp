// A calendar edition that moves every open deadline of a real SQLite database, while the engine
// goes on working:
//
//   recompute_bench [DEADLINES]        1,000,000 of them where nothing is said; two to a case
//
// Prints how long following takes, and how long a filing waits for its committed reply meanwhile,
// one at a time.
#include <algorithm>
#include <cstdlib>
#include <future>
#include <thread>

#include "tests/bench/open_cases.hpp"

namespace reglament {
namespace {

using Seconds = std::chrono::duration<double>;
using std::chrono::steady_clock;

// Files one application and waits for the reply.
void file(Engine& engine, const std::string& request) {
  std::promise<void> filed;
  engine.file(testing::complete_filing(request),
              [&filed](const std::exception_ptr& fault, const FilingReply&) {
                fault ? filed.set_exception(fault) : filed.set_value();
              });
  filed.get_future().get();
}

struct Latency {
  std::vector<double> milliseconds;

  [[nodiscard]] double at(double share) {
    if (milliseconds.empty()) return 0;
    std::ranges::sort(milliseconds);
    return milliseconds[static_cast<std::size_t>(share *
                                                 static_cast<double>(milliseconds.size() - 1))];
  }
};

Latency file_until(Engine& engine, const std::future<PublicationReply>& done) {
  Latency latency;
  for (int i = 0; done.wait_for(std::chrono::milliseconds(2)) != std::future_status::ready; ++i) {
    const auto begin = steady_clock::now();
    file(engine, fmt::format("meanwhile-{}", i));
    latency.milliseconds.push_back(1000 * Seconds(steady_clock::now() - begin).count());
  }
  return latency;
}

void run(std::size_t deadlines) {
  bench::OpenCases world("recompute_bench");
  Engine& engine = world.engine();
  world.fill(deadlines / bench::kDeadlinesOfACase);
  std::promise<PublicationReply> published;
  const auto begin = steady_clock::now();
  engine.publish_calendar(
      {"decree", "date,kind\n2015-07-15,day_off\n", "Resolution 1 of 2015-07-14", {}},
      [&published](const std::exception_ptr& fault, const PublicationReply& reply) {
        fault ? published.set_exception(fault) : published.set_value(reply);
      });
  std::future<PublicationReply> reply = published.get_future();
  Latency latency = file_until(engine, reply);
  const double seconds = Seconds(steady_clock::now() - begin).count();
  const std::uint64_t changed = reply.get().changed;
  fmt::print("{} deadlines moved in {:.2f} s: {:.0f} a second\n", changed, seconds,
             static_cast<double>(changed) / seconds);
  fmt::print(
      "meanwhile {} filings, each {:.1f} ms (median), {:.1f} ms (99 of 100), {:.1f} ms (worst)\n",
      latency.milliseconds.size(), latency.at(0.5), latency.at(0.99), latency.at(1.0));
}

}  // namespace
}  // namespace reglament

int main(int argc, char** argv) {
  reglament::run(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000);
  return 0;
}
