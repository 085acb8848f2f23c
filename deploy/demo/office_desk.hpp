// The desk of one office in the demo: takes the tasks that wait for it, works on them at the
// office's pace during its opening hours, and answers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "deploy/demo/office_hours.hpp"
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

  // Takes what waits for the office and plans when each will be done.
  void take(Instant now);
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
  [[nodiscard]] const OfficeHours& hours() const { return hours_; }

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
  std::vector<Instant> free_at_;  // each officer
  std::multimap<Instant, TaskDelivery> plan_;
  std::shared_ptr<Sent> sent_ = std::make_shared<Sent>();
  std::unique_ptr<DeskChannel> channel_;
};

}  // namespace reglament::demo
