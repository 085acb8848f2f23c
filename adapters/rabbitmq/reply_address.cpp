#include "adapters/rabbitmq/reply_address.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/rabbitmq/topology.hpp"

namespace reglament::rabbitmq {
namespace {

// Of the external term format.
constexpr std::string_view kNewPid = "\x83X";
constexpr char kAtom = 'v';                // of UTF-8, after a length of two bytes
constexpr char kSmallAtom = 'w';           // after one of one byte
constexpr std::size_t kNumbersOfPid = 12;  // id, serial, creation: four bytes each

const unsigned char* octets(const char* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}
unsigned char* octets(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }

// Strictly: what does not come out again as it went in is none.
std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::size_t kLongest = 1'000;
  if (text.empty() || text.size() % 4 != 0 || text.size() > kLongest) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = static_cast<int>(text.size());
  if (EVP_DecodeBlock(octets(bytes.data()), octets(text.data()), length) < 0) return std::nullopt;
  bytes.resize(bytes.size() - std::min<std::size_t>(std::ranges::count(text, '='), 2));
  std::string again(text.size() + 1, '\0');
  EVP_EncodeBlock(octets(again.data()), octets(bytes.data()), static_cast<int>(bytes.size()));
  again.pop_back();
  return again == text ? std::optional(bytes) : std::nullopt;
}

std::optional<std::string_view> node_of(std::string_view process) {
  if (!process.starts_with(kNewPid)) return std::nullopt;
  process.remove_prefix(kNewPid.size());
  const std::size_t width = process.starts_with(kAtom)        ? 2
                            : process.starts_with(kSmallAtom) ? 1
                                                              : 0;
  if (width == 0 || process.size() < 1 + width) return std::nullopt;
  std::size_t length = 0;
  for (const char byte : process.substr(1, width)) {
    length = length << 8U | static_cast<std::uint8_t>(byte);
  }
  process.remove_prefix(1 + width);
  if (process.size() != length + kNumbersOfPid) return std::nullopt;
  return process.substr(0, length);
}

bool is_name_with_number(std::string_view node) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::size_t at = node.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == node.size()) return false;
  return std::ranges::all_of(node.substr(0, at), is_letter) &&
         std::ranges::all_of(node.substr(at + 1), is_digit);
}

}  // namespace

bool is_direct_reply_address(std::string_view address) {
  if (!address.starts_with(direct_reply)) return false;
  address.remove_prefix(direct_reply.size());
  const std::size_t between = address.rfind('.');
  if (!address.starts_with('.') || between == 0) return false;
  const auto process = decode_base64(address.substr(1, between - 1));
  const auto key = decode_base64(address.substr(between + 1));
  if (!process || !key) return false;
  const auto node = node_of(*process);
  return node && is_name_with_number(*node);
}

}  // namespace reglament::rabbitmq
