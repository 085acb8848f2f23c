#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "adapters/http/server.hpp"
#include "deploy/program/api.hpp"
#include "deploy/program/clock_watch.hpp"
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
    if (const auto line = clock_watch.look(engine.clock_jump())) print_trouble(*line);
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
