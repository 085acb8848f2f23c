#include "adapters/postgresql/outbox_pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"

namespace reglament::postgresql {
namespace {

constexpr std::size_t kIdBytes = 8;
constexpr std::size_t kLengthBytes = 4;
// With the other columns and the server's own it is below the 8,160 from which it divides a row.
constexpr std::size_t kPackBytes = 8'000;

void put(std::string& bytes, std::uint64_t number, std::size_t width) {
  for (std::size_t i = width; i > 0; --i) {
    bytes.push_back(static_cast<char>(number >> (8 * (i - 1))));
  }
}

std::uint64_t take(std::string_view& bytes, std::size_t width) {
  if (bytes.size() < width) {
    throw BadInput(fmt::format("expected {} bytes of a number, found {}", width, bytes.size()));
  }
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(0, width)) {
    number = number << 8U | static_cast<std::uint8_t>(byte);
  }
  bytes.remove_prefix(width);
  return number;
}

}  // namespace

std::vector<OutboxPack> pack(std::span<const OutboxMessage> messages) {
  std::map<LogId, std::vector<const OutboxMessage*>> by_log;
  for (const OutboxMessage& message : messages) by_log[message.log].push_back(&message);
  std::vector<OutboxPack> packs;
  for (auto& [log, all] : by_log) {
    std::ranges::sort(all, {}, &OutboxMessage::id);
    bool begins = true;
    for (const OutboxMessage* const message : all) {
      const std::string encoded = wire::encode(message->message);
      const std::size_t bytes = kIdBytes + kLengthBytes + encoded.size();
      if (begins || packs.back().messages.size() + bytes > kPackBytes) {
        packs.push_back({log, message->id, message->id, {}});
        packs.back().messages.reserve(kPackBytes);
        begins = false;
      }
      packs.back().last_id = message->id;
      put(packs.back().messages, message->id, kIdBytes);
      put(packs.back().messages, encoded.size(), kLengthBytes);
      packs.back().messages += encoded;
    }
  }
  return packs;
}

void unpack(std::string_view messages,
            const std::function<void(std::uint64_t id, std::string_view encoded)>& visit) {
  while (!messages.empty()) {
    const std::uint64_t id = take(messages, kIdBytes);
    const std::uint64_t length = take(messages, kLengthBytes);
    if (messages.size() < length) {
      throw BadInput(
          fmt::format("expected {} bytes of message {}, found {}", length, id, messages.size()));
    }
    visit(id, messages.substr(0, length));
    messages.remove_prefix(length);
  }
}

}  // namespace reglament::postgresql
