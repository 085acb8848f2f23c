// `bench`: the border-zone permit as fast as it goes. A fixed number of cases is kept in flight; a
// desk that works for all offices answers each task favourably as soon as it has it; every closed
// case is replaced by a new filing. A transition is one decided occasion, durably committed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "deploy/program/commands.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/world.hpp"

namespace reglament::program {
namespace {

using MonotonicClock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// Any working morning on which the edition is in force.
constexpr std::string_view kBenchMorning = "2015-07-14T10:00:00+06:00";
constexpr std::size_t kTasksAtOnce = 1024;

// Durations in steps of two per cent, so that a long run needs no more memory than a short one.
class LatencyHistogram {
 public:
  void add(Seconds latency) {
    const double micros = std::max(1.0, latency.count() * 1e6);
    const auto bucket = static_cast<std::size_t>(std::log(micros) / kStep);
    ++buckets_[std::min(bucket, buckets_.size() - 1)];
    ++count_;
  }
  // In milliseconds; 0 where nothing was measured.
  [[nodiscard]] double quantile(double share) const {
    auto remaining = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
      if (remaining < buckets_[bucket]) return std::exp(kStep * (double(bucket) + 0.5)) / 1000;
      remaining -= buckets_[bucket];
    }
    return 0;
  }

 private:
  static constexpr double kStep = 0.02;
  std::array<std::uint64_t, 1024> buckets_{};
  std::uint64_t count_ = 0;
};

struct LoadReport {
  double seconds{};
  EngineCounters counters;   // during the measured time
  std::uint64_t cases{};     // closed during it
  LatencyHistogram latency;  // from an answer to its committed entry
};

// Keeps cases in flight against an engine until the time is over.
class Load {
 public:
  Load(EnginePort& engine, std::size_t in_flight)
      : engine_(engine), in_flight_(in_flight), desk_(engine.open_desk({})) {}

  LoadReport run(Seconds duration) {
    std::thread filing([this] {
      try {
        keep_filing();
      } catch (...) {
        trouble_ = std::current_exception();
        failed_ = true;
      }
    });
    const auto before = engine_.counters();
    const auto begin = MonotonicClock::now();
    while (MonotonicClock::now() - begin < duration && !failed_) answer_what_waits();
    LoadReport report;
    report.seconds = Seconds(MonotonicClock::now() - begin).count();
    report.counters = engine_.counters();
    report.cases = closed_;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    filing.join();
    engine_.drain();
    if (trouble_) std::rethrow_exception(trouble_);
    if (rejected_ > 0) {
      throw BadInput(fmt::format("expected the bench's answers to be accepted, found {} rejected",
                                 rejected_.load()));
    }
    report.latency = latency_;
    report.counters.decisions -= before.decisions;
    report.counters.commits -= before.commits;
    return report;
  }

 private:
  void keep_filing() {
    for (;;) {
      std::size_t wanted = 0;
      {
        std::unique_lock lock(mutex_);
        while (filed_ >= closed_ + in_flight_ && !stopping_) wait_for_change(lock);
        if (stopping_) return;
        wanted = std::min<std::size_t>(closed_ + in_flight_ - filed_, kTasksAtOnce);
      }
      std::vector<FilingRequest> requests(wanted);
      for (FilingRequest& request : requests) request.filing = next_filing();
      for (const FilingResult& result : engine_.file(std::move(requests))) {
        if (!result.error.empty() || result.reply.refused) {
          throw BadInput(
              fmt::format("expected the bench's filings to be accepted, found {}", result.error));
        }
      }
      const std::lock_guard lock(mutex_);
      filed_ += wanted;
      changed_.notify_all();
    }
  }

  Filing next_filing() {
    Filing filing;
    filing.request_id = fmt::format("bench-{:010}", ++request_);
    filing.regulation = "border-zone-permit";
    filing.office = units()[request_ % units().size()];
    filing.channel = "direct";
    filing.applicant = {"Bench Applicant", "KGZ", "AC0000000"};
    filing.documents = {"application", "identity-document"};
    return filing;
  }

  static const std::vector<std::string>& units() {
    static const std::vector<std::string> ids = [] {
      std::vector<std::string> found;
      for (const Office& office : world().directory.offices()) {
        if (office.holds("migration-police-unit")) found.push_back(office.id);
      }
      return found;
    }();
    return ids;
  }

  void answer_what_waits() {
    const auto deliveries = desk_->take(kTasksAtOnce);
    if (deliveries.empty()) {
      std::unique_lock lock(mutex_);
      if (verdicts_ == seen_) wait_for_change(lock);
      seen_ = verdicts_;
      return;
    }
    for (const TaskDelivery& delivery : deliveries) answer(delivery);
  }

