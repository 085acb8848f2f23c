#include "adapters/soci/statement.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "adapters/soci/connection.hpp"
#include "adapters/soci/hexadecimal.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament::sql {
namespace {

// One variable that SOCI reads or writes. Its address must not change once it is bound.
struct Slot {
  Kind kind = Kind::integer;
  soci::indicator indicator = soci::i_ok;
  long long integer = 0;
  std::string text;                  // bytes, too, in a column, and in a parameter of PostgreSQL
  std::unique_ptr<soci::blob> blob;  // bytes in a parameter of SQLite: a string would be text
};

// The same for a chunk of rows.
struct Column {
  Kind kind = Kind::integer;
  std::vector<soci::indicator> indicators;
  std::vector<long long> integers;
  std::vector<std::string> texts;

  void resize(std::size_t rows) {
    indicators.resize(rows);
    kind == Kind::integer ? integers.resize(rows) : texts.resize(rows);
  }
};

void bind(soci::statement& statement, Slot& slot) {
  if (slot.kind == Kind::integer) {
    statement.exchange(soci::use(slot.integer, slot.indicator));
  } else if (slot.blob) {
    statement.exchange(soci::use(*slot.blob, slot.indicator));
  } else {
    statement.exchange(soci::use(slot.text, slot.indicator));
  }
}

void bind(soci::statement& statement, Column& column) {
  if (column.kind == Kind::integer) {
    statement.exchange(soci::use(column.integers, column.indicators));
  } else {
    statement.exchange(soci::use(column.texts, column.indicators));
  }
}

void define(soci::statement& statement, Slot& slot) {
  if (slot.kind == Kind::integer) {
    statement.exchange(soci::into(slot.integer, slot.indicator));
  } else {
    statement.exchange(soci::into(slot.text, slot.indicator));
  }
}

void prepare(soci::statement& statement, const std::string& sql) {
  statement.alloc();
  statement.prepare(sql);
  statement.define_and_bind();
}

}  // namespace

// ---- One row an execution ----

// Order of members: the statement is finalised while the variables and the connection still live.
struct Prepared::State {
  State(std::shared_ptr<Connection> of, std::string text, std::span<const Kind> takes,
        std::span<const Kind> gives)
      : connection(std::move(of)),
        sql(std::move(text)),
        parameters(takes.size()),
        columns(gives.size()),
        statement(connection->soci()) {
    for (std::size_t i = 0; i < takes.size(); ++i) {
      parameters[i].kind = takes[i];
      if (takes[i] == Kind::bytes && connection->dialect() == Dialect::sqlite) {
        parameters[i].blob = std::make_unique<soci::blob>(connection->soci());
      }
      bind(statement, parameters[i]);
    }
    for (std::size_t i = 0; i < gives.size(); ++i) {
      columns[i].kind = gives[i];
      define(statement, columns[i]);
    }
    prepare(statement, sql);
    connection->inspect(statement, sql, takes, gives);
  }

  // SOCI has the columns of a row: on PostgreSQL bytes come as hexadecimal text.
  bool arrived(bool row) {
    if (!row || connection->dialect() == Dialect::sqlite) return row;
    for (Slot& column : columns) {
      if (column.kind != Kind::bytes || column.indicator == soci::i_null) continue;
      if (decode_hexadecimal(column.text)) continue;
      throw Unavailable(fmt::format("expected bytes from '{}', found something else, in {}", sql,
                                    connection->place()));
    }
    return true;
  }

  // SOCI hands text to PostgreSQL up to its first NUL.
  void expect_whole(std::string_view text) const {
    if (connection->dialect() == Dialect::sqlite) return;
    if (text.find('\0') == std::string_view::npos) return;
    throw BadInput(fmt::format("expected text without NUL for '{}', found one, in {}", sql,
                               connection->place()));
  }

  const Slot& present(std::size_t column) const {
    if (columns[column].indicator != soci::i_null) return columns[column];
    throw Unavailable(fmt::format("expected a value in column {} of '{}', found NULL, in {}",
                                  column + 1, sql, connection->place()));
  }

  std::shared_ptr<Connection> connection;
  std::string sql;
  std::vector<Slot> parameters;
  std::vector<Slot> columns;
  soci::statement statement;
  bool reading = false;
};

Prepared::Prepared(const Session& session, const std::string& sql, std::span<const Kind> takes,
                   std::span<const Kind> gives) {
  Connection& connection = *session.connection();
  connection.expect_usable();
  try {
    state_ = std::make_unique<State>(session.connection(), sql, takes, gives);
  } catch (...) {
    connection.raise(sql);
  }
}

Prepared::~Prepared() = default;
Prepared::Prepared(Prepared&&) noexcept = default;
Prepared& Prepared::operator=(Prepared&&) noexcept = default;

void Prepared::set(std::size_t parameter, std::int64_t value) {
  ENSURE(!state_->reading, "a statement is not run again while its rows are being read");
  state_->parameters[parameter].integer = value;
  state_->parameters[parameter].indicator = soci::i_ok;
}

void Prepared::set(std::size_t parameter, std::string_view value) {
  ENSURE(!state_->reading, "a statement is not run again while its rows are being read");
  state_->expect_whole(value);
  state_->parameters[parameter].text.assign(value);
  state_->parameters[parameter].indicator = soci::i_ok;
}

