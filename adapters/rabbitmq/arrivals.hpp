// Arrivals at the desks of offices: told by their connections (RabbitDeskSettings::on_arrival),
// waited for by the one who works at all of them. It outlives the desks, whose threads add to it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace reglament::rabbitmq {

class Arrivals {
 public:
  void add() {
    {
      const std::lock_guard lock(mutex_);
      ++count_;
    }
    added_.notify_one();
  }
  // Read before what has arrived is taken: what comes meanwhile is then not missed.
  [[nodiscard]] std::uint64_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  // Until there are more than these; false where the moment has passed.
  bool wait_beyond(std::uint64_t seen, std::chrono::steady_clock::time_point give_up) {
    std::unique_lock lock(mutex_);
    return added_.wait_until(lock, give_up, [&] { return count_ > seen; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable added_;
  std::uint64_t count_ = 0;  // under mutex_
};

}  // namespace reglament::rabbitmq
