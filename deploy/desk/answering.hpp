// Who answers what waits and nobody has claimed, without a person.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/command/command.hpp"
#include "deploy/program/desk_rules.hpp"
#include "engine/desk/item.hpp"

namespace reglament::program {

struct ReadyReply {
  desk::TaskKey key;
  std::uint32_t attempt{};
  desk::Reply reply;
};

// Used from the desk's thread.
class Answering {
 public:
  Answering() = default;
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  virtual ~Answering() = default;

  // A task waits: it came in, came in again with a higher attempt, or a clerk has given it back.
  virtual void offer(const TaskMessage& task) = 0;
  // It waits no more: claimed by a person, or revoked.
  virtual void withdraw(desk::TaskKey key) = 0;
  // What can be answered now, the earliest first, at most `most`; each is given out once. By then
  // the task may wait no more.
  [[nodiscard]] virtual std::vector<ReadyReply> take_ready(Instant now, std::size_t most) = 0;
  // Whether answers are planned or being found.
  [[nodiscard]] virtual bool has_more() const = 0;
};

// By rules, each when it is due. What no rule fits is left to people.
[[nodiscard]] std::unique_ptr<Answering> answer_by_rules(DeskRules rules);

struct CommandSettings {
  CommandLimits limits;
  std::size_t at_once = 4;  // so many of them run at the same time at most
  std::chrono::milliseconds first_pause{1'000};
  std::chrono::milliseconds longest_pause{300'000};
};

// By a program. Where it fails the task stays, `complain` gets one line, and it is asked again
// after a pause that doubles each time. `complain` is called from several threads.
[[nodiscard]] std::unique_ptr<Answering> answer_by_command(
    ExternalCommand command, CommandSettings settings,
    std::function<void(const std::string&)> complain);

// Nobody: people answer everything.
[[nodiscard]] std::unique_ptr<Answering> answer_by_people();

}  // namespace reglament::program
