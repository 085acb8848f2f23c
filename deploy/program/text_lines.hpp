// The lines of a text from outside, one at a time, with a bound: a line that is longer is passed
// over without being kept, so that no input can fill the memory.
#pragma once

#include <cstdio>
#include <deque>
#include <optional>
#include <string>

namespace reglament::program {

struct TextLine {
  std::size_t number{};  // from 1
  std::string text;      // without the line break; empty where it was too long
  bool too_long = false;
};

class TextLines {
 public:
  static constexpr std::size_t longest_line = 1024UL * 1024;

  // "-" is standard input. Throws BadInput where the file cannot be read.
  explicit TextLines(std::string file);
  ~TextLines();
  TextLines(const TextLines&) = delete;
  TextLines& operator=(const TextLines&) = delete;

  // The next line that is not blank; nothing at the end. Throws BadInput where reading fails.
  [[nodiscard]] std::optional<TextLine> next();
  // Makes this the next line.
  void put_back(TextLine line) { pushed_back_.push_front(std::move(line)); }
  // "applications.jsonl:3"
  [[nodiscard]] std::string place(std::size_t line) const;

 private:
  [[nodiscard]] bool fill();
  [[nodiscard]] std::optional<TextLine> read_line();

  std::string name_;
  std::FILE* file_;
  std::string buffer_;
  std::size_t position_ = 0;
  std::size_t lines_ = 0;
  std::deque<TextLine> pushed_back_;
};

}  // namespace reglament::program
