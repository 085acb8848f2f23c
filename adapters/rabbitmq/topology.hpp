// The exchanges and queues in each agency's virtual host, and how their messages are marked. Part
// of the contract with strangers: proto/reglament/v1/messages.proto and its page.
//
//   reglament.tasks     direct; key = office id          -> desk.<office id>
//   reglament.outcomes  direct; key = partition number   -> partition.<n>
//   reglament.dead      fanout                           -> reglament.dead
//
// All durable; the queues are quorum queues. What a queue hands out more often than its delivery
// limit, and what a consumer refuses for good, goes to reglament.dead with header "reason".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/history/entry.hpp"

namespace reglament::rabbitmq {

class Connection;

namespace names {
inline constexpr std::string_view tasks = "reglament.tasks";
inline constexpr std::string_view outcomes = "reglament.outcomes";
inline constexpr std::string_view dead = "reglament.dead";  // the exchange and its queue
inline constexpr std::string_view office_user = "office.";  // and the id of the office
[[nodiscard]] std::string desk_queue(std::string_view office);
[[nodiscard]] std::string partition_queue(LogId partition);
}  // namespace names

namespace message_type {
inline constexpr std::string_view task = "task";
inline constexpr std::string_view revocation = "revocation";
inline constexpr std::string_view notice = "notice";
inline constexpr std::string_view outcome = "outcome";
inline constexpr std::string_view verdict = "verdict";
inline constexpr std::string_view filing = "filing";
inline constexpr std::string_view filing_reply = "filing-reply";
inline constexpr std::string_view bundle = "bundle";
}  // namespace message_type

// Of a dead letter: why it is one, and what is needed to put it back.
namespace header {
inline constexpr std::string_view reason = "reason";
inline constexpr std::string_view exchange = "original-exchange";
inline constexpr std::string_view routing_key = "original-routing-key";
inline constexpr std::string_view user = "original-user";  // the broker had checked it
// RabbitMQ's own, where it has moved the message itself.
inline constexpr std::string_view broker_reason = "x-first-death-reason";
inline constexpr std::string_view broker_queue = "x-first-death-queue";
inline constexpr std::string_view broker_exchange = "x-first-death-exchange";
}  // namespace header

// Of an outcome or a filing: "yes" where its sender reads bundles of answers.
inline constexpr std::string_view bundles_header = "bundles";
inline constexpr std::string_view trace_header = "traceparent";  // W3C Trace Context

inline constexpr std::string_view content_type =
    "application/x-protobuf; proto=reglament.v1.Envelope";
// Asks the broker for an address that leads back to the channel of the sender.
inline constexpr std::string_view direct_reply = "amq.rabbitmq.reply-to";

// A delivery that comes back more often is poison. Every loss of a connection counts for all that
// the connection held, so it is far above what an unlucky day brings.
inline constexpr std::uint32_t default_delivery_limit = 20;

// They are there afterwards, whether they were before or not. All throw as Connection says.
void declare_exchanges(Connection& connection, std::uint16_t channel);
void declare_partition(Connection& connection, std::uint16_t channel, LogId partition,
                       std::uint32_t delivery_limit);
void declare_desk(Connection& connection, std::uint16_t channel, std::string_view office,
                  std::uint32_t delivery_limit);

}  // namespace reglament::rabbitmq
