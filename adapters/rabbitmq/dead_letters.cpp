#include "adapters/rabbitmq/dead_letters.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>

#include "adapters/rabbitmq/topology.hpp"
#include "engine/base/fault.hpp"
#include "engine/history/sha256.hpp"

namespace reglament::rabbitmq {
namespace {

constexpr Channel kReading = 1;
constexpr Channel kPublishing = 2;
constexpr std::chrono::seconds kSilence{5};  // of a server that still owes us something

std::string header_of(const Mail& mail, std::string_view name, std::string_view otherwise = {}) {
  const auto found = mail.headers.find(std::string(name));
  if (found != mail.headers.end()) return found->second;
  return otherwise.empty() ? std::string() : header_of(mail, otherwise);
}

std::string id_of(const Mail& mail) {
  const Digest digest = sha256(fmt::format("{}\n{}\n{}", mail.type, mail.message_id, mail.body));
  std::string id;
  for (std::size_t i = 0; i < 8; ++i) id += fmt::format("{:02x}", digest[i]);
  return id;
}

DeadLetter letter_of(const Delivered& delivered) {
  const Mail& mail = delivered.mail;
  DeadLetter letter;
  letter.id = id_of(mail);
  letter.reason = header_of(mail, header::reason, header::broker_reason);
  letter.queue = header_of(mail, header::broker_queue);
  if (letter.queue.empty()) {
    letter.queue = fmt::format("partition.{}", header_of(mail, header::routing_key));
  }
  letter.type = mail.type;
  letter.correlation_id = mail.correlation_id;
  letter.user = header_of(mail, header::user);
  if (letter.user.empty()) letter.user = mail.user_id;
  letter.bytes = delivered.body_bytes;
  return letter;
}

// Waits for the next event; nothing when the server keeps silent for too long.
std::optional<Event> next_event(Connection& connection) {
  const auto until = std::chrono::steady_clock::now() + kSilence;
  while (std::chrono::steady_clock::now() < until) {
    if (auto event = connection.next()) return event;
    connection.release_memory();
    connection.wait(-1, std::chrono::milliseconds(50));
  }
  return std::nullopt;
}

// What waits now. Nothing is acknowledged, so all of it returns to its place when the connection
// ends, but for what `visit` acknowledges.
void for_each_letter(Connection& connection, const std::function<void(Delivered&)>& visit) {
  connection.open_channel(kReading);
  std::uint32_t left = connection.count_waiting(kReading, names::dead);
  if (left == 0) return;
  connection.consume(kReading, names::dead, true);
  std::vector<Delivered> letters;
  while (left > 0) {
    auto event = next_event(connection);
    if (!event) break;
    auto* const delivered = std::get_if<Delivered>(&*event);
    if (delivered == nullptr) continue;
    letters.push_back(std::move(*delivered));
    --left;
  }
  for (Delivered& letter : letters) visit(letter);
}

void publish_confirmed(Connection& connection, const Mail& mail) {
  connection.publish(kPublishing, mail, true);
  std::string returned;
  for (;;) {
    const auto event = next_event(connection);
    if (!event) throw Unavailable("expected a confirmation of the server, found none");
    if (const auto* back = std::get_if<Returned>(&*event)) returned = back->reason;
    if (const auto* confirmed = std::get_if<Confirmed>(&*event)) {
      if (!confirmed->taken) returned = "the server could not keep it";
      break;
    }
  }
  if (!returned.empty()) {
    throw Unavailable(fmt::format("expected a queue for {} of exchange {}, found: {}",
                                  mail.routing_key, mail.exchange, returned));
  }
}

// As it was before it died, but that it comes from us.
Mail revived(Mail mail, const std::string& own_user) {
  const std::string user = header_of(mail, header::user);
  const std::string checked = user.empty() ? mail.user_id : user;
  const std::string exchange = header_of(mail, header::exchange, header::broker_exchange);
  const std::string key = header_of(mail, header::routing_key);
  mail.exchange = exchange;
  if (!key.empty()) mail.routing_key = key;
  std::erase_if(mail.headers, [](const auto& one) { return one.first != trace_header; });
  if (!checked.empty()) {
    mail.user_id = own_user;
    mail.headers[std::string(header::user)] = checked;
  }
  mail.reply_to.clear();
  mail.persistent = true;
  return mail;
}

}  // namespace

std::vector<DeadLetter> list_dead_letters(const Address& address) {
  Connection connection(address, {});
  std::vector<DeadLetter> letters;
  for_each_letter(connection,
                  [&](Delivered& delivered) { letters.push_back(letter_of(delivered)); });
  return letters;
}

std::size_t put_back_dead_letters(const Address& address, const std::string& id) {
  Connection connection(address, {});
  connection.open_channel(kPublishing);
  connection.confirm_publishes(kPublishing);
  std::size_t count = 0;
  for_each_letter(connection, [&](Delivered& delivered) {
    if (id_of(delivered.mail) != id) return;
    publish_confirmed(connection, revived(std::move(delivered.mail), address.user));
    connection.acknowledge(kReading, delivered.tag, false);
    ++count;
  });
  return count;
}

std::size_t drop_dead_letters(const Address& address, const std::string& id) {
  Connection connection(address, {});
  std::size_t count = 0;
  for_each_letter(connection, [&](Delivered& delivered) {
    if (id_of(delivered.mail) != id) return;
    connection.acknowledge(kReading, delivered.tag, false);
    ++count;
  });
  return count;
}

}  // namespace reglament::rabbitmq
