#include "tests/support/recording_broker.hpp"

#include <algorithm>

#include "engine/base/fault.hpp"

namespace reglament::testing {

void RecordingBroker::publish(std::span<const OutboxMessage> messages) {
  const std::lock_guard lock(mutex_);
  published_.insert(published_.end(), messages.begin(), messages.end());
}

std::uint64_t RecordingBroker::confirmed_through() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t highest = 0;
  for (const OutboxMessage& message : published_) highest = std::max(highest, message.id);
  return highest;
}

std::unique_ptr<DeskChannel> RecordingBroker::open_desk(std::vector<std::string>) {
  throw Unavailable("expected a broker with desks, found one that only records");
}

std::vector<OutboxMessage> RecordingBroker::published() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

std::vector<TaskMessage> RecordingBroker::taken_tasks() const {
  std::vector<TaskMessage> tasks;
  for (const OutboxMessage& message : published()) {
    if (const auto* task = std::get_if<TaskMessage>(&message.message)) tasks.push_back(*task);
  }
  return tasks;
}

std::vector<Notice> RecordingBroker::notices() const {
  std::vector<Notice> notices;
  for (const OutboxMessage& message : published()) {
    if (const auto* notice = std::get_if<Notice>(&message.message)) notices.push_back(*notice);
  }
  return notices;
}

}  // namespace reglament::testing
