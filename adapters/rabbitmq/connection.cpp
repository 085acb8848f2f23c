#include "adapters/rabbitmq/connection.hpp"

#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "adapters/rabbitmq/topology.hpp"
#include "engine/base/fault.hpp"

namespace reglament::rabbitmq {
namespace {

constexpr int kFrameBytes = 131'072;
constexpr std::uint64_t kNeverRead = 1024;  // what is kept of a body beyond the limit

amqp_bytes_t bytes(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }

std::string text(amqp_bytes_t bytes) {
  return bytes.len == 0 ? std::string()
                        : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

timeval duration(std::chrono::microseconds time) {
  return {static_cast<time_t>(time.count() / 1'000'000),
          static_cast<suseconds_t>(time.count() % 1'000'000)};
}

amqp_table_entry_t entry(std::string_view key, std::string_view value) {
  amqp_table_entry_t entry{bytes(key), {}};
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = bytes(value);
  return entry;
}

amqp_table_entry_t entry(std::string_view key, std::int32_t value) {
  amqp_table_entry_t entry{bytes(key), {}};
  entry.value.kind = AMQP_FIELD_KIND_I32;
  entry.value.value.i32 = value;
  return entry;
}

amqp_table_entry_t flag(std::string_view key) {
  amqp_table_entry_t entry{bytes(key), {}};
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

amqp_table_t table(std::vector<amqp_table_entry_t>& entries) {
  return {static_cast<int>(entries.size()), entries.data()};
}

std::uint32_t number(const amqp_field_value_t& value) {
  switch (value.kind) {
    case AMQP_FIELD_KIND_I64:
      return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value.value.i64, 0, 1 << 30));
    case AMQP_FIELD_KIND_I32:
      return static_cast<std::uint32_t>(std::max(value.value.i32, 0));
    case AMQP_FIELD_KIND_I16:
      return static_cast<std::uint32_t>(std::max<int>(value.value.i16, 0));
    case AMQP_FIELD_KIND_U8:
      return value.value.u8;
    default:
      return 0;
  }
}

// Of the header frame of a message; also how often it was delivered before.
std::uint32_t read_properties(const amqp_basic_properties_t& from, Mail& to) {
  const auto take = [&](amqp_flags_t flag, const amqp_bytes_t& value, std::string& into) {
    if ((from._flags & flag) != 0) into = text(value);
  };
  take(AMQP_BASIC_TYPE_FLAG, from.type, to.type);
  take(AMQP_BASIC_MESSAGE_ID_FLAG, from.message_id, to.message_id);
  take(AMQP_BASIC_CORRELATION_ID_FLAG, from.correlation_id, to.correlation_id);
  take(AMQP_BASIC_REPLY_TO_FLAG, from.reply_to, to.reply_to);
  take(AMQP_BASIC_USER_ID_FLAG, from.user_id, to.user_id);
  take(AMQP_BASIC_CONTENT_TYPE_FLAG, from.content_type, to.content_type);
  to.persistent = (from._flags & AMQP_BASIC_DELIVERY_MODE_FLAG) != 0 && from.delivery_mode == 2;
  if ((from._flags & AMQP_BASIC_HEADERS_FLAG) == 0) return 0;
  std::uint32_t deliveries = 0;
  for (int i = 0; i < from.headers.num_entries; ++i) {
    const amqp_table_entry_t& header = from.headers.entries[i];
    const std::string key = text(header.key);
    if (key == "x-delivery-count") {
      deliveries = number(header.value);
    } else if (header.value.kind == AMQP_FIELD_KIND_UTF8) {
      to.headers[key] = text(header.value.value.bytes);
    }
  }
  return deliveries;
}

amqp_basic_properties_t write_properties(const Mail& mail,
                                         std::vector<amqp_table_entry_t>& headers) {
  amqp_basic_properties_t to{};
  const auto put = [&](amqp_flags_t flag, const std::string& value, amqp_bytes_t& into) {
    if (value.empty()) return;
    to._flags |= flag;
    into = bytes(value);
  };
  put(AMQP_BASIC_TYPE_FLAG, mail.type, to.type);
  put(AMQP_BASIC_MESSAGE_ID_FLAG, mail.message_id, to.message_id);
  put(AMQP_BASIC_CORRELATION_ID_FLAG, mail.correlation_id, to.correlation_id);
  put(AMQP_BASIC_REPLY_TO_FLAG, mail.reply_to, to.reply_to);
  put(AMQP_BASIC_USER_ID_FLAG, mail.user_id, to.user_id);
  put(AMQP_BASIC_CONTENT_TYPE_FLAG, mail.content_type, to.content_type);
  to._flags |= AMQP_BASIC_DELIVERY_MODE_FLAG;
  to.delivery_mode = mail.persistent ? 2 : 1;
  if (!mail.headers.empty()) {
    for (const auto& [key, value] : mail.headers) headers.push_back(entry(key, value));
    to._flags |= AMQP_BASIC_HEADERS_FLAG;
    to.headers = table(headers);
  }
  return to;
}

bool certificate_was_refused() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_SSL &&
         ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED;
}

// The socket belongs to the state.
amqp_socket_t* make_socket(amqp_connection_state_t state, const Address& address) {
  if (!address.tls) return amqp_tcp_socket_new(state);
  amqp_socket_t* const socket = amqp_ssl_socket_new(state);
  if (socket == nullptr) return nullptr;
  amqp_ssl_socket_set_verify_peer(socket, 1);
  amqp_ssl_socket_set_verify_hostname(socket, 1);
  amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
  if (address.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(static_cast<SSL_CTX*>(amqp_ssl_socket_get_context(socket)));
  } else if (amqp_ssl_socket_set_cacert(socket, address.ca_file.c_str()) != AMQP_STATUS_OK) {
    throw BadConfiguration(
        fmt::format("expected certificates of authorities in {}, found none", address.ca_file));
  }
  return socket;
}

}  // namespace

