#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "adapters/wire/limits.hpp"
#include "adapters/wire/reply_json.hpp"
#include "deploy/desk/answering.hpp"
#include "deploy/program/api_json.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

using Moment = std::chrono::steady_clock::time_point;

// What the program is told: the task as the API has it, without what belongs to its delivery.
std::string question(const TaskMessage& task) {
  Json json = to_json(TaskDelivery{0, task, 0});
  json.erase("tag");
  json.erase("deliveries");
  return json.dump() + "\n";
}

desk::Reply read_reply(const std::string& output, const TaskMessage& task) {
  desk::Reply reply = parse_reply(output);
  const auto is_it = [&](const Symbol& outcome) { return outcome == reply.outcome; };
  if (std::ranges::none_of(task.outcomes, is_it)) {
    wire::refuse("an outcome that the task lists", wire::quote(reply.outcome), "outcome");
  }
  return reply;
}

class CommandAnswering final : public Answering {
 public:
  CommandAnswering(ExternalCommand command, CommandSettings settings,
                   std::function<void(const std::string&)> complain)
      : command_(std::move(command)), settings_(settings), complain_(std::move(complain)) {
    for (std::size_t i = 0; i < settings_.at_once; ++i) {
      workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }

  // The workers are told together, so that one waits for no other's command.
  ~CommandAnswering() override {
    for (std::jthread& worker : workers_) worker.request_stop();
  }

  void offer(const TaskMessage& task) override {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(Moment::min(), Question{task, settings_.first_pause});
    wake_.notify_one();
  }

  void withdraw(desk::TaskKey key) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(waiting_, [&](const auto& entry) { return key_of(entry.second.task) == key; });
    for (auto& [number, running] : running_) running.withdrawn |= running.key == key;
  }

  [[nodiscard]] std::vector<ReadyReply> take_ready(Instant /*now*/, std::size_t most) override {
    const std::lock_guard lock(mutex_);
    std::vector<ReadyReply> taken;
    while (!ready_.empty() && taken.size() < most) {
      taken.push_back(std::move(ready_.front()));
      ready_.pop_front();
    }
    return taken;
  }

  [[nodiscard]] bool has_more() const override {
    const std::lock_guard lock(mutex_);
    return !waiting_.empty() || !ready_.empty() || !running_.empty();
  }

 private:
  static desk::TaskKey key_of(const TaskMessage& task) { return {task.case_number, task.task}; }

  struct Question {
    TaskMessage task;
    std::chrono::milliseconds pause;  // after the next failure
    std::uint64_t number = 0;         // of this asking
  };
  struct Running {
    desk::TaskKey key;
    bool withdrawn = false;
  };

  void work(const std::stop_token& stop) {
    while (auto question = next(stop)) ask(*std::move(question), stop);
  }

  std::optional<Question> next(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      if (waiting_.empty()) {
        wake_.wait(lock, stop, [this] { return !waiting_.empty(); });
        continue;
      }
      const Moment first = waiting_.begin()->first;
      if (first > std::chrono::steady_clock::now()) {
        // Until then, or until one comes that is to be asked before.
        wake_.wait_until(lock, stop, first,
                         [&] { return waiting_.empty() || waiting_.begin()->first < first; });
        continue;
      }
      auto question = std::move(waiting_.extract(waiting_.begin()).mapped());
      question.number = ++questions_;
      running_.emplace(question.number, Running{key_of(question.task)});
      return question;
    }
    return std::nullopt;
  }

  void ask(Question asked, const std::stop_token& stop) {
    const TaskMessage& task = asked.task;
    std::optional<desk::Reply> reply;
    std::string trouble;
    try {
      reply = read_reply(command_.run(question(task), stop), task);
    } catch (const BadInput& error) {
      trouble = fmt::format("expected an answer of {}, {}", command_.program(), error.what());
    } catch (const Unavailable& error) {
      trouble = error.what();
    }
    const std::lock_guard lock(mutex_);
    const Running ran = running_.extract(asked.number).mapped();
    if (ran.withdrawn || stop.stop_requested()) return;
    if (reply) {
      ready_.push_back({key_of(task), task.attempt, *std::move(reply)});
      return;
    }
    complain_(fmt::format("{}; task {}/{}; again in {} ms", trouble, task.talon, task.task,
                          asked.pause.count()));
    const Moment again = std::chrono::steady_clock::now() + asked.pause;
    asked.pause = std::min(asked.pause * 2, settings_.longest_pause);
    waiting_.emplace(again, std::move(asked));
    wake_.notify_one();
  }

  const ExternalCommand command_;
  const CommandSettings settings_;
  const std::function<void(const std::string&)> complain_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  // By the moment from which on it may be asked; of one moment in the order of arrival.
  std::multimap<Moment, Question> waiting_;
  std::deque<ReadyReply> ready_;
  std::map<std::uint64_t, Running> running_;  // by the number of the question
  std::uint64_t questions_ = 0;
  std::vector<std::jthread> workers_;  // last: they use all of the above
};

}  // namespace

std::unique_ptr<Answering> answer_by_command(ExternalCommand command, CommandSettings settings,
                                             std::function<void(const std::string&)> complain) {
  return std::make_unique<CommandAnswering>(std::move(command), settings, std::move(complain));
}

}  // namespace reglament::program
