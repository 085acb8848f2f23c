// A code that occurs in many cases (a step, an office, an edition), kept once for the whole
// process: a case holds a pointer, and comparing two codes is comparing two pointers.
//
// The pool only grows, so only codes that were validated against the catalogue or the directory, or
// that come from our own store, become symbols; never text as it came from outside.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace reglament {

class Symbol {
 public:
  Symbol() : text_(&empty()) {}
  explicit Symbol(std::string_view text) : text_(text.empty() ? &empty() : &intern(text)) {}

  [[nodiscard]] std::string_view view() const { return *text_; }
  [[nodiscard]] bool is_empty() const { return text_->empty(); }
  bool operator==(const Symbol& other) const { return text_ == other.text_; }
  bool operator==(std::string_view text) const { return *text_ == text; }

 private:
  static const std::string& empty();
  static const std::string& intern(std::string_view text);  // thread-safe

  const std::string* text_;
};

}  // namespace reglament

template <>
struct std::hash<reglament::Symbol> {
  std::size_t operator()(const reglament::Symbol& symbol) const {
    return std::hash<const char*>{}(symbol.view().data());
  }
};