Connection::Connection(Address address, ConnectionSettings settings)
    : address_(std::move(address)), settings_(std::move(settings)), state_(amqp_new_connection()) {
  if (!state_) throw Unavailable("expected memory for a connection, found none");
  const timeval limit = duration(settings_.answer_limit);
  amqp_set_handshake_timeout(state_.get(), &limit);
  amqp_set_rpc_timeout(state_.get(), &limit);
  amqp_socket_t* const socket = make_socket(state_.get(), address_);
  if (socket == nullptr) throw Unavailable("expected memory for a connection, found none");
  ERR_clear_error();
  const int status = amqp_socket_open_noblock(socket, address_.host.c_str(), address_.port, &limit);
  if (status != AMQP_STATUS_OK) fail_status("a connection", status);
  log_in();
  is_open_ = true;
}

Connection::~Connection() {
  // In order where the server listens; it gives back by itself what was not acknowledged.
  if (!is_open_) return;
  let_go();
  amqp_connection_close(state_.get(), AMQP_REPLY_SUCCESS);
}

void Connection::log_in() {
  std::vector<amqp_table_entry_t> capabilities = {flag("connection.blocked"), flag("basic.nack"),
                                                  flag("consumer_cancel_notify"),
                                                  flag("authentication_failure_close")};
  std::vector<amqp_table_entry_t> entries = {entry("connection_name", settings_.name), {}};
  entries[1].key = bytes("capabilities");
  entries[1].value.kind = AMQP_FIELD_KIND_TABLE;
  entries[1].value.value.table = table(capabilities);
  const amqp_table_t properties = table(entries);
  const amqp_rpc_reply_t reply = amqp_login_with_properties(
      state_.get(), address_.vhost.c_str(), 0, kFrameBytes,
      static_cast<int>(settings_.heartbeat.count()), &properties, AMQP_SASL_METHOD_PLAIN,
      address_.user.c_str(), address_.password.c_str());
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) fail("to be let in", reply);
}

// ---- Trouble -----------------------------------------------------------------------------------

void Connection::fail_status(std::string_view doing, int status) {
  is_open_ = false;  // there is nobody to say good-bye to
  const bool refused = status == AMQP_STATUS_SSL_PEER_VERIFY_FAILED ||
                       status == AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED ||
                       (status == AMQP_STATUS_SSL_CONNECTION_FAILED && certificate_was_refused());
  std::string line = fmt::format("expected {} at {}, found: {}", doing, address_.text(),
                                 refused ? "a certificate that is not trusted, or of another host"
                                         : amqp_error_string2(status));
  if (refused) throw BadConfiguration(line);
  throw Unavailable(line);
}

void Connection::fail_closed(std::string_view doing, const amqp_method_t& method) {
  is_open_ = false;
  int code = 0;
  std::string why;
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto& close = *static_cast<amqp_connection_close_t*>(method.decoded);
    code = close.reply_code;
    why = text(close.reply_text);
  } else if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto& close = *static_cast<amqp_channel_close_t*>(method.decoded);
    code = close.reply_code;
    why = text(close.reply_text);
  }
  const std::string line =
      fmt::format("expected {} at {}, found: {} {}", doing, address_.text(), code, why);
  // What no repetition mends. A missing queue (404) may be declared by the engine any moment.
  if (code == AMQP_ACCESS_REFUSED || code == AMQP_PRECONDITION_FAILED || code == AMQP_NOT_ALLOWED) {
    throw BadConfiguration(line);
  }
  throw Unavailable(line);
}

