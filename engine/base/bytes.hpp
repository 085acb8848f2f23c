// Canonical encoding: how entries and case states become bytes, once, for storing and hashing.
//
//   unsigned   LEB128, shortest form only (a longer form is refused)
//   signed     zigzag, then as unsigned
//   text       unsigned length, then the bytes
//   digest     32 bytes as they are
//
// A value has exactly one encoding and a byte string decodes to at most one value, so a hash over
// the bytes is a hash over the value (Protobuf promises neither).
#pragma once

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace reglament {

using Digest = std::array<std::uint8_t, 32>;

// The bytes are not an encoding of what was asked for: cut, padded or changed.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class ByteWriter {
 public:
  void put_unsigned(std::uint64_t value) {
    while (value >= 0x80) {
      bytes_.push_back(static_cast<char>(static_cast<std::uint8_t>(value) | 0x80U));
      value >>= 7U;
    }
    bytes_.push_back(static_cast<char>(value));
  }
  void put_signed(std::int64_t value) {
    put_unsigned((static_cast<std::uint64_t>(value) << 1U) ^
                 static_cast<std::uint64_t>(value >> 63));
  }
  void put_text(std::string_view text) {
    put_unsigned(text.size());
    bytes_.append(text);
  }
  void put_digest(const Digest& digest) {
    bytes_.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  }
  void clear() { bytes_.clear(); }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote; throws Malformed at the first byte that cannot belong there.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] std::uint64_t take_unsigned();
  [[nodiscard]] std::int64_t take_signed() {
    const std::uint64_t folded = take_unsigned();
    return static_cast<std::int64_t>(folded >> 1U) ^ -static_cast<std::int64_t>(folded & 1U);
  }
  [[nodiscard]] std::string_view take_text();
  [[nodiscard]] Digest take_digest();
  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
  // Call last: bytes behind the value would be a second encoding of it.
  void expect_end() const;

 private:
  std::string_view rest_;
};

}  // namespace reglament
