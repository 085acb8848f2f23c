#include "adapters/wire/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "engine/base/fault.hpp"
#include "engine/time/civil.hpp"

namespace reglament::wire {
namespace {

constexpr std::size_t kLongestQuote = 48;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

struct CodePoint {
  char32_t value;
  std::size_t length;  // in bytes
};

// The first code point of a text that is not empty; nothing where it is not UTF-8 (RFC 3629:
// shortest form, no surrogates, at most U+10FFFF).
std::optional<CodePoint> first_code_point(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80U) return CodePoint{lead, 1};
  const std::size_t length = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || text.size() < length) return std::nullopt;
  char32_t value = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i])) return std::nullopt;
    value = value << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool shortest = length == 2 || (length == 3 ? value >= 0x800U : value >= 0x10000U);
  const bool surrogate = value >= 0xD800U && value <= 0xDFFFU;
  if (!shortest || surrogate || value > 0x10FFFFU) return std::nullopt;
  return CodePoint{value, length};
}

bool is_control(char32_t c) {
  return c < 0x20U || (c >= 0x7FU && c <= 0x9FU) || c == 0x2028U || c == 0x2029U;
}

// Characters that turn the direction of a line, or that nobody sees.
bool is_hidden(char32_t c) {
  return (c >= 0x200BU && c <= 0x200FU) || (c >= 0x202AU && c <= 0x202EU) ||
         (c >= 0x2060U && c <= 0x206FU) || c == 0xFEFFU || c == 0xADU;
}

enum class Flaw { none, not_utf8, control };

Flaw find_flaw(std::string_view text) {
  while (!text.empty()) {
    const auto point = first_code_point(text);
    if (!point) return Flaw::not_utf8;
    if (is_control(point->value)) return Flaw::control;
    text.remove_prefix(point->length);
  }
  return Flaw::none;
}

bool is_code_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

void expect_present(std::string_view text, Presence presence, std::string_view field) {
  if (text.empty() && presence == Presence::required) refuse("a value", "none", field);
}

void expect_length(std::string_view text, std::size_t limit, std::string_view field) {
  if (text.size() <= limit) return;
  refuse(fmt::format("at most {} bytes", limit), fmt::format("{} bytes", text.size()), field);
}

void expect_count(std::size_t count, std::size_t limit, std::string_view field) {
  if (count > limit) {
    refuse(fmt::format("at most {} of them", limit), fmt::format("{}", count), field);
  }
}

void expect_citizenship(std::string_view citizenship) {
  if (citizenship.empty()) return;
  if (citizenship.size() != 3 || !std::ranges::all_of(citizenship, is_capital)) {
    refuse("three capital letters (ISO 3166-1 alpha-3) or nothing", quote(citizenship),
           "applicant.citizenship");
  }
}

std::optional<Date> date_field(const Filing& filing, const std::string& name) {
  const auto found = filing.fields.find(name);
  if (found == filing.fields.end()) return std::nullopt;
  const auto date = parse_date(found->second);
  if (!date) {
    refuse("a date that exists, as 2015-08-01", quote(found->second), "fields." + name);
  }
  return date;
}

void expect_stay(const Filing& filing) {
  const auto from = date_field(filing, "from");
  const auto to = date_field(filing, "to");
  if (from && to && *from > *to) {
    refuse(fmt::format("{} or a later date", format_date(*from)), format_date(*to), "fields.to");
  }
}

}  // namespace

std::string quote(std::string_view value) {
  std::string result = "\"";
  std::string_view rest = value.substr(0, kLongestQuote);
  while (!rest.empty()) {
    // Decoded from the whole, so that the cut does not make a good character look broken.
    const auto point =
        first_code_point(value.substr(static_cast<std::size_t>(rest.data() - value.data())));
    if (!point) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(rest.front()));
      rest.remove_prefix(1);
      continue;
    }
    const std::size_t begin = static_cast<std::size_t>(rest.data() - value.data());
    if (point->value == U'"' || point->value == U'\\') result += '\\';
    if (is_control(point->value) || is_hidden(point->value)) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(point->value));
    } else {
      result += value.substr(begin, point->length);
    }
    rest.remove_prefix(std::min(point->length, rest.size()));
  }
  result += '"';
  if (value.size() > kLongestQuote) result += fmt::format("... ({} bytes)", value.size());
  return result;
}

void refuse(std::string_view expected, std::string_view found, std::string_view field) {
  throw BadInput(fmt::format("expected {}, found {}, field {}", expected, found, field));
}

void expect_text(std::string_view text, std::size_t limit, Presence presence,
                 std::string_view field) {
  expect_present(text, presence, field);
  expect_length(text, limit, field);
  switch (find_flaw(text)) {
    case Flaw::none:
      return;
    case Flaw::not_utf8:
      refuse("text in UTF-8", quote(text), field);
    case Flaw::control:
      refuse("text without control characters", quote(text), field);
  }
}

void expect_code(std::string_view text, Presence presence, std::string_view field) {
  expect_present(text, presence, field);
  expect_length(text, limit::code, field);
  if (!std::ranges::all_of(text, is_code_character)) {
    refuse("a code of a-z, 0-9, '.' and '-'", quote(text), field);
  }
}

void expect_ground(std::string_view text, Presence presence, std::string_view field) {
  expect_present(text, presence, field);
  expect_length(text, limit::code, field);
  if (!std::ranges::all_of(text, [](char c) { return is_code_character(c) || is_capital(c); })) {
    refuse("the id of a ground, of A-Z, a-z, 0-9, '.' and '-'", quote(text), field);
  }
}

void expect_fields(const std::map<std::string, std::string>& fields) {
  expect_count(fields.size(), limit::fields, "fields");
  for (const auto& [name, value] : fields) {
    expect_text(name, limit::field_name, Presence::required, "fields (a name)");
    expect_text(value, limit::field_value, Presence::optional, "fields." + name);
  }
}

void expect_answer(const Answer& answer) {
  expect_text(answer.message_id, limit::id, Presence::required, "outcome.message_id");
  expect_code(answer.office, Presence::required, "outcome.office");
  expect_text(answer.actor, limit::id, Presence::required, "outcome.actor");
  expect_code(answer.outcome, Presence::required, "outcome.outcome");
  expect_ground(answer.ground, Presence::optional, "outcome.ground");
  expect_fields(answer.fields);
}

void expect_filing(const Filing& filing) {
  expect_text(filing.request_id, limit::id, Presence::required, "request_id");
  // A code in a filing stays text: one that nobody knows is for the engine to reject, on the
  // record.
  expect_text(filing.regulation, limit::code, Presence::required, "regulation");
  expect_text(filing.office, limit::code, Presence::required, "office");
  expect_text(filing.channel, limit::code, Presence::required, "channel");
  expect_text(filing.applicant.name, limit::name, Presence::required, "applicant.name");
  expect_citizenship(filing.applicant.citizenship);
  expect_text(filing.applicant.document, limit::name, Presence::optional, "applicant.document");
  expect_count(filing.documents.size(), limit::list, "documents");
  std::set<std::string_view> documents;
  for (const std::string& document : filing.documents) {
    expect_text(document, limit::code, Presence::required, "documents");
    if (!documents.insert(document).second) {
      refuse("each document once", quote(document) + " twice", "documents");
    }
  }
  expect_fields(filing.fields);
  expect_stay(filing);
}

}  // namespace reglament::wire
