// The port of leases in memory, on a clock that a test moves: the same contract, and faults on
// command.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "engine/runtime/leases.hpp"

namespace reglament::testing {

// What the nodes share.
struct LeaseBoard {
  struct Member {
    NodeRegistration registration;
    std::uint64_t joined{};
    std::chrono::milliseconds until{};
  };
  struct Running {
    NodeId node;
    std::chrono::milliseconds until{};
  };
  std::mutex mutex;
  std::chrono::milliseconds now{};
  std::uint64_t joined = 0;
  std::map<NodeId, Member> members;
  std::map<LogId, Running> leases;
  std::optional<Instant> clock_target;
};

class MemoryLeases final : public Leases {
 public:
  explicit MemoryLeases(std::shared_ptr<LeaseBoard> board) : board_(std::move(board)) {}

  [[nodiscard]] Membership renew(const NodeRegistration& self,
                                 std::chrono::milliseconds duration) override;
  [[nodiscard]] bool acquire(LogId log, const NodeId& node,
                             std::chrono::milliseconds duration) override;
  void release(LogId log, const NodeId& node) override;
  void leave(const NodeId& node) override;
  [[nodiscard]] Membership membership() override;
  void set_clock_target(Instant to) override;
  [[nodiscard]] std::optional<Instant> clock_target() override;

  // Called before each call; what it throws, the call throws, with nothing done.
  std::function<void()> before_call;

 private:
  [[nodiscard]] std::unique_lock<std::mutex> enter();
  [[nodiscard]] Membership seen() const;

  std::shared_ptr<LeaseBoard> board_;
};

}  // namespace reglament::testing
