// Messages of the outbox, many to a row. A message stays there for milliseconds; a row of its own
// would be written, put into the index, deleted and swept away for each.
//
// A pack is of one log and of one commit: its messages ascending by id, each as its id (8 bytes,
// the highest first), the length of its encoding (4 bytes, likewise) and the encoding.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/runtime/store.hpp"

namespace reglament::postgresql {

struct OutboxPack {
  LogId log{};
  std::uint64_t first_id{};
  std::uint64_t last_id{};
  std::string messages;
};

// As few as keep a row within a page of the server, 8 KiB; a message that is longer has its own.
[[nodiscard]] std::vector<OutboxPack> pack(std::span<const OutboxMessage> messages);

// Calls `visit(id, encoded)` for each, in their order. Throws BadInput where it is not a pack.
void unpack(std::string_view messages,
            const std::function<void(std::uint64_t id, std::string_view encoded)>& visit);

}  // namespace reglament::postgresql
