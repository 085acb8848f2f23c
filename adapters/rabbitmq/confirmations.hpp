// Up to which of the engine's messages all have arrived, over the connections of all agencies.
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <set>

namespace reglament::rabbitmq {

// From any thread. Id 0 needs no confirmation.
class Confirmations {
 public:
  void expect(std::uint64_t id) {
    if (id == 0) return;
    const std::lock_guard lock(mutex_);
    expected_.insert(id);
    highest_ = std::max(highest_, id);
  }
  void confirm(std::uint64_t id) {
    if (id == 0) return;
    const std::lock_guard lock(mutex_);
    const auto found = expected_.find(id);
    if (found != expected_.end()) expected_.erase(found);
  }
  [[nodiscard]] std::uint64_t through() const {
    const std::lock_guard lock(mutex_);
    return expected_.empty() ? highest_ : *expected_.begin() - 1;
  }

 private:
  mutable std::mutex mutex_;
  std::multiset<std::uint64_t> expected_;  // under mutex_; one published twice is there twice
  std::uint64_t highest_ = 0;              // under mutex_
};

}  // namespace reglament::rabbitmq
