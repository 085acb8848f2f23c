// The engine inside this process, on a database that this process owns.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "adapters/clock/system_clock.hpp"
#include "adapters/embedded_broker/embedded_broker.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/engine_port.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/virtual_clock.hpp"

namespace reglament::program {

// Every function may be called from several threads.
class HostedEngine final : public EnginePort {
 public:
  // Takes the store over and starts the engine. Throws Unavailable.
  HostedEngine(const Globals& globals, OwnedStore owned);
  ~HostedEngine() override;

  [[nodiscard]] std::vector<FilingResult> file(std::vector<FilingRequest> requests) override;
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string> offices) override;
  [[nodiscard]] Verdict act(const LegalAct& act) override;
  [[nodiscard]] Instant now() override { return engine_->now(); }
  [[nodiscard]] bool has_virtual_clock() override { return engine_->has_virtual_clock(); }
  void advance_clock(Instant to) override;
  PublicationReply publish_calendar(CalendarPublication publication) override;
  void drain() override { engine_->drain(); }
  [[nodiscard]] EngineCounters counters() override { return engine_->counters(); }

  // Why the engine has stopped for good; null while it runs.
  [[nodiscard]] std::exception_ptr fault() const { return engine_->fault(); }
  // A jump of the machine's clock that the engine does not follow yet (SystemClock::jump_on_trial).
  [[nodiscard]] std::optional<std::chrono::microseconds> clock_jump() const {
    return system_clock_ ? system_clock_->jump_on_trial() : std::nullopt;
  }

 private:
  [[nodiscard]] std::string objection(const FilingRequest& request);
  [[nodiscard]] bool is_known(const std::string& request_id);

  const OwnedStore owned_;
  EmbeddedBroker broker_;
  std::unique_ptr<VirtualClock> virtual_clock_;  // null on the system clock
  std::unique_ptr<SystemClock> system_clock_;    // null on a virtual clock
  std::unique_ptr<Engine> engine_;

  // Shared while applications are taken, so that the virtual clock stands still between the check
  // of `filed_at` and the decision; exclusive while it moves.
  std::shared_mutex clock_mutex_;
  // Taken first by both: who files one after another must not keep the clock from moving.
  std::mutex clock_turn_;
  std::mutex reader_mutex_;
  std::unique_ptr<StoreReader> reader_;  // under reader_mutex_
};

}  // namespace reglament::program
