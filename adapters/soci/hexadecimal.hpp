// Bytes as PostgreSQL writes and reads them in text: "\x" and two digits a byte.
#pragma once

#include <string>
#include <string_view>

namespace reglament::sql {

// The digits, without the "\x".
void append_hexadecimal(std::string& text, std::string_view bytes);

// Turns "\x..." into the bytes, in place. False, and the text is of no more use, when it is none.
[[nodiscard]] bool decode_hexadecimal(std::string& text);

}  // namespace reglament::sql
