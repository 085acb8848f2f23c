#include "engine/casework/talon.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace reglament {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

char capital(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::optional<char> check_character(std::string_view body) {
  constexpr std::size_t kModulus = 36;
  std::size_t product = kModulus;
  for (const char c : body) {
    if (c == '-') continue;
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    std::size_t sum = (product + value) % kModulus;
    if (sum == 0) sum = kModulus;
    product = sum * 2 % (kModulus + 1);
  }
  return kAlphabet[(kModulus + 1 - product) % kModulus];
}

std::string in_capitals(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = capital(c);
  return result;
}

std::string make_talon(std::string_view service, std::string_view region, int year,
                       CaseNumber number) {
  std::string talon = in_capitals(fmt::format("{}-{}-{:04}-{:06}", service, region, year, number));
  const char check = check_character(talon).value_or('?');
  talon += '-';
  talon += check;
  return talon;
}

std::optional<TalonParts> parse_talon(std::string_view text) {
  const std::string talon = in_capitals(text);
  std::array<std::string_view, 5> parts;
  std::string_view rest = talon;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t hyphen = rest.find('-');
    const bool last = i + 1 == parts.size();
    if (last != (hyphen == std::string_view::npos)) return std::nullopt;
    parts[i] = rest.substr(0, hyphen);
    if (parts[i].empty()) return std::nullopt;
    if (!last) rest.remove_prefix(hyphen + 1);
  }
  const std::string_view body = std::string_view(talon).substr(0, talon.size() - 2);
  if (parts[4].size() != 1 || check_character(body) != parts[4].front()) return std::nullopt;
  TalonParts result{std::string(parts[0]), std::string(parts[1]), 0, 0};
  if (!read_number(parts[2], result.year) || !read_number(parts[3], result.case_number)) {
    return std::nullopt;
  }
  return result;
}

}  // namespace reglament
