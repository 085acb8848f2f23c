#include "adapters/soci/hexadecimal.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace reglament::sql {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> digit_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}

constexpr std::array<std::uint8_t, 256> kValues = digit_values();

}  // namespace

void append_hexadecimal(std::string& text, std::string_view bytes) {
  std::size_t at = text.size();
  text.resize(at + 2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text[at++] = kDigits[byte >> 4U];
    text[at++] = kDigits[byte & 0xFU];
  }
}

bool decode_hexadecimal(std::string& text) {
  if (!text.starts_with("\\x") || text.size() % 2 != 0) return false;
  std::size_t to = 0;
  std::uint8_t seen = 0;  // its upper half shows whether any character was no digit
  for (std::size_t from = 2; from < text.size(); from += 2) {
    const std::uint8_t high = kValues[static_cast<unsigned char>(text[from])];
    const std::uint8_t low = kValues[static_cast<unsigned char>(text[from + 1])];
    seen = static_cast<std::uint8_t>(seen | high | low);
    text[to++] = static_cast<char>(high << 4U | (low & 0xFU));
  }
  text.resize(to);
  return (seen & 0xF0U) == 0;
}

}  // namespace reglament::sql
