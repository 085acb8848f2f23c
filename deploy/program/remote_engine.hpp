// The engine of the `serve` that owns the database, over API v1 on its Unix socket (api.hpp).
#pragma once

#include <list>
#include <memory>

#include "adapters/http/client.hpp"
#include "deploy/program/engine_port.hpp"

namespace reglament::program {

class RemoteDesk;

// Used from one thread, its desks too.
class RemoteEngine final : public EnginePort {
 public:
  explicit RemoteEngine(http::Client client) : client_(std::move(client)) {}

  [[nodiscard]] std::vector<FilingResult> file(std::vector<FilingRequest> requests) override;
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string> offices) override;
  [[nodiscard]] Verdict act(const LegalAct& act) override;
  [[nodiscard]] Instant now() override;
  [[nodiscard]] bool has_virtual_clock() override;
  void advance_clock(Instant to) override;
  PublicationReply publish_calendar(CalendarPublication publication) override;
  void drain() override;
  [[nodiscard]] EngineCounters counters() override;

 private:
  friend class RemoteDesk;

  // Throws the fault that a problem object carries.
  [[nodiscard]] std::string call(std::string method, std::string target, std::string body = {});

  http::Client client_;
  std::list<RemoteDesk*> desks_;  // those that live
};

}  // namespace reglament::program
