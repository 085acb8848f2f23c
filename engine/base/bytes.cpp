#include "engine/base/bytes.hpp"

#include <algorithm>

namespace reglament {

std::uint64_t ByteReader::take_unsigned() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest_.empty()) throw Malformed("number cut short");
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    const std::uint64_t low = byte & 0x7FU;
    if (shift == 63 && low > 1) throw Malformed("number above 64 bits");
    value |= low << shift;
    if ((byte & 0x80U) == 0) {
      if (byte == 0 && shift > 0) throw Malformed("number not in its shortest form");
      return value;
    }
  }
  throw Malformed("number above 64 bits");
}

std::string_view ByteReader::take_text() {
  const std::uint64_t size = take_unsigned();
  if (size > rest_.size()) throw Malformed("text cut short");
  const std::string_view text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return text;
}

Digest ByteReader::take_digest() {
  Digest digest{};
  if (rest_.size() < digest.size()) throw Malformed("digest cut short");
  std::copy_n(reinterpret_cast<const std::uint8_t*>(rest_.data()), digest.size(), digest.begin());
  rest_.remove_prefix(digest.size());
  return digest;
}

void ByteReader::expect_end() const {
  if (!rest_.empty()) throw Malformed("bytes behind the end");
}

}  // namespace reglament
