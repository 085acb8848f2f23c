#include "adapters/soci/array_batch.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "adapters/soci/hexadecimal.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament::sql {
namespace {

constexpr std::string_view kMark = ":rows(";

// Where the values of one column of the rows are written: a parameter of its own, or, for bytes,
// one with all of them and two with the first position and the length of each.
struct Places {
  Kind kind = Kind::integer;
  std::size_t values{};
  std::size_t first{};
  std::size_t length{};
  std::size_t used = 0;  // bytes written so far
};

struct Layout {
  std::vector<Kind> parameters;
  std::vector<Places> columns;
  std::string sql;
};

// The statement with an unnest where the mark was. Parameters are numbered in the order of their
// first mention: the long values of bytes come first.
Layout layout_of(std::string_view sql, std::span<const Kind> takes) {
  const std::size_t mark = sql.find(kMark);
  ENSURE(mark != std::string_view::npos && sql.find(kMark, mark + 1) == std::string_view::npos,
         "a statement for many rows has :rows(...) once");
  Layout layout;
  std::string select;
  std::string arrays;
  std::string names;
  for (std::size_t i = 0; i < takes.size(); ++i) {
    layout.columns.push_back({.kind = takes[i]});
    const bool bytes = takes[i] == Kind::bytes;
    const std::string_view type = takes[i] == Kind::text ? "text" : bytes ? "int" : "bigint";
    const std::string_view comma = i == 0 ? "" : ", ";
    if (bytes) {
      layout.columns[i].values = layout.parameters.size();
      layout.parameters.push_back(Kind::bytes);
      select += fmt::format("{}substring(:bytes{}::bytea, first{}, length{})", comma, i, i, i);
      arrays += fmt::format("{}:first{}::int[], :length{}::int[]", comma, i, i);
      names += fmt::format("{}first{}, length{}", comma, i, i);
    } else {
      select += fmt::format("{}value{}", comma, i);
      arrays += fmt::format("{}:value{}::{}[]", comma, i, type);
      names += fmt::format("{}value{}", comma, i);
    }
  }
  for (Places& column : layout.columns) {
    std::size_t& one = column.kind == Kind::bytes ? column.first : column.values;
    one = layout.parameters.size();
    layout.parameters.push_back(Kind::array);
    if (column.kind != Kind::bytes) continue;
    column.length = layout.parameters.size();
    layout.parameters.push_back(Kind::array);
  }
  layout.sql =
      fmt::format("{}(SELECT {} FROM unnest({}) AS given({})) AS rows({}", sql.substr(0, mark),
                  select, arrays, names, sql.substr(mark + kMark.size()));
  return layout;
}

void append_number(std::string& array, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  array.append(digits, end).push_back(',');
}

// Array literals: https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO
void append_quoted(std::string& array, std::string_view value) {
  array.push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') array.push_back('\\');
    array.push_back(c);
  }
  array.append("\",");
}

}  // namespace

struct PreparedArrays::State {
  State(const Session& session, const Layout& layout)
      : columns(layout.columns), prepared(session, layout.sql, layout.parameters, {}) {
    clear();
  }

  void clear() {
    rows = 0;
    bytes = 0;
    for (Places& column : columns) {
      if (column.kind == Kind::bytes) {
        column.used = 0;
        prepared.written(column.values).assign("\\x");
        prepared.written(column.first).assign("{");
        prepared.written(column.length).assign("{");
      } else {
        prepared.written(column.values).assign("{");
      }
    }
  }

  void close(std::size_t parameter) { prepared.written(parameter).back() = '}'; }

  void execute() {
    for (const Places& column : columns) {
      close(column.kind == Kind::bytes ? column.first : column.values);
      if (column.kind == Kind::bytes) close(column.length);
    }
    changed += prepared.execute();
    clear();
  }

  std::vector<Places> columns;
  Prepared prepared;
  std::size_t rows = 0;
  std::size_t bytes = 0;
  std::int64_t changed = 0;
};

PreparedArrays::PreparedArrays(const Session& session, std::string_view sql,
                               std::span<const Kind> takes)
    : state_(std::make_unique<State>(session, layout_of(sql, takes))) {}

PreparedArrays::~PreparedArrays() = default;
PreparedArrays::PreparedArrays(PreparedArrays&&) noexcept = default;
PreparedArrays& PreparedArrays::operator=(PreparedArrays&&) noexcept = default;

void PreparedArrays::set(std::size_t column, std::int64_t value) {
  append_number(state_->prepared.written(state_->columns[column].values), value);
}

void PreparedArrays::set(std::size_t column, std::string_view value) {
  if (value.find('\0') != std::string_view::npos) {
    throw BadInput("expected text without NUL for an array, found one");
  }
  append_quoted(state_->prepared.written(state_->columns[column].values), value);
  state_->bytes += value.size();
}

void PreparedArrays::set(std::size_t column, Bytes value) {
  Places& places = state_->columns[column];
  append_hexadecimal(state_->prepared.written(places.values), value.view);
  append_number(state_->prepared.written(places.first), static_cast<std::int64_t>(places.used + 1));
  append_number(state_->prepared.written(places.length),
                static_cast<std::int64_t>(value.view.size()));
  places.used += value.view.size();
  state_->bytes += value.view.size();
}

void PreparedArrays::set_null(std::size_t column) {
  const Places& places = state_->columns[column];
  constexpr std::string_view null = "NULL,";
  if (places.kind == Kind::bytes) {
    state_->prepared.written(places.first).append(null);
    state_->prepared.written(places.length).append(null);
  } else {
    state_->prepared.written(places.values).append(null);
  }
}

void PreparedArrays::start() {
  state_->clear();
  state_->changed = 0;
}

void PreparedArrays::end_row() {
  if (++state_->rows == rows_a_chunk || state_->bytes >= bytes_a_chunk) state_->execute();
}

std::int64_t PreparedArrays::end() {
  if (state_->rows > 0) state_->execute();
  return state_->changed;
}

}  // namespace reglament::sql
