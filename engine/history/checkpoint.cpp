#include "engine/history/checkpoint.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "engine/base/fault.hpp"
#include "engine/history/merkle.hpp"

namespace reglament {
namespace {

constexpr std::size_t kBase64Size = 44;  // of 32 bytes
constexpr std::string_view kProduct = "reglament/";

// RFC 4648, with padding.
std::string base64(const Digest& digest) {
  std::array<unsigned char, kBase64Size + 1> text{};
  EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(text.data()), kBase64Size};
}

std::optional<Digest> parse_base64(std::string_view text) {
  if (text.size() != kBase64Size) return std::nullopt;
  std::array<unsigned char, 33> bytes{};
  const int length =
      EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length != static_cast<int>(bytes.size())) return std::nullopt;
  Digest digest{};
  std::copy_n(bytes.begin(), digest.size(), digest.begin());
  // OpenSSL forgives blanks and stray bits; a digest has one text only.
  return base64(digest) == text ? std::optional(digest) : std::nullopt;
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return fmt::format("{}", number) == text ? std::optional(number) : std::nullopt;
}

// The lines of the text, one at a time, with their numbers.
class Lines {
 public:
  Lines(std::string_view text, std::string_view source) : rest_(text), source_(source) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  std::string_view take(std::string_view expected) {
    ++number_;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) {
      refuse(expected, rest_.empty() ? "the end of the text" : "a line that does not end");
    }
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }
  [[noreturn]] void refuse(std::string_view expected, std::string_view found) const {
    throw BadInput(
        fmt::format("{}, line {}: expected {}, found \"{}\"", source_, number_, expected, found));
  }

 private:
  std::string_view rest_;
  std::string_view source_;
  std::size_t number_ = 0;
};

struct Origin {
  std::string_view database;
  LogId log{};
};

Origin take_origin(Lines& lines) {
  constexpr std::string_view kExpected = "reglament/<database>/<log>";
  const std::string_view line = lines.take(kExpected);
  const std::size_t slash = line.rfind('/');
  if (!line.starts_with(kProduct) || slash <= kProduct.size()) lines.refuse(kExpected, line);
  const std::string_view database = line.substr(kProduct.size(), slash - kProduct.size());
  const auto log = parse_number<LogId>(line.substr(slash + 1));
  if (!log || database.find_first_of("/ \t\r") != std::string_view::npos) {
    lines.refuse(kExpected, line);
  }
  return {database, *log};
}

Checkpoint take_checkpoint(Lines& lines, std::string_view& database) {
  const Origin origin = take_origin(lines);
  if (!database.empty() && origin.database != database) {
    lines.refuse(fmt::format("a log of database {}", database), origin.database);
  }
  database = origin.database;
  const std::string_view size_line = lines.take("the number of entries");
  const auto size = parse_number<std::uint64_t>(size_line);
  if (!size) lines.refuse("the number of entries, decimal, without leading zeros", size_line);
  const std::string_view root_line = lines.take("the root");
  const auto root = parse_base64(root_line);
  if (!root) lines.refuse("a root of 32 bytes in base64", root_line);
  return {origin.log, *size, *root};
}

}  // namespace

std::string format_checkpoints(std::string_view database, std::span<const Checkpoint> checkpoints) {
  std::string text;
  for (const Checkpoint& checkpoint : checkpoints) {
    text += fmt::format("{}{}{}/{}\n{}\n{}\n", text.empty() ? "" : "\n", kProduct, database,
                        checkpoint.log, checkpoint.size, base64(checkpoint.root));
  }
  return text;
}

std::vector<Checkpoint> parse_checkpoints(std::string_view text, std::string_view source) {
  Lines lines(text, source);
  std::vector<Checkpoint> checkpoints;
  std::string_view database;
  do {
    if (!checkpoints.empty()) {
      const std::string_view blank = lines.take("a blank line between two logs");
      if (!blank.empty()) lines.refuse("a blank line between two logs", blank);
    }
    const Checkpoint checkpoint = take_checkpoint(lines, database);
    if (std::ranges::find(checkpoints, checkpoint.log, &Checkpoint::log) != checkpoints.end()) {
      lines.refuse("each log once", fmt::format("log {} again", checkpoint.log));
    }
    checkpoints.push_back(checkpoint);
  } while (!lines.at_end());
  return checkpoints;
}

Digest root_of_roots(std::span<const Digest> roots) { return merkle_root(roots); }

}  // namespace reglament
