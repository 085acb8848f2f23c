// The dossier: what people wrote. It stands beside the history, not in it: an entry holds only a
// commitment to it, so that the value can be erased by law while the history stays provable.
//
// The commitment is SHA-256(salt || value) with 32 random bytes of salt: it binds to the value and,
// without the salt, tells nothing about it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/casework/occasion.hpp"

namespace reglament {

[[nodiscard]] Digest commitment(const Digest& salt, std::string_view value);

// Canonical bytes (bytes.hpp) of an application, and of the fields of an answer. decode_... throws
// Malformed.
[[nodiscard]] std::string encode(const Filing& filing);
[[nodiscard]] Filing decode_filing(std::string_view bytes);
[[nodiscard]] std::string encode(const std::map<std::string, std::string>& fields);
[[nodiscard]] std::map<std::string, std::string> decode_fields(std::string_view bytes);

}  // namespace reglament
