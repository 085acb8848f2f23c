// A string literal as a template argument: codes, paragraphs and titles of a regulation are types'
// arguments, so that the compiler can check them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace reglament {

template <std::size_t N>
struct Text {
  char characters[N]{};

  consteval Text(const char (&literal)[N]) { std::copy_n(literal, N, characters); }
  [[nodiscard]] constexpr std::string_view view() const { return {characters, N - 1}; }
};

}  // namespace reglament
