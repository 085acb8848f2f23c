#include "tests/support/memory_leases.hpp"

#include <algorithm>

namespace reglament::testing {

std::unique_lock<std::mutex> MemoryLeases::enter() {
  if (before_call) before_call();
  return std::unique_lock(board_->mutex);
}

Membership MemoryLeases::seen() const {
  std::map<std::uint64_t, NodeRegistration> by_joining;
  for (const auto& [id, member] : board_->members) {
    if (member.until > board_->now) by_joining.emplace(member.joined, member.registration);
  }
  Membership result;
  for (const auto& [joined, registration] : by_joining) result.nodes.push_back(registration);
  for (const auto& [log, lease] : board_->leases) {
    if (lease.until > board_->now) result.leases.push_back({log, lease.node});
  }
  return result;
}

Membership MemoryLeases::renew(const NodeRegistration& self, std::chrono::milliseconds duration) {
  const auto lock = enter();
  std::erase_if(board_->members,
                [&](const auto& item) { return item.second.until <= board_->now; });
  LeaseBoard::Member& member = board_->members[self.id];
  if (member.joined == 0) member.joined = ++board_->joined;
  member.registration = self;
  member.until = board_->now + duration;
  for (auto& [log, lease] : board_->leases) {
    if (lease.node == self.id) lease.until = member.until;
  }
  return seen();
}

bool MemoryLeases::acquire(LogId log, const NodeId& node, std::chrono::milliseconds duration) {
  const auto lock = enter();
  const auto found = board_->leases.find(log);
  const bool is_free = found == board_->leases.end() || found->second.until <= board_->now ||
                       found->second.node == node;
  if (is_free) board_->leases[log] = {node, board_->now + duration};
  return is_free;
}

void MemoryLeases::release(LogId log, const NodeId& node) {
  const auto lock = enter();
  const auto found = board_->leases.find(log);
  if (found != board_->leases.end() && found->second.node == node) board_->leases.erase(found);
}

void MemoryLeases::leave(const NodeId& node) {
  const auto lock = enter();
  board_->members.erase(node);
  std::erase_if(board_->leases, [&](const auto& item) { return item.second.node == node; });
}

Membership MemoryLeases::membership() {
  const auto lock = enter();
  return seen();
}

void MemoryLeases::set_clock_target(Instant to) {
  const auto lock = enter();
  board_->clock_target = std::max(board_->clock_target, std::optional(to));
}

std::optional<Instant> MemoryLeases::clock_target() {
  const auto lock = enter();
  return board_->clock_target;
}

}  // namespace reglament::testing