void Connection::fail(std::string_view doing, const amqp_rpc_reply_t& reply) {
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) fail_closed(doing, reply.reply);
  fail_status(doing, reply.library_error);
}

void Connection::check(std::string_view doing) {
  const amqp_rpc_reply_t reply = amqp_get_rpc_reply(state_.get());
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) fail(doing, reply);
}

// ---- What is asked of the server ---------------------------------------------------------------

void Connection::open_channel(Channel channel) {
  let_go();
  amqp_channel_open(state_.get(), channel);
  check("a channel");
}

void Connection::confirm_publishes(Channel channel) {
  let_go();
  amqp_confirm_select(state_.get(), channel);
  check("publisher confirms");
}

void Connection::limit_unacknowledged(Channel channel, std::uint16_t most) {
  let_go();
  amqp_basic_qos(state_.get(), channel, 0, most, 0);
  check("a limit of unacknowledged deliveries");
}

void Connection::declare_exchange(Channel channel, std::string_view name, std::string_view kind) {
  let_go();
  amqp_exchange_declare(state_.get(), channel, bytes(name), bytes(kind), 0, 1, 0, 0,
                        amqp_empty_table);
  check(fmt::format("exchange {}", name));
}

void Connection::declare_queue(Channel channel, std::string_view name, QueueSettings settings) {
  std::vector<amqp_table_entry_t> arguments = {entry("x-queue-type", std::string_view("quorum"))};
  if (settings.delivery_limit > 0) {
    arguments.push_back(
        entry("x-delivery-limit", static_cast<std::int32_t>(settings.delivery_limit)));
  }
  if (!settings.dead_letters.empty()) {
    arguments.push_back(entry("x-dead-letter-exchange", settings.dead_letters));
  }
  let_go();
  amqp_queue_declare(state_.get(), channel, bytes(name), 0, 1, 0, 0, table(arguments));
  check(fmt::format("queue {}", name));
}

void Connection::bind(Channel channel, std::string_view queue, std::string_view exchange,
                      std::string_view key) {
  let_go();
  amqp_queue_bind(state_.get(), channel, bytes(queue), bytes(exchange), bytes(key),
                  amqp_empty_table);
  check(fmt::format("queue {} bound to exchange {}", queue, exchange));
}

void Connection::consume(Channel channel, std::string_view queue, bool acknowledged) {
  let_go();
  amqp_basic_consume(state_.get(), channel, bytes(queue), amqp_empty_bytes, 0, acknowledged ? 0 : 1,
                     0, amqp_empty_table);
  check(fmt::format("to read queue {}", queue));
}

std::uint32_t Connection::count_waiting(Channel channel, std::string_view queue) {
  let_go();
  const amqp_queue_declare_ok_t* const found =
      amqp_queue_declare(state_.get(), channel, bytes(queue), 1, 1, 0, 0, amqp_empty_table);
  check(fmt::format("queue {}", queue));
  return found->message_count;
}

