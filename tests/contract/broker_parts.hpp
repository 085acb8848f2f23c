// What tests of brokers share: tasks, answers to them, and something that stands in for the engine.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/base/fault.hpp"
#include "engine/runtime/broker.hpp"
#include "engine/runtime/partition.hpp"
#include "tests/support/sample_task.hpp"

namespace reglament::contract {

// The offices of the tests: a broker that has to know its queues beforehand declares these.
inline const std::vector<std::string> kOffices = {"kz.test.a", "kz.test.b", "kz.test.c"};

// The queues of partitions, where the broker has such; an answer goes to the one of its case.
inline constexpr std::uint32_t kPartitions = 4;

struct BrokerUnderTest {
  std::string name;
  std::function<std::unique_ptr<Broker>()> make;  // empty, and not shared with another test
  std::uint32_t load = 20'000;                    // tasks in the test with threads
  // What is given back returns to its old place, before what other deliveries this desk has taken
  // in advance. Where not, it comes again some time.
  bool keeps_places = true;
};

inline TaskMessage task_of(CaseNumber number, const std::string& office,
                           std::uint32_t ordinal = 1) {
  TaskMessage task = testing::sample_task(number, office);
  task.task = ordinal;
  task.reply_to = partition_of(number, kPartitions);
  return task;
}

inline Answer answer_to(const TaskMessage& task) {
  Answer answer = testing::sample_answer(task);
  answer.fields = {{"signed_by", "Ахметов А."}};
  return answer;
}

inline const Rejection kDuplicate{std::string(rejection_code::duplicate), "engine",
                                  "one answer to a task", "another one"};

// Stands in for the engine: accepts the first answer to a task, however often it comes, and no
// other.
class Inbox {
 public:
  Broker::AnswerSink sink() {
    return [this](Answer answer, const std::function<void(const Verdict&)>& on_verdict) {
      on_verdict(judge(std::move(answer)));
    };
  }
  [[nodiscard]] std::vector<Answer> accepted() const {
    const std::lock_guard lock(mutex_);
    return accepted_;
  }
  [[nodiscard]] std::size_t accepted_count() const {
    const std::lock_guard lock(mutex_);
    return accepted_.size();
  }
  void reject_next(Rejection rejection) {
    const std::lock_guard lock(mutex_);
    next_ = std::move(rejection);
  }

 private:
  Verdict judge(Answer answer) {
    const std::lock_guard lock(mutex_);
    if (next_) return std::exchange(next_, std::nullopt);
    const auto [first, is_first] =
        answered_.emplace(std::pair(answer.case_number, answer.task), answer.message_id);
    if (!is_first) return first->second == answer.message_id ? Verdict() : kDuplicate;
    accepted_.push_back(std::move(answer));
    return std::nullopt;
  }

  mutable std::mutex mutex_;
  std::map<std::pair<CaseNumber, std::uint32_t>, std::string> answered_;  // message id
  std::vector<Answer> accepted_;
  Verdict next_;
};

// Tries until it is so, for at most ten seconds.
inline bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return true;
}

}  // namespace reglament::contract
