// The port to the table of nodes and leases: which node may run which partition, and until when.
//
// A lease is an agreement, not a lock. It keeps two nodes from running the same partition in turn
// and in vain; what makes it safe that they do (a node was stopped and goes on, a clock is wrong)
// is the epoch that every commit checks (store.hpp): who claims a partition raises it.
//
// Time is the clock of the database, so that the clocks of the machines need not agree. Every
// function throws Unavailable when the database is not to be had.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "engine/history/entry.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

using NodeId = std::string;

struct NodeRegistration {
  NodeId id;            // fresh at each start of a process: who comes back is another node
  std::string name;     // for people; need not be unique
  std::string address;  // where its health can be asked; for people
  bool operator==(const NodeRegistration&) const = default;
};

struct Lease {
  LogId log{};
  NodeId node;
  bool operator==(const Lease&) const = default;
};

// What holds at one moment.
struct Membership {
  std::vector<NodeRegistration> nodes;  // those that live, in the order in which they joined
  std::vector<Lease> leases;            // those that run, ascending by log
};

class Leases {
 public:
  Leases() = default;
  Leases(const Leases&) = delete;
  Leases& operator=(const Leases&) = delete;
  virtual ~Leases() = default;

  // Joins, or says that this node still lives, for so long from now; its leases run as long. A
  // lease of its own that has ended and that nobody has taken meanwhile runs again.
  [[nodiscard]] virtual Membership renew(const NodeRegistration& self,
                                         std::chrono::milliseconds duration) = 0;
  // True when the partition is this node's from now on: it was free, or the lease had ended, or is
  // this node's own.
  [[nodiscard]] virtual bool acquire(LogId log, const NodeId& node,
                                     std::chrono::milliseconds duration) = 0;
  // Nothing happens where the lease is another's.
  virtual void release(LogId log, const NodeId& node) = 0;
  // Gives everything up, as if the node had never joined.
  virtual void leave(const NodeId& node) = 0;
  // Reads, without joining.
  [[nodiscard]] virtual Membership membership() = 0;

  // Where the virtual clock is to go: every engine moves its partition there. Never back: an
  // earlier instant changes nothing. Nothing before the first move.
  virtual void set_clock_target(Instant to) = 0;
  [[nodiscard]] virtual std::optional<Instant> clock_target() = 0;
};

}  // namespace reglament
