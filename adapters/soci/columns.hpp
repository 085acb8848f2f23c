// How the engine's values become columns and come back. Unsigned numbers of the engine stay below
// 2^63 (merkle.hpp), so they fit signed ones.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/soci/statement.hpp"
#include "engine/base/bytes.hpp"
#include "engine/base/fault.hpp"
#include "engine/runtime/store.hpp"
#include "engine/time/civil.hpp"

namespace reglament::sql {

// For `:share::bigint IN (-1, log)`: -1 is every log.
[[nodiscard]] inline std::int64_t from_share(Share share) {
  return share ? static_cast<std::int64_t>(*share) : -1;
}

[[nodiscard]] inline std::int64_t from_unsigned(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

[[nodiscard]] inline Bytes from_digest(const Digest& digest) {
  return {{reinterpret_cast<const char*>(digest.data()), digest.size()}};
}

[[nodiscard]] inline Digest to_digest(std::string_view bytes) {
  Digest digest{};
  if (bytes.size() != digest.size()) {
    throw Unavailable("expected a digest of 32 bytes in the database, found one of " +
                      std::to_string(bytes.size()));
  }
  std::memcpy(digest.data(), bytes.data(), digest.size());
  return digest;
}

[[nodiscard]] inline std::int64_t from_instant(Instant instant) {
  return instant.time_since_epoch().count();
}

[[nodiscard]] inline std::optional<std::int64_t> from_instant(const std::optional<Instant>& at) {
  if (!at) return std::nullopt;
  return from_instant(*at);
}

[[nodiscard]] inline std::optional<Instant> to_instant(const std::optional<std::int64_t>& count) {
  if (!count) return std::nullopt;
  return Instant(std::chrono::microseconds(*count));
}

// Days since 1970-01-01.
[[nodiscard]] inline std::int64_t from_date(Date date) { return date.time_since_epoch().count(); }

[[nodiscard]] inline Date to_date(std::int64_t days) { return Date(std::chrono::days(days)); }

}  // namespace reglament::sql
