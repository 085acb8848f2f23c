// What the facade needs to know about one kind of database. Internal: adapters use session.hpp and
// statement.hpp; a new database is added by deriving from Connection.
//
// Every call of the facade into SOCI ends here when it throws: `raise` turns what SOCI threw into
// a fault of engine/base/fault.hpp, and marks the transaction as failed.
#pragma once

#include <soci/soci.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"

namespace reglament::sql {

// How many rows and bytes travel.
enum class Dialect {
  sqlite,      // SOCI's blob is a value of the row; many rows are SOCI's vectors
  postgresql,  // bytes are hexadecimal text, SOCI's blob would be a large object; rows are arrays
};

class Connection {
 public:
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] soci::session& soci() { return *session_; }
  [[nodiscard]] const std::string& place() const { return place_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  [[nodiscard]] bool in_transaction() const { return state_ != State::idle; }
  [[nodiscard]] bool is_usable() { return state_ != State::broken && is_connected(); }

  // Looks at a statement that SOCI has prepared, and refuses text behind the first one, and other
  // parameters or columns than the types of the caller promise: both are defects, found when the
  // program prepares its statements.
  virtual void inspect(soci::statement& statement, const std::string& sql,
                       std::span<const Kind> takes, std::span<const Kind> gives) = 0;
  // Ends a statement that was not read to its end, or that failed, so that it holds no lock.
  virtual void release(soci::statement& statement) noexcept = 0;
  [[nodiscard]] virtual Dialect dialect() const = 0;
  // False when the connection is gone for good.
  [[nodiscard]] virtual bool is_connected() = 0;

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

  // A statement in one line of an error text.
  [[nodiscard]] static std::string shortened(std::string_view sql);

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
