#include "deploy/program/serve_node.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>

#include "adapters/http/server.hpp"
#include "deploy/program/clock_watch.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/node_host.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/service_manager.hpp"
#include "deploy/program/signals.hpp"

namespace reglament::program {
namespace {

constexpr std::chrono::milliseconds kLook{1000};

bool is_well(const NodeStatus& status) {
  return !status.trouble &&
         std::ranges::none_of(status.partitions, [](const PartitionStatus& partition) {
           return partition.trouble.has_value();
         });
}

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json peers_of(const NodeStatus& status) {
  Json peers = Json::array();
  for (const NodeRegistration& node : status.seen.nodes) {
    if (node.id == status.self.id) continue;
    Json partitions = Json::array();
    for (const Lease& lease : status.seen.leases) {
      if (lease.node == node.id) partitions.push_back(lease.log);
    }
    peers.push_back({{"node", node.id},
                     {"name", node.name},
                     {"address", node.address},
                     {"partitions", partitions}});
  }
  return peers;
}

Json json_of(const NodeStatus& status) {
  Json partitions = Json::array();
  for (const PartitionStatus& partition : status.partitions) {
    partitions.push_back({{"partition", partition.log},
                          {"epoch", partition.epoch},
                          {"trouble", text_or_null(partition.trouble)}});
  }
  return {{"node", status.self.id},
          {"name", status.self.name},
          {"address", status.self.address},
          {"ok", is_well(status)},
          {"trouble", text_or_null(status.trouble)},
          {"partitions", partitions},
          {"peers", peers_of(status)},
          {"decisions", status.counters.decisions},
          {"commits", status.counters.commits}};
}

void print_ready(const Globals& globals, const NodeStatus& status) {
  if (globals.json) {
    print_json({{"ready", true},
                {"db", place_of(globals)},
                {"socket", status.self.address},
                {"node", status.self.id},
                {"pid", ::getpid()}});
  } else {
    print_line(fmt::format("ready: node {} on {}, asked at {}, process {}", status.self.id,
                           place_of(globals), status.self.address, ::getpid()));
  }
  flush_output();
}

// Tells people of what hinders a partition or the node, once.
class TroubleWatch {
 public:
  void look(const NodeStatus& status) {
    std::string trouble = status.trouble.value_or("");
    for (const PartitionStatus& partition : status.partitions) {
      if (partition.trouble && trouble.empty()) {
        trouble = fmt::format("partition {}: {}", partition.log, *partition.trouble);
      }
    }
    if (trouble != told_ && !trouble.empty()) print_trouble(trouble);
    told_ = trouble;
  }

 private:
  std::string told_;
};

std::string socket_of_node(const Globals& globals) {
  return socket_of(globals).replace_extension(fmt::format("{}.sock", ::getpid())).string();
}

}  // namespace

http::Response answer_about(const NodeStatus& status, const http::Request& request) {
  const std::string call = request.method + " " + request.target;
  if (call == "GET /v1/node") return {200, json_of(status).dump(), "application/json"};
  if (call == "GET /v1/health") {
    const bool well = is_well(status);
    return {well ? 200 : 503, Json{{"ok", well}}.dump(), "application/json"};
  }
  return {404, Json{{"status", 404}, {"title", "expected GET /v1/node or GET /v1/health"}}.dump(),
          "application/problem+json"};
}

void serve_node(const Globals& globals) {
  note_stop_signals();
  const std::string socket = socket_of_node(globals);
  NodeHost node(globals, socket);
  http::Server server(socket, [&node](const http::Request& request) {
    return answer_about(node.status(), request);
  });
  print_ready(globals, node.status());
  const ServiceManager manager;
  manager.ready();
  TroubleWatch watch;
  ClockWatch clock_watch;
  while (!stop_requested()) {
    wait_for_stop(kLook);
    if (node.is_alive()) manager.alive();
    watch.look(node.status());
    if (const auto line = clock_watch.look(node.clock_jump())) print_trouble(*line);
  }
  manager.stopping();
  end_at_next_signal();
  spdlog::debug("leaving");
  server.stop();
}

}  // namespace reglament::program
