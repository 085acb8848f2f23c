// A node: runs its fair part of the partitions, each with an engine, a store and a broker of its
// own, so that they start and stop independently.
//
// It decides in turns, on a thread of its host; between two turns the engines work by themselves. A
// turn says that the node still lives, sees which other nodes do, stops what is no longer its own,
// gives away what is over its part, takes what is free up to its part, and starts again what has
// stopped with a fault.
//
// Invariants
//   N1  an engine is started only under a lease, and claims its partition then: whoever ran it
//       before can commit nothing from that moment (I11)
//   N2  an engine is never used again after a fault: the next one reads the store, and a commit of
//       unknown outcome has become a known one (claim waits for a commit under way)
//   N3  a partition is given away only when everything that was submitted is decided
//   N4  parts differ by at most one; the older nodes hold the larger ones, so that who joins moves
//       no more than it takes
//   N5  after a turn every lease in the node's name is of a partition that it holds
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/runtime/broker.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/engine.hpp"
#include "engine/runtime/leases.hpp"
#include "engine/runtime/store.hpp"

namespace reglament {

struct NodeSettings {
  NodeRegistration self;
  std::uint32_t partitions{};
  // How long others wait for a node that says nothing. A turn is due several times within it.
  std::chrono::milliseconds lease{10'000};
  EngineSettings engine{};  // the node sets the share
};

// What each partition gets of its own. The functions throw Unavailable, and are asked again later.
struct NodeParts {
  std::function<std::unique_ptr<Store>()> open_store;
  std::function<std::unique_ptr<Broker>(LogId)> open_broker;
  const Clock* clock{};  // null: the database runs on a virtual clock
  RandomSource random;
};

struct PartitionStatus {
  LogId log{};
  std::uint64_t epoch{};                 // 0: it has not been claimed yet
  std::optional<std::string> trouble{};  // why it does not run
};

// As of the last turn.
struct NodeStatus {
  NodeRegistration self;
  std::vector<PartitionStatus> partitions;  // held, ascending by log
  Membership seen;
  std::optional<std::string> trouble{};  // why the last turn could not renew
  EngineCounters counters{};             // of all engines since the start
};

// How many partitions the node at this place in the order of joining runs.
[[nodiscard]] std::size_t fair_part(std::size_t partitions, std::size_t nodes, std::size_t place);

class Node {
 public:
  // Time that has passed since a moment that the host has chosen; only differences count.
  using Moment = std::chrono::nanoseconds;

  Node(NodeSettings settings, NodeParts parts, Leases& leases, const Framework& framework);
  // Stops the engines; the leases run out by themselves unless leave() was called.
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Faults of the store and the broker end in the status, and the next turn tries again.
  void turn(Moment now);
  // Decides and commits what was submitted, and gives everything up.
  void leave();

  // Moves the engines towards where the virtual clock is to go; between turns, as often as wanted.
  void follow_clock();

  // From any thread.
  [[nodiscard]] NodeStatus status() const;

 private:
  class Partition;
  struct Held {
    std::unique_ptr<Partition> running;  // null: to be started
    std::exception_ptr trouble{};
    int failures{};  // one after another
    Moment retry_at{};
    Moment started_at{};
    std::uint64_t epoch{};
  };

  void drop_lost(const Membership& seen);
  void give_away(std::size_t part);
  void take(const Membership& seen, std::size_t part);
  void release_unheld(const Membership& seen);
  void start_stopped(Moment now);
  void start(LogId log, Held& held, Moment now);
  void stop(Held& held);
  void note_status(const Membership& seen, const std::exception_ptr& trouble);

  const NodeSettings settings_;
  const NodeParts parts_;
  Leases& leases_;
  const Framework framework_;

  std::map<LogId, Held> held_;
  std::optional<Moment> renewed_at_;
  EngineCounters ended_;  // of engines that are gone

  mutable std::mutex mutex_;
  NodeStatus status_;  // under mutex_
};

}  // namespace reglament
