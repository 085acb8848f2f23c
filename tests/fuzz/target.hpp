// A fuzz target: any bytes go in, and what must hold is checked. The same function is run by
// libFuzzer (preset `fuzz`) and, over the corpus, by an ordinary test (corpus_test.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace reglament::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process the way that libFuzzer keeps the input of.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// What a refusal of the outer border says: one line, not too long, with its three parts.
inline void must_explain(std::string_view refusal) {
  must(refusal.find_first_of("\r\n\x1b") == std::string_view::npos, "a refusal is one line");
  must(refusal.size() < 1'000, "a refusal is short");
  for (const std::string_view part : {"expected ", ", found ", ", field "}) {
    must(refusal.find(part) != std::string_view::npos, "a refusal says what, which and where");
  }
}

}  // namespace reglament::fuzz
