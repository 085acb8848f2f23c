// The desk of one office in the demo: takes the tasks that wait for it, works on them at the
// office's pace during its opening hours, and answers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "deploy/demo/office_hours.hpp"
#include "deploy/demo/office_post.hpp"
#include "deploy/demo/scenario.hpp"
#include "deploy/program/engine_port.hpp"

namespace reglament::demo {

// What an office answers to a task: decided by the seed and the case alone, so that it does not
// matter who works on it, or when.
[[nodiscard]] Answer answer_to(const TaskMessage& task, std::uint64_t seed);

// How many minutes of work a task is, at that usual pace: a half to twice as many.
[[nodiscard]] std::chrono::minutes work_of(const TaskMessage& task, std::chrono::minutes usual,
                                           std::uint64_t seed);

// The field in which a desk reports that a task had been handed out before, to a desk that died:
// the how manieth delivery it was. The dossier keeps it.
inline constexpr std::string_view delivery_field = "delivery";

class OfficeDesk {
 public:
  // `name` distinguishes the desks of one office.
  OfficeDesk(program::EnginePort& engine, std::string name, std::string office, OfficeHours hours,
             Pace pace, std::uint64_t seed);

  // Takes what waits for the office and plans when each will be done: of what has come since the
  // last call the oldest first, in whatever order the broker brings it.
  void take(Instant now);
  // The same in two steps, for what may not have come yet.
  void collect();
  void plan(Instant now);
  // Whether it has come and is not answered.
  [[nodiscard]] bool has(const OfferedTask& task) const { return held_.contains(task); }
  [[nodiscard]] std::vector<Notice> read_notices() { return channel_->take_notices(); }
  // When the next task will be done; nothing where there is none, or the desk hangs.
  [[nodiscard]] std::optional<Instant> next_answer() const;
  // Sends the answers that are ready. They are decided when the engine has been drained.
  void answer_due(Instant now);
  // After the engine was drained. Throws Unavailable where an answer was not decided.
  void expect_answers_accepted();

  // Answers nothing from now on, and still takes tasks.
  void hang() { hangs_ = true; }
  // Tasks in its hands.
  [[nodiscard]] std::size_t holds() const { return plan_.size(); }

 private:
  // Shared with the callbacks, which come from another thread.
  struct Sent {
    std::mutex mutex;
    std::size_t undecided = 0;
    std::optional<Rejection> rejected;
  };

  std::string name_;
  std::string office_;
  OfficeHours hours_;
  Pace pace_;
  std::uint64_t seed_;
  bool hangs_ = false;
  std::vector<Instant> free_at_;       // each officer
  std::vector<TaskDelivery> arrived_;  // and not planned yet
  std::multimap<Instant, TaskDelivery> plan_;
  // A broker may deliver anew what it has delivered before, also when it has been answered.
  std::set<OfferedTask> held_;  // arrived_ and plan_
  std::set<OfferedTask> answered_;
  std::shared_ptr<Sent> sent_ = std::make_shared<Sent>();
  std::unique_ptr<DeskChannel> channel_;
};

}  // namespace reglament::demo
