#include "adapters/soci/session.hpp"

#include <fmt/format.h>

#include <cctype>

#include "adapters/soci/connection.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament::sql {

void Connection::begin() {
  expect_usable();
  ENSURE(state_ == State::idle, "a transaction begins only when none is open");
  try {
    start_transaction();
  } catch (...) {
    raise("BEGIN");
  }
  state_ = State::open;
}

CommitOutcome Connection::commit() noexcept {
  ENSURE(state_ != State::idle, "a commit ends a transaction that was begun");
  if (state_ == State::broken) return CommitOutcome::unknown;
  if (state_ == State::failed) {
    rollback();
    return CommitOutcome::rolled_back;
  }
  CommitOutcome outcome = CommitOutcome::unknown;
  try {
    trouble_.clear();
    outcome = try_commit(trouble_);
  } catch (...) {
    // Not even the reason could be had: whatever happened, it is not known to be undone.
    outcome = CommitOutcome::unknown;
  }
  state_ = outcome == CommitOutcome::unknown ? State::broken : State::idle;
  return outcome;
}

void Connection::rollback() noexcept {
  if (state_ == State::idle || state_ == State::broken) return;
  bool ended = false;
  try {
    ended = try_rollback();
  } catch (...) {
    ended = false;
  }
  // What was not committed is undone when the connection closes, so nothing is unknown here; only
  // this connection is of no more use.
  state_ = ended ? State::idle : State::broken;
}

void Connection::expect_usable() const {
  if (state_ == State::failed) {
    throw Unavailable(fmt::format(
        "expected an open transaction in {}, found one that has failed: {}", place_, trouble_));
  }
  if (state_ == State::broken) {
    throw Unavailable(fmt::format(
        "expected a usable session with {}, found one that was given up: {}", place_, trouble_));
  }
}

void Connection::raise(std::string_view sql) {
  if (state_ == State::open) state_ = State::failed;
  try {
    translate(sql);
  } catch (const std::exception& fault) {
    trouble_ = fault.what();
    throw;
  }
  defect("a translation of an exception throws", __FILE__, __LINE__);
}

std::string Connection::shortened(std::string_view sql) {
  constexpr std::size_t longest = 80;
  std::string line(sql.substr(0, longest));
  for (char& c : line) c = std::isspace(static_cast<unsigned char>(c)) != 0 ? ' ' : c;
  return sql.size() > longest ? line + "..." : line;
}

Session::Session(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

void Session::execute(const std::string& sql) {
  connection_->expect_usable();
  try {
    soci::statement statement(connection_->soci());
    statement.alloc();
    statement.prepare(sql);
    statement.define_and_bind();
    connection_->inspect(statement, sql, {}, {});
    statement.execute(true);
  } catch (...) {
    connection_->raise(sql);
  }
}

void Session::begin() { connection_->begin(); }
CommitOutcome Session::commit() noexcept { return connection_->commit(); }
void Session::rollback() noexcept { connection_->rollback(); }
bool Session::is_usable() const { return connection_->is_usable(); }
bool Session::in_transaction() const { return connection_->in_transaction(); }
const std::string& Session::place() const { return connection_->place(); }
const std::string& Session::trouble() const { return connection_->trouble(); }

}  // namespace reglament::sql
