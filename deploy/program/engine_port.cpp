#include "deploy/program/engine_port.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <thread>

#include "adapters/http/client.hpp"
#include "deploy/program/distributed_engine.hpp"
#include "deploy/program/hosted_engine.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "deploy/program/remote_engine.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

// A command that owns the database ends soon, or it is a `serve` about to open its socket.
constexpr std::chrono::seconds kPatience{10};
constexpr std::chrono::milliseconds kBetweenAttempts{50};

}  // namespace

std::unique_ptr<EnginePort> connect_engine(const Globals& globals) {
  if (is_amqp(globals.broker)) return std::make_unique<DistributedEngine>(globals);
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    if (auto client = http::Client::connect(socket_of(globals))) {
      spdlog::debug("using the engine at {}", socket_of(globals).string());
      return std::make_unique<RemoteEngine>(std::move(*client));
    }
    std::optional<OwnedStore> owned;
    std::exception_ptr busy;
    try {
      owned = own_store(globals);
    } catch (const TryAgain&) {
      busy = std::current_exception();
    }
    if (owned) {
      spdlog::debug("hosting the engine here");
      return std::make_unique<HostedEngine>(globals, std::move(*owned));
    }
    if (std::chrono::steady_clock::now() >= give_up) std::rethrow_exception(busy);
    std::this_thread::sleep_for(kBetweenAttempts);
  }
}

}  // namespace reglament::program
