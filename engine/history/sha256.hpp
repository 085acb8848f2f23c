// SHA-256 (FIPS 180-4), and the two forms in which a Merkle log uses it (RFC 9162, section 2.1.1).
//
// A leaf and an inner node are hashed behind different first bytes, so that no entry can be passed
// off as a node of the tree, nor a node as an entry. None of these functions fails.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/bytes.hpp"

namespace reglament {

[[nodiscard]] Digest sha256(std::string_view bytes);

// SHA-256(0x00 || entry): an entry of the log, as the bytes in which it is stored.
[[nodiscard]] Digest leaf_hash(std::string_view entry);

// SHA-256(0x01 || left || right): the node above two subtrees.
[[nodiscard]] Digest node_hash(const Digest& left, const Digest& right);

// 64 lower-case hexadecimal digits; parse_hex reads exactly these and nothing else, so that a
// digest has one text as it has one encoding.
[[nodiscard]] std::string hex(const Digest& digest);
[[nodiscard]] std::optional<Digest> parse_hex(std::string_view text);

}  // namespace reglament
