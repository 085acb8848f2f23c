// A node inside this process: on the PostgreSQL of --db and the RabbitMQ of --broker, with a thread
// that takes its turns.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "adapters/clock/system_clock.hpp"
#include "deploy/program/globals.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "engine/runtime/node.hpp"

namespace reglament::program {

class NodeHost {
 public:
  // Joins, and runs what was free, when this returns. `address`: where its health can be asked.
  // Throws Unavailable and BadConfiguration where database or broker do not take us; later troubles
  // are in the status, and tried again.
  NodeHost(const Globals& globals, std::string address);
  // Decides what was submitted and leaves.
  ~NodeHost();
  NodeHost(const NodeHost&) = delete;
  NodeHost& operator=(const NodeHost&) = delete;

  // From any thread.
  [[nodiscard]] NodeStatus status() const { return node_->status(); }
  // The virtual clock is to go somewhere: the engines hear of it now, not at the next look.
  void look_at_clock();
  // Whether it has taken a turn lately: false where it hangs.
  [[nodiscard]] bool is_alive() const;
  // A jump of the machine's clock that the engines do not follow yet (SystemClock::jump_on_trial).
  [[nodiscard]] std::optional<std::chrono::microseconds> clock_jump() const {
    return clock_ ? clock_->jump_on_trial() : std::nullopt;
  }

 private:
  using Monotonic = std::chrono::steady_clock;

  void run();
  // Until that time has passed or the clock is to be looked at. False when the node is to stop.
  [[nodiscard]] bool wait(std::chrono::milliseconds time);
  void turn();

  const DistributedSettings settings_;
  std::unique_ptr<Leases> leases_;
  std::unique_ptr<SystemClock> clock_;  // null on a virtual clock
  std::unique_ptr<Node> node_;

  std::mutex mutex_;
  std::condition_variable woken_;
  bool stopping_ = false;         // under mutex_
  bool has_clock_moved_ = false;  // under mutex_
  std::atomic<Monotonic::rep> last_turn_ = 0;
  std::thread thread_;
};

}  // namespace reglament::program
