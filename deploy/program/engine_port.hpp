// The engine as commands use it, wherever it runs: in this process (a command that finds no engine
// on the database hosts one for as long as it needs), or in the `serve` that owns the database,
// reached through the Unix socket beside the file.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "deploy/program/database.hpp"
#include "deploy/program/globals.hpp"
#include "engine/runtime/broker.hpp"
#include "engine/runtime/engine.hpp"

namespace reglament::program {

struct FilingRequest {
  Filing filing;
  std::optional<Instant> filed_at;  // as stated; on a virtual clock it must be its time
};

// One of the two: what was replied, or why the filing could not be taken at all.
struct FilingResult {
  FilingReply reply;
  std::string error;  // one line; empty where there is a reply
  Exit error_kind = Exit::bad_input;
};

class EnginePort {
 public:
  EnginePort() = default;
  EnginePort(const EnginePort&) = delete;
  EnginePort& operator=(const EnginePort&) = delete;
  virtual ~EnginePort() = default;

  // Files them all; results in the order of the requests, each durable when this returns.
  [[nodiscard]] virtual std::vector<FilingResult> file(std::vector<FilingRequest> requests) = 0;
  // A desk for these offices; empty: for all. Answers may travel together: their verdicts are there
  // when drain() has returned, and one that is missing then was not decided (a fault of the store).
  [[nodiscard]] virtual std::unique_ptr<DeskChannel> open_desk(
      std::vector<std::string> offices) = 0;
  // A legal act that no task asks for; durable when this returns, a rejection too. Throws the fault
  // where it was not decided.
  [[nodiscard]] virtual Verdict act(const LegalAct& act) = 0;
  [[nodiscard]] virtual Instant now() = 0;
  [[nodiscard]] virtual bool has_virtual_clock() = 0;
  // Throws BadInput on the system clock or for an instant before the clock.
  virtual void advance_clock(Instant to) = 0;
  // Returns when open deadlines follow the edition. Throws what Engine::publish_calendar reports.
  virtual PublicationReply publish_calendar(CalendarPublication publication) = 0;
  // Returns when everything sent before is decided and durable.
  virtual void drain() = 0;
  [[nodiscard]] virtual EngineCounters counters() = 0;
};

// The engine of the database: the running `serve`, or one hosted here. Throws
//   Unavailable  no database there, or one of a newer schema
//   TryAgain     another command is the owner and does not end; names its pid
[[nodiscard]] std::unique_ptr<EnginePort> connect_engine(const Globals& globals);

}  // namespace reglament::program
