// One connection to a RabbitMQ server over rabbitmq-c, used by one thread.
//
// Nothing here waits for ever: a call that needs an answer of the server has a limit, and the
// heartbeats notice a server that has fallen silent while we send or listen, as long as `next` is
// called at least each half of their interval. Any exception ends the connection's use.
//   Unavailable       the server is not there, went away, fell silent, or lacks a queue
//   BadConfiguration  it refuses us: user, password, vhost, permission, certificate, or a queue
//                     that is there already and is another one
#pragma once

#include <amqp.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "adapters/rabbitmq/address.hpp"

namespace reglament::rabbitmq {

using Channel = std::uint16_t;

// A message with the properties that we use.
struct Mail {
  std::string exchange;
  std::string routing_key;
  std::string type;
  std::string message_id;
  std::string correlation_id;
  std::string reply_to;
  std::string user_id;
  std::string content_type;
  std::map<std::string, std::string> headers;  // those that are text: "traceparent", "reason" ...
  bool persistent = true;
  std::string body;
};

struct Delivered {
  Channel channel{};
  std::uint64_t tag{};
  std::uint32_t deliveries{};  // this one included
  std::uint64_t body_bytes{};  // as announced; beyond the limit `mail.body` holds the beginning
  Mail mail;
};
struct Returned {  // no queue wanted it
  std::string reason;
  Mail mail;
};
struct Confirmed {
  std::uint64_t tag{};
  bool multiple{};  // all up to it
  bool taken{};     // or the server could not keep it
};
struct Blocked {  // the server has an alarm and reads nothing from us until it is unblocked
  bool blocked{};
  std::string reason;
};
using Event = std::variant<Delivered, Returned, Confirmed, Blocked>;

struct ConnectionSettings {
  std::string name = "reglament";      // as the server's administrator sees it
  std::chrono::seconds heartbeat{10};  // a server is lost when it is silent for two of these
  std::chrono::milliseconds answer_limit{10'000};
  std::size_t body_limit = 1024UL * 1024;  // of what comes in; see Delivered
};

struct QueueSettings {
  std::uint32_t delivery_limit = 0;  // 0: none
  std::string_view dead_letters;     // an exchange; empty: none
};

class Connection {
 public:
  Connection(Address address, ConnectionSettings settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void open_channel(Channel channel);
  void confirm_publishes(Channel channel);
  void limit_unacknowledged(Channel channel, std::uint16_t most);
  void declare_exchange(Channel channel, std::string_view name, std::string_view kind);
  // A durable quorum queue.
  void declare_queue(Channel channel, std::string_view name, QueueSettings settings);
  void bind(Channel channel, std::string_view queue, std::string_view exchange,
            std::string_view key);
  void consume(Channel channel, std::string_view queue, bool acknowledged);
  // Messages that wait in a queue.
  [[nodiscard]] std::uint32_t count_waiting(Channel channel, std::string_view queue);

  // From here on what is sent may wait for more, so that many small messages leave in few segments:
  // until it is let go, or something is asked above.
  void hold_sending();
  void let_go();

  void publish(Channel channel, const Mail& mail, bool mandatory);
  void acknowledge(Channel channel, std::uint64_t tag, bool multiple);
  void give_back(Channel channel, std::uint64_t tag);
  void refuse(Channel channel, std::uint64_t tag);  // to the dead letters

  // What has arrived; nothing where nothing has. Sends heartbeats that are due.
  [[nodiscard]] std::optional<Event> next();
  // Frees what belongs to events that were returned.
  void release_memory() { amqp_maybe_release_buffers(state_.get()); }
  // Until something may have arrived, or the other file can be read.
  void wait(int other_file, std::chrono::milliseconds at_most);
  [[nodiscard]] const Address& address() const { return address_; }

 private:
  struct Destroy {
    void operator()(amqp_connection_state_t state) const { amqp_destroy_connection(state); }
  };
  struct Incoming {  // a message of which the header or a part of the body is still to come
    Event event;
    std::uint64_t missing{};
    bool has_header = false;
  };

  void log_in();
  void set_held(bool held);
  [[noreturn]] void fail(std::string_view doing, const amqp_rpc_reply_t& reply);
  [[noreturn]] void fail_status(std::string_view doing, int status);
  [[noreturn]] void fail_closed(std::string_view doing, const amqp_method_t& method);
  void check(std::string_view doing);
  std::optional<Event> take_method(const amqp_frame_t& frame);
  std::optional<Event> take_header(const amqp_frame_t& frame);
  std::optional<Event> take_body(const amqp_frame_t& frame);
  std::optional<Event> finish(Channel channel);

  const Address address_;
  const ConnectionSettings settings_;
  std::unique_ptr<amqp_connection_state_t_, Destroy> state_;
  std::map<Channel, Incoming> incoming_;
  bool is_open_ = false;
  bool is_held_ = false;
};

}  // namespace reglament::rabbitmq
