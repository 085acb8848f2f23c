#include "deploy/program/output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace reglament::program {
namespace {

void expect_written(bool written) {
  if (written) return;
  const int reason = errno;
  if (reason == EPIPE) throw OutputClosed("the output is closed");
  throw Unavailable(fmt::format("expected to write to standard output, found: {}",
                                std::generic_category().message(reason)));
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

void print_json(const Json& object) {
  // What is not UTF-8 cannot be in our data; if it were, the line must still be valid JSON.
  print_line(object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void print_line(std::string_view line) {
  expect_written(std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
                 std::fputc('\n', stdout) != EOF);
}

void flush_output() { expect_written(std::fflush(stdout) == 0); }

void print_trouble(std::string_view text) {
  std::string line = fmt::format("reglament: {}", text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  line += '\n';
  // Nothing can be said about trouble with standard error.
  static_cast<void>(std::fwrite(line.data(), 1, line.size(), stderr));
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  if (!text.empty()) text.pop_back();
  return text;
}

void put_rejection(Json& object, const Rejection& rejection) {
  object["code"] = rejection.code;
  object["paragraph"] = rejection.paragraph;
  object["expected"] = rejection.expected;
  object["actual"] = rejection.actual;
}

}  // namespace reglament::program