void Prepared::set(std::size_t parameter, Bytes value) {
  Slot& slot = state_->parameters[parameter];
  if (!slot.blob) {
    std::string& text = written(parameter);
    text.assign("\\x");
    append_hexadecimal(text, value.view);
    return;
  }
  ENSURE(!state_->reading, "a statement is not run again while its rows are being read");
  // An empty view may point nowhere, and SOCI copies from where it points.
  slot.blob->write(0, value.view.empty() ? "" : value.view.data(), value.view.size());
  slot.blob->trim(value.view.size());
  slot.indicator = soci::i_ok;
}

void Prepared::set_null(std::size_t parameter) {
  ENSURE(!state_->reading, "a statement is not run again while its rows are being read");
  state_->parameters[parameter].indicator = soci::i_null;
}

std::string& Prepared::written(std::size_t parameter) {
  ENSURE(!state_->reading, "a statement is not run again while its rows are being read");
  state_->parameters[parameter].indicator = soci::i_ok;
  return state_->parameters[parameter].text;
}

std::int64_t Prepared::execute() {
  Connection& connection = *state_->connection;
  connection.expect_usable();
  try {
    state_->statement.execute(true);
    return state_->statement.get_affected_rows();
  } catch (...) {
    connection.release(state_->statement);
    connection.raise(state_->sql);
  }
}

bool Prepared::first() {
  ENSURE(!state_->reading, "a statement is not run again while its rows are being read");
  Connection& connection = *state_->connection;
  connection.expect_usable();
  try {
    state_->reading = true;
    return state_->arrived(state_->statement.execute(true));
  } catch (...) {
    finish();
    connection.raise(state_->sql);
  }
}

bool Prepared::next() {
  Connection& connection = *state_->connection;
  connection.expect_usable();
  try {
    return state_->arrived(state_->statement.fetch());
  } catch (...) {
    finish();
    connection.raise(state_->sql);
  }
}

void Prepared::finish() noexcept {
  state_->reading = false;
  state_->connection->release(state_->statement);
}

bool Prepared::is_null(std::size_t column) const {
  return state_->columns[column].indicator == soci::i_null;
}

std::int64_t Prepared::integer(std::size_t column) const { return state_->present(column).integer; }

std::string_view Prepared::text(std::size_t column) const { return state_->present(column).text; }

// ---- A chunk of rows an execution ----

struct PreparedBatch::State {
  State(std::shared_ptr<Connection> of, std::string text, std::span<const Kind> takes)
      : connection(std::move(of)),
        sql(std::move(text)),
        columns(takes.size()),
        statement(connection->soci()) {
    for (std::size_t i = 0; i < takes.size(); ++i) {
      columns[i].kind = takes[i];
      columns[i].resize(rows_a_chunk);
      bind(statement, columns[i]);
    }
    prepare(statement, sql);
    connection->inspect(statement, sql, takes, {});
  }

  void resize(std::size_t rows) {
    for (Column& column : columns) column.resize(rows);
  }

  // SOCI takes the number of rows from the size of the vectors, so a last, shorter chunk shrinks
  // them for one execution.
  void execute() {
    connection->expect_usable();
    const std::size_t rows = std::exchange(filled, 0);
    if (rows < rows_a_chunk) resize(rows);
    try {
      statement.execute(true);
      changed += statement.get_affected_rows();
    } catch (...) {
      resize(rows_a_chunk);
      connection->release(statement);
      connection->raise(sql);
    }
    if (rows < rows_a_chunk) resize(rows_a_chunk);
  }

  std::shared_ptr<Connection> connection;
  std::string sql;
  std::vector<Column> columns;
  soci::statement statement;
  std::size_t filled = 0;
  std::int64_t changed = 0;
};

PreparedBatch::PreparedBatch(const Session& session, const std::string& sql,
                             std::span<const Kind> takes) {
  ENSURE(!takes.empty(), "a batch has parameters");
  Connection& connection = *session.connection();
  connection.expect_usable();
  ENSURE(connection.dialect() == Dialect::sqlite, "many rows of PostgreSQL are arrays");
  try {
    state_ = std::make_unique<State>(session.connection(), sql, takes);
  } catch (...) {
    connection.raise(sql);
  }
}

PreparedBatch::~PreparedBatch() = default;
PreparedBatch::PreparedBatch(PreparedBatch&&) noexcept = default;
PreparedBatch& PreparedBatch::operator=(PreparedBatch&&) noexcept = default;

void PreparedBatch::set(std::size_t parameter, std::int64_t value) {
  Column& column = state_->columns[parameter];
  column.integers[state_->filled] = value;
  column.indicators[state_->filled] = soci::i_ok;
}

void PreparedBatch::set(std::size_t parameter, std::string_view value) {
  Column& column = state_->columns[parameter];
  column.texts[state_->filled].assign(value);  // keeps the memory that the last chunk used
  column.indicators[state_->filled] = soci::i_ok;
}

void PreparedBatch::set_null(std::size_t parameter) {
  state_->columns[parameter].indicators[state_->filled] = soci::i_null;
}

void PreparedBatch::start() {
  state_->filled = 0;
  state_->changed = 0;
}

void PreparedBatch::end_row() {
  if (++state_->filled == rows_a_chunk) state_->execute();
}

std::int64_t PreparedBatch::end() {
  if (state_->filled > 0) state_->execute();
  return state_->changed;
}

}  // namespace reglament::sql