  void answer(const TaskDelivery& delivery) {
    const TaskMessage& task = delivery.task;
    const OutcomeLine& outcome = favourable(task);
    Answer reply;
    reply.message_id =
        fmt::format("{}/{}/{}/{}", task.office.view(), task.case_number, task.task, task.attempt);
    reply.case_number = task.case_number;
    reply.task = task.task;
    reply.attempt = task.attempt;
    reply.office = task.office.view();
    reply.reply_to = task.reply_to;
    reply.actor = fmt::format("desk:{}", task.office.view());
    reply.outcome = outcome.code;
    for (const FieldLine& field : outcome.fields) reply.fields[std::string(field.name)] = "bench";
    const bool last = outcome.code == "issued";
    desk_->answer(std::move(reply),
                  [this, last, sent = MonotonicClock::now()](const Verdict& verdict) {
                    finish(verdict, last, MonotonicClock::now() - sent);
                  });
  }

  // The limit covers a verdict that comes between the caller's check and the flag.
  void wait_for_change(std::unique_lock<std::mutex>& lock) {
    waiting_ = true;
    changed_.wait_for(lock, std::chrono::milliseconds(1));
  }

  // On the engine's committing thread, thousands of times a second: it takes the lock only to wake
  // somebody who waits.
  void finish(const Verdict& verdict, bool last, Seconds latency) {
    latency_.add(latency);
    ++verdicts_;
    if (verdict) ++rejected_;
    if (last && !verdict) ++closed_;
    if (!waiting_.exchange(false)) return;
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  const OutcomeLine& favourable(const TaskMessage& task) {
    const auto known = favourable_.find(task.step);
    if (known != favourable_.end()) return *known->second;
    const Regulation* const regulation =
        world().catalogue.find(task.regulation.view(), task.edition.view());
    const OutcomeLine* const outcome =
        regulation->find_outcome(favourable_outcome(*regulation, task.step.view(), Facts{}));
    favourable_.emplace(task.step, outcome);
    return *outcome;
  }

  EnginePort& engine_;
  const std::size_t in_flight_;
  const std::unique_ptr<DeskChannel> desk_;
  std::uint64_t request_ = 0;                                  // filing thread
  std::unordered_map<Symbol, const OutcomeLine*> favourable_;  // desk thread
  std::uint64_t seen_ = 0;                                     // desk thread

  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t filed_ = 0;
  bool stopping_ = false;
  std::atomic<bool> waiting_ = false;
  std::exception_ptr trouble_;  // of the filing thread; read when it has ended
  std::atomic<bool> failed_ = false;
  std::atomic<std::uint64_t> rejected_ = 0;
  std::atomic<std::uint64_t> closed_ = 0;
  std::atomic<std::uint64_t> verdicts_ = 0;
  LatencyHistogram latency_;  // committing thread; read when the engine has drained
};

// Resident memory of this process, from /proc.
double resident_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

void print_report(const Globals& globals, const LoadReport& report) {
  const auto per_second = [&](std::uint64_t count) {
    return std::round(static_cast<double>(count) / report.seconds);
  };
  const double entries_per_commit = static_cast<double>(report.counters.decisions) /
                                    std::max<double>(1, double(report.counters.commits));
  const double p50 = report.latency.quantile(0.5);
  const double p99 = report.latency.quantile(0.99);
  if (globals.json) {
    Json line;
    line["transitions_per_s"] = per_second(report.counters.decisions);
    line["cases_per_s"] = per_second(report.cases);
    line["p50_ms"] = std::round(p50 * 1000) / 1000;
    line["p99_ms"] = std::round(p99 * 1000) / 1000;
    line["commits"] = report.counters.commits;
    line["entries_per_commit"] = std::round(entries_per_commit);
    line["rss_mib"] = std::round(resident_mib());
    return print_json(line);
  }
  print_line(fmt::format("{:>10.0f} transitions a second, durably committed",
                         per_second(report.counters.decisions)));
  print_line(fmt::format("{:>10.0f} cases a second", per_second(report.cases)));
  print_line(fmt::format("{:>10.3f} ms from an answer to its committed entry (median)", p50));
  print_line(fmt::format("{:>10.3f} ms (99 of 100)", p99));
  print_line(
      fmt::format("{:>10} commits of {:.0f} entries", report.counters.commits, entries_per_commit));
  print_line(fmt::format("{:>10.0f} MiB resident", resident_mib()));
}

}  // namespace

void add_bench(CLI::App& app, Globals& globals, Exit& exit) {
  struct Options {
    double seconds = 10;
    std::size_t in_flight = 2048;
  };
  auto options = std::make_shared<Options>();
  CLI::App* const command =
      app.add_subcommand("bench", "measure this machine: permits at full speed");
  command->add_option("--seconds", options->seconds, "how long")->check(CLI::Range(0.1, 86400.0));
  command->add_option("--cases-in-flight", options->in_flight, "cases open at a time")
      ->check(CLI::Range(1, 1'000'000));
  command->footer(
      "Example: reglament --db /tmp/bench.db bench --seconds 30\n"
      "The database must not exist yet; it stays afterwards, to be looked at.");
  command->callback([&globals, &exit, options] {
    const auto morning = parse_instant(kBenchMorning);
    create_database(globals, *morning, 1);
    const auto engine = connect_engine(globals);
    print_report(globals, Load(*engine, options->in_flight).run(Seconds(options->seconds)));
    exit = Exit::done;
  });
}

}  // namespace reglament::program
