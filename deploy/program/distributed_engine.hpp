// The engine as nodes on PostgreSQL and RabbitMQ run it: what a command asks is read from the
// database, filed and answered over the broker, and the clock is moved by what the database says.
// Where no node lives this process hosts one for as long as it needs.
//
// Without a database (a department's desk, that reaches the broker only) it opens desks and tells
// the machine's time; everything else is BadConfiguration.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

#include "adapters/clock/system_clock.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/node_host.hpp"
#include "deploy/program/rabbit_places.hpp"

namespace reglament::program {

// Filing, the clock and the counters may be used from several threads, a desk from one; it must not
// outlive the engine.
class DistributedEngine final : public EnginePort {
 public:
  explicit DistributedEngine(const Globals& globals, DeskHabits habits = {});
  ~DistributedEngine() override;

  [[nodiscard]] std::vector<FilingResult> file(std::vector<FilingRequest> requests) override;
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string> offices) override;
  // By an engine that visits the partition: the node that runs it is fenced, and starts again.
  [[nodiscard]] Verdict act(const LegalAct& act) override;
  [[nodiscard]] Instant now() override;
  [[nodiscard]] bool has_virtual_clock() override;
  void advance_clock(Instant to) override;
  // By engines that visit each partition in turn.
  PublicationReply publish_calendar(CalendarPublication publication) override;
  void drain() override;
  // Of all nodes: the decisions are the entries of the database. Commits only of a node hosted
  // here.
  [[nodiscard]] EngineCounters counters() override;

 private:
  class CountedDesk;
  class Visit;
  struct Database {
    explicit Database(const Globals& globals);
    std::unique_ptr<Leases> leases;
    std::unique_ptr<StoreReader> reader;
    StoreSettings settings;  // as of the start
  };

  [[nodiscard]] Database& database();
  void expect_node();
  // Returns when nothing is left. Throws Unavailable when nothing has become less for too long.
  void wait_for(const std::function<std::uint64_t()>& left, std::string_view what);
  [[nodiscard]] bool has_messages_under_way();
  // What `call(engine, tell)` is told, by an engine that visits the partition.
  template <class Reply, class Call>
  [[nodiscard]] Reply on_visit(LogId log, Call call);
  [[nodiscard]] std::string objection(const FilingRequest& request);

  const Globals globals_;
  const DeskHabits habits_;
  std::mutex mutex_;
  std::optional<Database> database_;                  // under mutex_
  const SystemClock clock_;                           // from what the database has seen last
  std::unique_ptr<NodeHost> host_;                    // under mutex_; null while others live
  std::unique_ptr<rabbitmq::FilingChannel> filings_;  // under mutex_
  // Of each desk that lives: its answers without a verdict. Under mutex_.
  std::list<std::shared_ptr<const std::atomic<std::uint64_t>>> unanswered_;
};

}  // namespace reglament::program
