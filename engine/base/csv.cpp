#include "engine/base/csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

// The text still to be read and where it stands, for the errors.
struct Rest {
  std::string_view text;
  std::size_t line = 1;
  const std::string& name;
};

std::string take_quoted_cell(Rest& rest) {
  const std::size_t first_line = rest.line;
  std::string cell;
  rest.text.remove_prefix(1);
  while (!rest.text.empty()) {
    const char c = rest.text.front();
    rest.text.remove_prefix(1);
    if (c == '\n') ++rest.line;
    if (c == '"') {
      if (!rest.text.starts_with('"')) return cell;
      rest.text.remove_prefix(1);
    }
    cell.push_back(c);
  }
  throw BadInput(fmt::format("{} line {}: expected a closing quote, found the end of the file",
                             rest.name, first_line));
}

std::string take_plain_cell(Rest& rest) {
  std::string cell(rest.text.substr(0, rest.text.find_first_of(",\"\r\n")));
  rest.text.remove_prefix(cell.size());
  return cell;
}

// A quote inside a plain cell, or text behind a closing quote, is refused: to read on would lose
// the quotes of a name like  LLP "Aral"  without a word.
void take_end_of_line(Rest& rest) {
  if (rest.text.starts_with('\r')) rest.text.remove_prefix(1);
  if (rest.text.empty()) return;
  if (!rest.text.starts_with('\n')) {
    throw BadInput(fmt::format("{} line {}: expected a comma or the end of the line, found '{}'",
                               rest.name, rest.line,
                               rest.text.substr(0, rest.text.find_first_of(",\r\n"))));
  }
  rest.text.remove_prefix(1);
  ++rest.line;
}

std::vector<std::string> take_record(Rest& rest) {
  std::vector<std::string> cells;
  while (true) {
    cells.push_back(rest.text.starts_with('"') ? take_quoted_cell(rest) : take_plain_cell(rest));
    if (!rest.text.starts_with(',')) break;
    rest.text.remove_prefix(1);
  }
  take_end_of_line(rest);
  return cells;
}

}  // namespace

CsvTable::CsvTable(std::string_view text, std::string_view name) : name_(name) {
  Rest rest{.text = text, .name = name_};
  header_ = take_record(rest);
  while (!rest.text.empty()) {
    if (rest.text.starts_with('\n') || rest.text.starts_with("\r\n")) {
      take_end_of_line(rest);
      continue;
    }
    const std::size_t first_line = rest.line;
    auto cells = take_record(rest);
    if (cells.size() != header_.size()) {
      throw BadInput(fmt::format("{} line {}: expected {} cells, found {}", name_, first_line,
                                 header_.size(), cells.size()));
    }
    rows_.push_back(std::move(cells));
    lines_.push_back(first_line);
  }
}

const std::string& CsvTable::cell(std::size_t row, std::string_view column) const {
  const auto found = std::find(header_.begin(), header_.end(), column);
  if (found == header_.end()) {
    throw BadInput(fmt::format("{} line 1: expected a column '{}', found none", name_, column));
  }
  return rows_[row][static_cast<std::size_t>(found - header_.begin())];
}

}  // namespace reglament
