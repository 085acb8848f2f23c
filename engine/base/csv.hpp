// Reads the data files that travel inside the program (RFC 4180 with a header line).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reglament {

// Rows after the header; a cell is found by the header's name, blank lines are passed over. Throws
// BadInput with the line where a row has another number of cells than the header, a quote does not
// close, or a quote stands where none may.
class CsvTable {
 public:
  CsvTable(std::string_view text, std::string_view name);

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] const std::string& cell(std::size_t row, std::string_view column) const;
  [[nodiscard]] std::size_t line(std::size_t row) const { return lines_[row]; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> lines_;
};

}  // namespace reglament
