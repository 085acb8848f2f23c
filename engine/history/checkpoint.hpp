// A checkpoint: what a log was at one moment, in a form that anybody can keep and hold against it
// later. The text is the body of C2SP tlog-checkpoint, for each log three lines:
//
//   reglament/<name of the database>/<log>
//   <size, decimal>
//   <root, base64>
//
// with a blank line between two logs. It is not signed: it proves something to the one who has kept
// it himself, not to a third person.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/history/entry.hpp"

namespace reglament {

struct Checkpoint {
  LogId log{};
  std::uint64_t size{};
  Digest root{};

  bool operator==(const Checkpoint&) const = default;
};

// The name where a database has none of its own.
inline constexpr std::string_view unnamed_database = "log";

// `database`: not empty, without blanks, line breaks and '/'.
[[nodiscard]] std::string format_checkpoints(std::string_view database,
                                             std::span<const Checkpoint> checkpoints);

// Reads exactly what format_checkpoints writes. Throws BadInput with `source` and the line where
// the text is another, where logs are named for two databases, or where a log comes twice.
[[nodiscard]] std::vector<Checkpoint> parse_checkpoints(std::string_view text,
                                                        std::string_view source);

// One digest for several logs: the root (RFC 9162) of the tree whose leaf hashes are the roots of
// the logs in the order of their numbers. Of a single log it is the log's own root.
[[nodiscard]] Digest root_of_roots(std::span<const Digest> roots);

}  // namespace reglament
