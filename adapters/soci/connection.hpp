// What the facade needs to know about one kind of database. Internal: adapters use session.hpp and
// statement.hpp; a new database is added by deriving from Connection.
//
// Every call of the facade into SOCI ends here when it throws: `raise` turns what SOCI threw into
// a fault of engine/base/fault.hpp, and marks the transaction as failed.
#pragma once

#include <soci/soci.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/soci/session.hpp"

namespace reglament::sql {

class Connection {
 public:
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] soci::session& soci() { return *session_; }
  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] bool in_transaction() const { return state_ != State::idle; }

  // Refuses text behind the first statement, and another number of parameters or columns than the
  // types of the caller promise: both are defects, found when the program prepares its statements.
  virtual void inspect(const std::string& sql, std::size_t parameters, std::size_t columns) = 0;
  // Ends a statement that was not read to its end, or that failed, so that it holds no lock.
  virtual void release(soci::statement& statement) noexcept = 0;
  // True where SOCI's blob is a value of the row; on PostgreSQL it would be a large object.
  [[nodiscard]] virtual bool blob_is_value() const = 0;

  void begin();
  [[nodiscard]] CommitOutcome commit() noexcept;
  void rollback() noexcept;

  // Before each execution: nothing runs in a transaction that failed, nor after an unknown commit.
  void expect_usable() const;
  // Call inside a catch block. Exceptions that are not SOCI's pass through unchanged.
  [[noreturn]] void raise(std::string_view sql);

 protected:
  // idle -> open -> idle; a fault makes it failed, and an unknown commit ends the connection.
  enum class State { idle, open, failed, broken };

  Connection(std::unique_ptr<soci::session> session, std::string place)
      : session_(std::move(session)), place_(std::move(place)) {}

  // Throws the fault that belongs to the exception being handled.
  [[noreturn]] virtual void translate(std::string_view sql) = 0;
  virtual void start_transaction() = 0;
  // Runs COMMIT; on failure says what became of the transaction, and why in `why`.
  [[nodiscard]] virtual CommitOutcome try_commit(std::string& why) = 0;
  // True when afterwards no transaction is open.
  [[nodiscard]] virtual bool try_rollback() = 0;

 private:
  std::unique_ptr<soci::session> session_;
  std::string place_;
  std::string trouble_;
  State state_ = State::idle;
};

}  // namespace reglament::sql
