#include "engine/base/csv.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

// The text of the BadInput that reading `text` as "days.csv" throws.
std::string error_of(std::string_view text) {
  try {
    const CsvTable table(text, "days.csv");
  } catch (const BadInput& error) {
    return error.what();
  }
  return "no error";
}

TEST(Csv, CellsAreFoundByTheNameInTheHeader) {
  const CsvTable table("date,kind,name\n2015-07-06,holiday,День столицы\n2015-07-07,working,\n",
                       "days.csv");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table.name(), "days.csv");
  EXPECT_EQ(table.cell(0, "name"), "День столицы");
  EXPECT_EQ(table.cell(0, "date"), "2015-07-06");
  EXPECT_EQ(table.cell(1, "kind"), "working");
  EXPECT_EQ(table.cell(1, "name"), "");
}

TEST(Csv, TheLastLineNeedsNoLineBreak) {
  const CsvTable table("a,b\n1,2\n3,", "x");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table.cell(1, "a"), "3");
  EXPECT_EQ(table.cell(1, "b"), "");
}

TEST(Csv, CarriageReturnsOfLineEndsAreNotPartOfCells) {
  const CsvTable table("a,b\r\n1,\"2\"\r\n\r\n3,4\r", "x");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table.cell(0, "b"), "2");
  EXPECT_EQ(table.cell(1, "b"), "4");
  EXPECT_EQ(table.line(1), 4U);
}

TEST(Csv, QuotedCellsHoldCommasQuotesAndLineBreaks) {
  const CsvTable table("a,\"b\"\n\"x, y\",\"say \"\"yes\"\"\"\n\"two\nlines\",\"\"\n", "x");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table.cell(0, "a"), "x, y");
  EXPECT_EQ(table.cell(0, "b"), "say \"yes\"");
  EXPECT_EQ(table.cell(1, "a"), "two\nlines");
  EXPECT_EQ(table.cell(1, "b"), "");
}

TEST(Csv, SpacesBelongToTheCell) {
  const CsvTable table("a,b\n 1 ,\t2\n", "x");
  EXPECT_EQ(table.cell(0, "a"), " 1 ");
  EXPECT_EQ(table.cell(0, "b"), "\t2");
}

TEST(Csv, LinesCountBlankLinesAndBreaksInsideCells) {
  const CsvTable table("a,b\n\n1,\"x\n\ny\"\n2,z\n", "x");
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table.line(0), 3U);
  EXPECT_EQ(table.line(1), 6U);
}

TEST(Csv, BlankLineIsPassedOverButAnEmptyQuotedCellIsARow) {
  const CsvTable table("a\n\n\"\"\n", "x");
  ASSERT_EQ(table.size(), 1U);
  EXPECT_EQ(table.cell(0, "a"), "");
  EXPECT_EQ(table.line(0), 3U);
}

TEST(Csv, HeaderAloneIsATableWithoutRows) {
  EXPECT_EQ(CsvTable("a,b\n", "x").size(), 0U);
  EXPECT_EQ(CsvTable("a,b", "x").size(), 0U);
  EXPECT_EQ(CsvTable("", "x").size(), 0U);
}

TEST(Csv, AnotherNumberOfCellsIsRefusedWithItsLine) {
  EXPECT_EQ(error_of("a,b\n1,2\n\n3\n"), "days.csv line 4: expected 2 cells, found 1");
  EXPECT_EQ(error_of("a,b\n\"1\n1\",2\n3,4,5\n"), "days.csv line 4: expected 2 cells, found 3");
}

TEST(Csv, OpenQuoteIsRefusedWithTheLineWhereItOpens) {
  EXPECT_EQ(error_of("a,b\n1,2\n3,\"4\n5,6\n"),
            "days.csv line 3: expected a closing quote, found the end of the file");
  EXPECT_EQ(error_of("a,b\n\"x\ny\",\"4\n"),
            "days.csv line 3: expected a closing quote, found the end of the file");
}

TEST(Csv, QuoteInsideAPlainCellIsRefused) {
  EXPECT_EQ(error_of("a,b\n1,2\n3,LLP \"Aral\"\n"),
            "days.csv line 3: expected a comma or the end of the line, found '\"Aral\"'");
}

TEST(Csv, TextBehindAClosingQuoteIsRefused) {
  EXPECT_EQ(error_of("a,b\n\"Aral\" LLP,2\n"),
            "days.csv line 2: expected a comma or the end of the line, found ' LLP'");
}

TEST(Csv, CarriageReturnInsideAPlainCellIsRefused) {
  EXPECT_EQ(error_of("a,b\n1\r1,2\n"),
            "days.csv line 2: expected a comma or the end of the line, found '1'");
}

TEST(Csv, UnknownColumnIsRefusedByName) {
  const CsvTable table("a,b\n1,2\n", "days.csv");
  try {
    static_cast<void>(table.cell(0, "c"));
    FAIL() << "a cell of a column that is not there";
  } catch (const BadInput& error) {
    EXPECT_STREQ(error.what(), "days.csv line 1: expected a column 'c', found none");
  }
}

using Row = std::vector<std::string>;

// RFC 4180 with every cell in quotes.
std::string quoted(const Row& row) {
  std::string text;
  for (const std::string& cell : row) {
    if (!text.empty()) text.push_back(',');
    text.push_back('"');
    for (const char c : cell) text.append(c == '"' ? 2 : 1, c);
    text.push_back('"');
  }
  return text;
}

RC_GTEST_PROP(Csv, AnyCellComesBackWhenQuoted, ()) {
  const auto width = *rc::gen::inRange<std::size_t>(1, 5);
  const auto character =
      rc::gen::oneOf(rc::gen::element('"', ',', '\n', '\r', ' '), rc::gen::arbitrary<char>());
  const auto cell = rc::gen::container<std::string>(character);
  const auto rows = *rc::gen::container<std::vector<Row>>(rc::gen::container<Row>(width, cell));
  const std::string line_end = *rc::gen::element<std::string>("\n", "\r\n");

  const Row all_columns = {"a", "b", "c", "d"};
  const Row columns(all_columns.begin(), all_columns.begin() + static_cast<std::ptrdiff_t>(width));
  std::string text = quoted(columns);
  for (const Row& row : rows) text.append(line_end).append(quoted(row));

  const CsvTable table(text, "any");
  RC_ASSERT(table.size() == rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = 0; i < width; ++i) {
      RC_ASSERT(table.cell(row, columns[i]) == rows[row][i]);
    }
  }
}

// Whatever the bytes: a table whose cells and lines are in order, or BadInput that names the file.
RC_GTEST_PROP(Csv, AnyTextIsATableOrBadInput, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::element('"', ',', '\n', '\r', 'a'), rc::gen::arbitrary<char>()));
  try {
    const CsvTable table("a,b\n" + text, "any");
    for (std::size_t row = 0; row < table.size(); ++row) {
      RC_ASSERT(table.line(row) > (row == 0 ? 1U : table.line(row - 1)));
      static_cast<void>(table.cell(row, "b"));
    }
    RC_TAG("table");
  } catch (const BadInput& error) {
    RC_ASSERT(std::string_view(error.what()).starts_with("any line "));
    RC_TAG("refused");
  }
}

}  // namespace
}  // namespace reglament
