#include "deploy/program/text_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

constexpr std::size_t kChunk = 64UL * 1024;

[[noreturn]] void refuse(const std::string& name) {
  throw BadInput(fmt::format("expected a file that can be read, found {}: {}", name,
                             std::generic_category().message(errno)));
}

bool is_blank(const TextLine& line) {
  return !line.too_long && line.text.find_first_not_of(" \t\r") == std::string::npos;
}

}  // namespace

TextLines::TextLines(std::string file)
    : name_(file == "-" ? "(standard input)" : file),
      file_(file == "-" ? stdin : std::fopen(file.c_str(), "rbe")) {
  if (file_ == nullptr) refuse(name_);
}

TextLines::~TextLines() {
  if (file_ != stdin) std::fclose(file_);
}

std::string TextLines::place(std::size_t line) const { return fmt::format("{}:{}", name_, line); }

bool TextLines::fill() {
  buffer_.resize(kChunk);
  position_ = 0;
  errno = 0;
  const std::size_t count = std::fread(buffer_.data(), 1, kChunk, file_);
  if (count == 0 && std::ferror(file_) != 0) refuse(name_);
  buffer_.resize(count);
  return count > 0;
}

std::optional<TextLine> TextLines::read_line() {
  TextLine line;
  bool any = false;
  for (;;) {
    if (position_ == buffer_.size() && !fill()) break;
    any = true;
    const std::size_t end = std::min(buffer_.find('\n', position_), buffer_.size());
    const std::size_t length = end - position_;
    if (line.text.size() + length > longest_line) line.too_long = true;
    if (line.too_long) {
      line.text.clear();
    } else {
      line.text.append(buffer_, position_, length);
    }
    position_ = end;
    if (end < buffer_.size()) {
      ++position_;
      break;
    }
  }
  if (!any) return std::nullopt;
  line.number = ++lines_;
  if (line.text.ends_with('\r')) line.text.pop_back();
  return line;
}

std::optional<TextLine> TextLines::next() {
  if (!pushed_back_.empty()) {
    TextLine line = std::move(pushed_back_.front());
    pushed_back_.pop_front();
    return line;
  }
  auto line = read_line();
  while (line && is_blank(*line)) line = read_line();
  return line;
}

}  // namespace reglament::program
