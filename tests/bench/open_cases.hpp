// An engine on a real SQLite database full of open cases of the border-zone permit, for benchmarks
// of what happens to many at once. Two deadlines to a case: the service's and the first step's.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_store.hpp"
#include "engine/runtime/engine.hpp"
#include "tests/support/hosted_engine.hpp"

namespace reglament::bench {

inline constexpr std::size_t kDeadlinesOfACase = 2;

// Takes every message over and keeps none: what is measured is the engine's and the store's.
class ForgetfulBroker final : public Broker {
 public:
  [[nodiscard]] bool is_durable() const override { return true; }
  void publish(std::span<const OutboxMessage> messages) override {
    if (!messages.empty()) through_ = std::max(through_.load(), messages.back().id);
  }
  [[nodiscard]] std::uint64_t confirmed_through() const override { return through_; }
  void set_answer_sink(AnswerSink) override {}
  void set_filing_sink(FilingSink) override {}
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string>) override {
    throw BadInput("expected no desk at a broker that keeps nothing");
  }

 private:
  std::atomic<std::uint64_t> through_{0};
};

class OpenCases {
 public:
  explicit OpenCases(const std::string& name)
      : folder_(std::filesystem::temp_directory_path() / fmt::format("{}-{}", name, getpid())) {
    std::filesystem::create_directories(folder_);
    store_ = create_sqlite_store(folder_ / "bench.db", {4, true, start(), ""});
    engine_ = std::make_unique<Engine>(*store_, broker_, clock_, &clock_,
                                       testing::permit_framework(), testing::counting_bytes());
    engine_->start();
  }
  ~OpenCases() {
    engine_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  OpenCases(const OpenCases&) = delete;
  OpenCases& operator=(const OpenCases&) = delete;

  [[nodiscard]] Engine& engine() { return *engine_; }

  void fill(std::size_t cases) {
    constexpr std::size_t kAtOnce = 20'000;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < cases; ++i) {
      engine_->file(testing::complete_filing(fmt::format("r-{}", i)),
                    [](const std::exception_ptr& fault, const FilingReply&) {
                      if (fault) std::rethrow_exception(fault);
                    });
      if (i % kAtOnce == 0) engine_->drain();
    }
    engine_->drain();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    fmt::print("{} cases with {} open deadlines, filed in {:.1f} s\n", cases,
               cases * kDeadlinesOfACase, seconds.count());
  }

  [[nodiscard]] static Instant start() { return testing::instant("2015-07-14T10:15:00+06:00"); }

 private:
  std::filesystem::path folder_;
  VirtualClock clock_{start()};
  ForgetfulBroker broker_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace reglament::bench