// tcp(7), TCP_CORK. Refused it costs nothing but speed.
void Connection::set_held(bool held) {
  const int value = held ? 1 : 0;
  ::setsockopt(amqp_get_sockfd(state_.get()), IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
  is_held_ = held;
}

void Connection::hold_sending() { set_held(true); }

void Connection::let_go() {
  if (is_held_) set_held(false);
}

void Connection::publish(Channel channel, const Mail& mail, bool mandatory) {
  std::vector<amqp_table_entry_t> headers;
  const amqp_basic_properties_t properties = write_properties(mail, headers);
  const int status =
      amqp_basic_publish(state_.get(), channel, bytes(mail.exchange), bytes(mail.routing_key),
                         mandatory ? 1 : 0, 0, &properties, bytes(mail.body));
  if (status != AMQP_STATUS_OK) fail_status("to publish", status);
}

void Connection::acknowledge(Channel channel, std::uint64_t tag, bool multiple) {
  const int status = amqp_basic_ack(state_.get(), channel, tag, multiple ? 1 : 0);
  if (status != AMQP_STATUS_OK) fail_status("to acknowledge", status);
}

void Connection::give_back(Channel channel, std::uint64_t tag) {
  const int status = amqp_basic_nack(state_.get(), channel, tag, 0, 1);
  if (status != AMQP_STATUS_OK) fail_status("to give back", status);
}

void Connection::refuse(Channel channel, std::uint64_t tag) {
  const int status = amqp_basic_nack(state_.get(), channel, tag, 0, 0);
  if (status != AMQP_STATUS_OK) fail_status("to refuse a message", status);
}

// ---- What comes --------------------------------------------------------------------------------

std::optional<Event> Connection::next() {
  // Not zero: that would look past a heartbeat that is overdue.
  const timeval at_once = {0, 1};
  for (;;) {
    amqp_frame_t frame;
    const int status = amqp_simple_wait_frame_noblock(state_.get(), &frame, &at_once);
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    if (status != AMQP_STATUS_OK) fail_status("messages", status);
    std::optional<Event> event;
    if (frame.frame_type == AMQP_FRAME_METHOD) event = take_method(frame);
    if (frame.frame_type == AMQP_FRAME_HEADER) event = take_header(frame);
    if (frame.frame_type == AMQP_FRAME_BODY) event = take_body(frame);
    if (event) return event;
  }
}

std::optional<Event> Connection::take_method(const amqp_frame_t& frame) {
  const amqp_method_t& method = frame.payload.method;
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& deliver = *static_cast<amqp_basic_deliver_t*>(method.decoded);
      Delivered delivered;
      delivered.channel = frame.channel;
      delivered.tag = deliver.delivery_tag;
      delivered.mail.exchange = text(deliver.exchange);
      delivered.mail.routing_key = text(deliver.routing_key);
      incoming_[frame.channel] = {std::move(delivered)};
      return std::nullopt;
    }
    case AMQP_BASIC_RETURN_METHOD: {
      const auto& back = *static_cast<amqp_basic_return_t*>(method.decoded);
      Returned returned;
      returned.reason = fmt::format("{} {}", back.reply_code, text(back.reply_text));
      returned.mail.exchange = text(back.exchange);
      returned.mail.routing_key = text(back.routing_key);
      incoming_[frame.channel] = {std::move(returned)};
      return std::nullopt;
    }
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = *static_cast<amqp_basic_ack_t*>(method.decoded);
      return Confirmed{ack.delivery_tag, ack.multiple != 0, true};
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = *static_cast<amqp_basic_nack_t*>(method.decoded);
      return Confirmed{nack.delivery_tag, nack.multiple != 0, false};
    }
    case AMQP_CONNECTION_BLOCKED_METHOD:
      return Blocked{true, text(static_cast<amqp_connection_blocked_t*>(method.decoded)->reason)};
    case AMQP_CONNECTION_UNBLOCKED_METHOD:
      return Blocked{false, {}};
    case AMQP_BASIC_CANCEL_METHOD:
      throw Unavailable(
          fmt::format("expected a queue to read at {}, found it deleted", address_.text()));
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      fail_closed("an open channel", method);
    default:
      return std::nullopt;
  }
}

std::optional<Event> Connection::take_header(const amqp_frame_t& frame) {
  const auto found = incoming_.find(frame.channel);
  if (found == incoming_.end()) throw Unavailable("expected a message, found its header only");
  Incoming& incoming = found->second;
  incoming.has_header = true;
  incoming.missing = frame.payload.properties.body_size;
  const auto& properties =
      *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded);
  if (auto* delivered = std::get_if<Delivered>(&incoming.event)) {
    delivered->body_bytes = incoming.missing;
    delivered->deliveries = read_properties(properties, delivered->mail) + 1;
  } else {
    read_properties(properties, std::get<Returned>(incoming.event).mail);
  }
  return incoming.missing == 0 ? finish(frame.channel) : std::nullopt;
}

std::optional<Event> Connection::take_body(const amqp_frame_t& frame) {
  const auto found = incoming_.find(frame.channel);
  if (found == incoming_.end() || !found->second.has_header) {
    throw Unavailable("expected a message, found a part of its body only");
  }
  Incoming& incoming = found->second;
  const amqp_bytes_t part = frame.payload.body_fragment;
  incoming.missing -= std::min<std::uint64_t>(incoming.missing, part.len);
  auto* const delivered = std::get_if<Delivered>(&incoming.event);
  Mail& mail = delivered ? delivered->mail : std::get<Returned>(incoming.event).mail;
  const std::uint64_t kept =
      delivered && delivered->body_bytes > settings_.body_limit ? kNeverRead : settings_.body_limit;
  if (mail.body.size() < kept) {
    mail.body.append(static_cast<const char*>(part.bytes),
                     std::min<std::size_t>(part.len, kept - mail.body.size()));
  }
  return incoming.missing == 0 ? finish(frame.channel) : std::nullopt;
}

std::optional<Event> Connection::finish(Channel channel) {
  auto node = incoming_.extract(channel);
  return std::move(node.mapped().event);
}

void Connection::wait(int other_file, std::chrono::milliseconds at_most) {
  std::array<pollfd, 2> files = {pollfd{amqp_get_sockfd(state_.get()), POLLIN, 0},
                                 pollfd{other_file, POLLIN, 0}};
  ::poll(files.data(), files.size(), static_cast<int>(at_most.count()));
}

}  // namespace reglament::rabbitmq
