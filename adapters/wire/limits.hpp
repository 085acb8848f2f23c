// What text from outside may look like, and how it is refused: one line that says what was
// expected, what was found and in which field. The limits are those of
// proto/reglament/v1/messages.proto, in bytes of UTF-8; they hold for JSON too.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "engine/casework/occasion.hpp"

namespace reglament::wire {

namespace limit {
inline constexpr std::size_t code = 64;
inline constexpr std::size_t id = 128;
inline constexpr std::size_t name = 512;
inline constexpr std::size_t fields = 64;
inline constexpr std::size_t field_name = 64;
inline constexpr std::size_t field_value = 4096;
inline constexpr std::size_t list = 64;
inline constexpr std::size_t paragraph = 64;
inline constexpr std::size_t explanation = 4096;  // of a rejection
inline constexpr std::size_t message_bytes = 64UL * 1024;
inline constexpr std::size_t filing_bytes = 1024UL * 1024;
inline constexpr std::size_t bundle_bytes = 1024UL * 1024;
}  // namespace limit

enum class Presence { required, optional };  // optional: may be empty

// The value as it may stand in a line of a log: in quotes, shortened, and with everything escaped
// that would break the line or turn its direction.
[[nodiscard]] std::string quote(std::string_view value);

// Throws BadInput, "expected E, found F, field N"; `found` as it is, so quote what came from
// outside.
[[noreturn]] void refuse(std::string_view expected, std::string_view found, std::string_view field);

// Each throws BadInput. Text: UTF-8 without control characters (Unicode category Cc and the two
// separators of lines and paragraphs).
void expect_text(std::string_view text, std::size_t limit, Presence presence,
                 std::string_view field);
// Codes become symbols, which are kept for ever: a-z 0-9 . - only.
void expect_code(std::string_view text, Presence presence, std::string_view field);
// Ids of refusal grounds, "BZP-R1": codes that may hold capitals.
void expect_ground(std::string_view text, Presence presence, std::string_view field);
void expect_fields(const std::map<std::string, std::string>& fields);
// The whole application: its texts, no document twice, and a stay that does not end before it
// begins.
void expect_filing(const Filing& filing);

// The texts of an answer, as an office sends it.
void expect_answer(const Answer& answer);

}  // namespace reglament::wire
