// A statement of PostgreSQL that takes many rows at once:
//
//   ArrayBatch<std::int64_t, Bytes> put(session,
//                                       "INSERT INTO outbox SELECT * FROM :rows(id, payload)");
//   put.run(notices, [](const Notice& n) { return std::tuple(n.id, Bytes{n.payload}); });
//
// `:rows(...)` stands once in the SQL, where a table stands, and names the columns in the order of
// the types. The facade puts an `unnest` of arrays in its place. Numbers and text travel as array
// literals, in which any character is allowed but NUL (BadInput). Bytes of a column travel as one
// long value beside their places in it: hexadecimal digits inside an array would be read twice over
// by the server.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "adapters/soci/statement.hpp"

namespace reglament::sql {

class PreparedArrays {
 public:
  // A statement is executed when so much has been collected, so that neither side holds more.
  static constexpr std::size_t rows_a_chunk = 8192;
  static constexpr std::size_t bytes_a_chunk = 8U << 20U;

  PreparedArrays(const Session& session, std::string_view sql, std::span<const Kind> takes);
  ~PreparedArrays();
  PreparedArrays(PreparedArrays&&) noexcept;
  PreparedArrays& operator=(PreparedArrays&&) noexcept;

  void set(std::size_t column, std::int64_t value);
  void set(std::size_t column, std::string_view value);
  void set(std::size_t column, Bytes value);
  void set_null(std::size_t column);
  template <class T>
  void set(std::size_t column, const std::optional<T>& value) {
    value ? set(column, *value) : set_null(column);
  }

  void start();                      // forgets rows that a failed run left
  void end_row();                    // executes when the chunk is full
  [[nodiscard]] std::int64_t end();  // executes the rest; rows changed since start()

 private:
  struct State;
  std::unique_ptr<State> state_;
};

template <class... P>
class ArrayBatch {
 public:
  using Row = std::tuple<P...>;

  ArrayBatch(const Session& session, std::string_view sql) : prepared_(session, sql, takes()) {}

  // `row_of` makes a Row of each element; its views are read before the next element is asked.
  // Without elements nothing is sent.
  template <class Range, class RowOf>
  std::int64_t run(Range&& elements, RowOf&& row_of) {
    prepared_.start();
    for (auto&& element : elements) {
      const Row row = row_of(element);
      set(row, std::index_sequence_for<P...>{});
      prepared_.end_row();
    }
    return prepared_.end();
  }

 private:
  static std::span<const Kind> takes() {
    static constexpr std::array<Kind, sizeof...(P)> kinds{FieldOf<P>::kind...};
    return kinds;
  }
  template <std::size_t... I>
  void set(const Row& row, std::index_sequence<I...>) {
    (prepared_.set(I, std::get<I>(row)), ...);
  }
  PreparedArrays prepared_;
};

}  // namespace reglament::sql
