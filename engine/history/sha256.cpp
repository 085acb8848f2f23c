// OpenSSL 3 prefers EVP, which looks up its provider and allocates behind every context. An entry
// is hashed on the way of every commit, and the plain calls take 207 ns for 250 bytes where EVP
// with a fetched digest and a kept context takes 236 (99 against 120 for a node), with the same
// SHA-NI code below. They are deprecated in 3.0 and present in all of 3.x; the suppression ends
// with this file.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "engine/history/sha256.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace reglament {
namespace {

constexpr std::uint8_t kLeaf = 0x00;
constexpr std::uint8_t kNode = 0x01;

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

}  // namespace

// The return codes of the calls below are constant: SHA-256 itself has no way to fail.
Digest sha256(std::string_view bytes) {
  Digest digest;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, bytes.data(), bytes.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

Digest leaf_hash(std::string_view entry) {
  Digest digest;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, &kLeaf, sizeof kLeaf);
  SHA256_Update(&context, entry.data(), entry.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

Digest node_hash(const Digest& left, const Digest& right) {
  std::array<std::uint8_t, 1 + 2 * sizeof(Digest)> node;
  node.front() = kNode;
  std::copy(left.begin(), left.end(), node.begin() + 1);
  std::copy(right.begin(), right.end(), node.begin() + 1 + sizeof(Digest));
  Digest digest;
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, node.data(), node.size());
  SHA256_Final(digest.data(), &context);
  return digest;
}

std::string hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    text.push_back(kDigits[byte >> 4U]);
    text.push_back(kDigits[byte & 0x0FU]);
  }
  return text;
}

std::optional<Digest> parse_hex(std::string_view text) {
  Digest digest;
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const int high = hex_value(text[2 * i]);
    const int low = hex_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

}  // namespace reglament
