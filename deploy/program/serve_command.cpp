#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "adapters/http/server.hpp"
#include "deploy/program/api.hpp"
#include "deploy/program/commands.hpp"
#include "deploy/program/hosted_engine.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "deploy/program/serve_node.hpp"
#include "deploy/program/service_manager.hpp"
#include "deploy/program/signals.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

// How often silent desks and the state of the engine are looked at.
constexpr std::chrono::milliseconds kLook{1000};

void print_ready(const Globals& globals) {
  const std::string socket = socket_of(globals).string();
  if (globals.json) {
    print_json(
        {{"ready", true}, {"db", place_of(globals)}, {"socket", socket}, {"pid", ::getpid()}});
  } else {
    print_line(
        fmt::format("ready: {} served on {} by process {}", place_of(globals), socket, ::getpid()));
  }
  flush_output();
}

// Tells the operator, once for each jump, that the machine's clock is not believed.
class ClockWatch {
 public:
  void look(const HostedEngine& engine) {
    const auto jump = engine.clock_jump();
    if (jump && !told_) {
      print_trouble(fmt::format(
          "expected the machine's clock to go on, found that it jumped by {} s; the engine goes on "
          "from where it stood and follows when the clock has kept the new time for {} minutes",
          std::chrono::duration_cast<std::chrono::seconds>(*jump).count(),
          SystemClock::kTrial.count()));
    }
    told_ = jump.has_value();
  }

 private:
  bool told_ = false;
};

void serve(const Globals& globals) {
  note_stop_signals();
  HostedEngine engine(globals, own_store(globals));
  Api api(engine);
  http::Server server(socket_of(globals), [&api](const http::Request& request) {
    spdlog::debug("{} {} ({} bytes)", request.method, request.target, request.body.size());
    return api.handle(request);
  });
  print_ready(globals);
  const ServiceManager manager;
  manager.ready();
  ClockWatch clock_watch;
  while (!stop_requested() && !engine.fault()) {
    wait_for_stop(kLook);
    manager.alive();
    api.close_silent_desks(std::chrono::steady_clock::now());
    clock_watch.look(engine);
  }
  manager.stopping();
  end_at_next_signal();
  spdlog::debug("stopping");
  server.stop();
  engine.drain();
  if (const auto fault = engine.fault()) std::rethrow_exception(fault);
}

}  // namespace

void add_serve(CLI::App& app, Globals& globals, Exit& /*exit*/) {
  CLI::App* command = app.add_subcommand(
      "serve", "Run the engine until SIGTERM; a second one ends it without finishing");
  command->footer("Example: reglament --db permits.db serve");
  command->callback([&globals] {
    expect_fitting_places(globals);
    is_amqp(globals.broker) ? serve_node(globals) : serve(globals);
  });
}

}  // namespace reglament::program
