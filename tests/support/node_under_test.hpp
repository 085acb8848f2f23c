// A node on a database in memory, with a broker of the tests behind each of its partitions.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "engine/runtime/node.hpp"
#include "tests/support/hosted_engine.hpp"
#include "tests/support/memory_leases.hpp"
#include "tests/support/memory_store.hpp"

namespace reglament::testing {

// What clients do at the broker of one partition, wherever its engine runs.
class PartitionLine {
 public:
  // Waits for the reply; the engine's fault is thrown, Unavailable where there is no engine.
  FilingReply file(const Filing& filing);
  // Nothing where the engine has not decided: the answer is to be sent again.
  std::optional<Verdict> answer(const Answer& answer);

  void set_answers(Broker::AnswerSink sink);
  void set_filings(Broker::FilingSink sink);

 private:
  std::mutex mutex_;
  Broker::AnswerSink answers_;
  Broker::FilingSink filings_;
};

enum class CommitFault { none, nothing_happened, unknown };

// What a machine is, beside the node on it.
class NodeUnderTest {
 public:
  // A turn of the node is due every fifth of it.
  static constexpr std::chrono::milliseconds lease{2000};

  NodeUnderTest(const MemoryStore& database, std::uint32_t partitions,
                std::shared_ptr<LeaseBoard> board, std::string id);
  ~NodeUnderTest();
  NodeUnderTest(const NodeUnderTest&) = delete;
  NodeUnderTest& operator=(const NodeUnderTest&) = delete;

  void turn();
  [[nodiscard]] Node& node() { return *node_; }
  [[nodiscard]] MemoryLeases& leases() { return leases_; }
  // The partitions with an engine that runs.
  [[nodiscard]] std::set<LogId> running() const;
  // Null where this node has no engine for it.
  [[nodiscard]] std::shared_ptr<PartitionLine> line(LogId log);

  // Of the next commit on this machine.
  void break_next_commit(CommitFault fault) { next_commit_ = fault; }
  // Brokers of these partitions are not to be had.
  std::set<LogId> without_broker;

 private:
  [[nodiscard]] std::unique_ptr<Store> open_store(const MemoryStore& database);
  [[nodiscard]] std::unique_ptr<Broker> open_broker(LogId log);

  const std::shared_ptr<LeaseBoard> board_;
  MemoryLeases leases_;
  std::atomic<CommitFault> next_commit_ = CommitFault::none;
  std::map<LogId, std::weak_ptr<PartitionLine>> lines_;
  std::unique_ptr<Node> node_;
};

}  // namespace reglament::testing
