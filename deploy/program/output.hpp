// How commands print: JSON objects, one a line, for programs; aligned text for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/fault.hpp"
#include "engine/base/result.hpp"
#include "engine/time/civil.hpp"

namespace reglament::program {

using Json = nlohmann::ordered_json;  // keys stay in the order in which the contract names them

// Whoever read our output has gone (EPIPE): the program ends without a word.
struct OutputClosed : Unavailable {
  using Unavailable::Unavailable;
};

// One object on one line on standard output. Throws Unavailable where the output is closed or full.
void print_json(const Json& object);
// One line of text on standard output.
void print_line(std::string_view line);
// Lines are collected; this writes what has been, for somebody who waits for it. The program does
// it at its end.
void flush_output();
// One line "reglament: ..." on standard error; control characters become blanks.
void print_trouble(std::string_view text);

// Columns as wide as their widest cell (counted in code points), two blanks between them.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// The keys `code paragraph expected actual` of a rejection.
void put_rejection(Json& object, const Rejection& rejection);

}  // namespace reglament::program
