// `serve` as a node among others: partitions of a PostgreSQL database, offices behind RabbitMQ.
//
// On its Unix socket (in the folder of the user's sockets, with the process id in its name):
//   GET /v1/node    {"node":ID,"name":..,"address":..,"ok":true|false,"trouble":null|TEXT,
//                    "partitions":[{"partition":N,"epoch":N,"trouble":null|TEXT}],
//                    "peers":[{"node":ID,"name":..,"address":..,"partitions":[N...]}],
//                    "decisions":N,"commits":N}
//   GET /v1/health  {"ok":true}; status 503 and false where a partition does not run, or the node
//                   could not renew
#pragma once

#include "adapters/http/message.hpp"
#include "deploy/program/globals.hpp"
#include "engine/runtime/node.hpp"

namespace reglament::program {

// Until SIGTERM or SIGINT.
void serve_node(const Globals& globals);

[[nodiscard]] http::Response answer_about(const NodeStatus& status, const http::Request& request);

}  // namespace reglament::program
