// PostgreSQL behind the facade. The native handle of the SOCI session is used for what SOCI 4.0.3
// does not offer: the command tag of COMMIT (SOCI's commit() returns although the server rolled
// back), whether the connection lives, the types of parameters and columns. SQL itself runs through
// SOCI.
#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <memory>
#include <ranges>

#include "adapters/soci/connection.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament::sql {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

// As for SQLite: SOCI keeps the type information of its classes inside its library.
__attribute__((no_sanitize("vptr"))) PGconn* handle_of(soci::session& session) {
  return static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
}

__attribute__((no_sanitize("vptr"))) const std::string& name_of(soci::statement& statement) {
  return static_cast<soci::postgresql_statement_backend*>(statement.get_backend())->statementName_;
}

// libpq's texts end with a line break and may have several lines.
std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

// https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr std::string_view kSyntaxError = "42601";
constexpr std::string_view kUniqueViolation = "23505";

bool is_one_of(std::string_view state, std::initializer_list<std::string_view> states) {
  return std::ranges::find(states, state) != states.end();
}

// The types of src/include/catalog/pg_type.dat that belong to a kind; frozen there.
bool is_of_kind(Oid type, Kind kind) {
  constexpr Oid bytea = 17;
  constexpr std::array<Oid, 3> integers = {20, 21, 23};      // int8, int2, int4
  constexpr std::array<Oid, 3> texts = {25, 1043, 19};       // text, varchar, name
  constexpr std::array<Oid, 3> arrays = {1016, 1007, 1009};  // of int8, int4, text
  const auto among = [type](const auto& types) {
    return std::ranges::find(types, type) != types.end();
  };
  switch (kind) {
    case Kind::integer:
      return among(integers);
    case Kind::text:
      return among(texts);
    case Kind::bytes:
      return type == bytea;
    case Kind::array:
      return among(arrays);
  }
  return false;
}

class PostgresqlConnection final : public Connection {
 public:
  PostgresqlConnection(std::unique_ptr<soci::session> session, const std::string& place)
      : Connection(std::move(session), place) {
    // What the server remarks (NOTICE) would go to standard error.
    PQsetNoticeProcessor(
        handle(), [](void*, const char*) {}, nullptr);
  }

  void inspect(soci::statement& statement, const std::string& sql, std::span<const Kind> takes,
               std::span<const Kind> gives) override;
  void release(soci::statement& /*statement*/) noexcept override {}  // a result is read at once
  [[nodiscard]] Dialect dialect() const override { return Dialect::postgresql; }
  [[nodiscard]] bool is_connected() override { return PQstatus(handle()) == CONNECTION_OK; }

 protected:
  [[noreturn]] void translate(std::string_view sql) override;
  void start_transaction() override { soci() << "BEGIN"; }
  [[nodiscard]] CommitOutcome try_commit(std::string& why) override;
  [[nodiscard]] bool try_rollback() override;

 private:
  [[nodiscard]] PGconn* handle() { return handle_of(soci()); }
  [[nodiscard]] Result execute(const char* sql) { return {PQexec(handle(), sql), &PQclear}; }
};

void PostgresqlConnection::inspect(soci::statement& statement, const std::string& sql,
                                   std::span<const Kind> takes, std::span<const Kind> gives) {
  const bool blank = std::ranges::all_of(sql, [](unsigned char c) { return std::isspace(c) != 0; });
  ENSURE(!blank, "a call carries one SQL statement, found none");
  const Result shape(PQdescribePrepared(handle(), name_of(statement).c_str()), &PQclear);
  if (PQresultStatus(shape.get()) != PGRES_COMMAND_OK) {
    throw Unavailable(fmt::format("expected {} to describe '{}', found: {}", place(),
                                  shortened(sql), in_one_line(PQresultErrorMessage(shape.get()))));
  }
  ENSURE(static_cast<std::size_t>(PQnparams(shape.get())) == takes.size(),
         "an SQL statement has as many parameters as its C++ type");
  for (std::size_t i = 0; i < takes.size(); ++i) {
    ENSURE(is_of_kind(PQparamtype(shape.get(), static_cast<int>(i)), takes[i]),
           "a parameter of an SQL statement has the type of its C++ type");
  }
  ENSURE(static_cast<std::size_t>(PQnfields(shape.get())) == gives.size(),
         "an SQL statement has as many columns as its C++ type");
  for (std::size_t i = 0; i < gives.size(); ++i) {
    ENSURE(is_of_kind(PQftype(shape.get(), static_cast<int>(i)), gives[i]),
           "a column of an SQL statement has the type of its C++ type");
  }
}

void PostgresqlConnection::translate(std::string_view sql) {
  std::string state;
  std::string found;
  try {
    throw;
  } catch (const soci::postgresql_soci_error& error) {
    state = error.sqlstate();
    found = error.get_error_message();
  } catch (const soci::soci_error& error) {
    found = error.get_error_message();
  }
  ENSURE(state != kSyntaxError || found.find("multiple commands") == std::string::npos,
         "a call carries one SQL statement, found text behind the first");
  const std::string text = fmt::format("expected {} to accept '{}', found: {} (SQLSTATE {})",
                                       place(), shortened(sql), in_one_line(found), state);
  if (!is_connected()) throw Unavailable(text);
  const std::string_view kind = std::string_view(state).substr(0, 2);
  // Serialization failure, deadlock, a lock or a statement that took too long.
  if (is_one_of(state, {"40001", "40P01", "55P03", "57014"})) throw TryAgain(text);
  if (kind == "23") {
    throw Violation(state == kUniqueViolation ? Violation::Of::key : Violation::Of::other, text);
  }
  if (kind == "22" || kind == "54") throw BadInput(text);  // a value, or the size of one
  // Shut down (57P01), full (53100), read-only (25006), another schema than we know (42...).
  throw Unavailable(text);
}

CommitOutcome PostgresqlConnection::try_commit(std::string& why) {
  if (!is_connected()) {
    why = fmt::format("expected a connection with {} to commit, found it lost", place());
    return CommitOutcome::rolled_back;  // nothing was sent
  }
  const Result result = execute("COMMIT");
  const ExecStatusType status = PQresultStatus(result.get());
  const std::string_view tag = PQcmdStatus(result.get());
  if (status == PGRES_COMMAND_OK && tag == "COMMIT") return CommitOutcome::committed;
  const bool ended = is_connected() && PQtransactionStatus(handle()) == PQTRANS_IDLE;
  why = fmt::format("expected {} to commit, found: {}", place(),
                    status == PGRES_COMMAND_OK ? fmt::format("it answers {}", tag)
                                               : in_one_line(PQresultErrorMessage(result.get())));
  // The server has answered and goes on: it has refused. When it went away, nobody knows.
  return ended ? CommitOutcome::rolled_back : CommitOutcome::unknown;
}

bool PostgresqlConnection::try_rollback() {
  if (!is_connected()) return false;
  static_cast<void>(execute("ROLLBACK"));
  return is_connected() && PQtransactionStatus(handle()) == PQTRANS_IDLE;
}

// ---- The address -------------------------------------------------------------------------------

using Parameters = std::map<std::string, std::string, std::less<>>;

Parameters parameters_of(const std::string& url) {
  char* trouble = nullptr;
  PQconninfoOption* const options = PQconninfoParse(url.c_str(), &trouble);
  const std::unique_ptr<char, decltype(&PQfreemem)> text(trouble, &PQfreemem);
  if (options == nullptr) {
    // libpq quotes the address, or the part that it cannot read: there may be a password in it.
    const std::string why = in_one_line(trouble == nullptr ? "out of memory" : trouble);
    throw BadConfiguration(
        fmt::format("expected postgresql://user@host:port/database, found an address that libpq "
                    "cannot read: {}",
                    why.substr(0, why.find('"'))));
  }
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> owned(options,
                                                                           &PQconninfoFree);
  Parameters found;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) found[option->keyword] = option->val;
  }
  return found;
}

std::string value_of(const Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::string place_of(Parameters parameters) {
  // Of several hosts: each its own port, or, as libpq reads the address, nothing between commas.
  std::string& port = parameters["port"];
  if (port.find_first_not_of(',') == std::string::npos) port.clear();
  const auto with = [&](std::string_view before, std::string_view name, std::string_view after) {
    const std::string value = value_of(parameters, name);
    return value.empty() ? std::string() : fmt::format("{}{}{}", before, value, after);
  };
  return fmt::format("postgresql://{}{}{}{}", with("", "user", "@"), with("", "host", ""),
                     with(":", "port", ""), with("/", "dbname", ""));
}

std::string host_name() {
  std::array<char, 65> name{};
  static_cast<void>(gethostname(name.data(), name.size() - 1));
  return name.data();
}

// What the server does for the session. Settings of the address come behind and win.
std::string session_options(PostgresqlAccess access, std::string_view own) {
  std::string options =
      "-c synchronous_commit=on -c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
      " -c jit=off -c bytea_output=hex -c statement_timeout=60s"
      " -c idle_in_transaction_session_timeout=10s"
      " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";
  if (access == PostgresqlAccess::reader) options += " -c default_transaction_read_only=on";
  if (!own.empty()) options.append(" ").append(own);
  return options;
}

void add_defaults(Parameters& parameters, PostgresqlAccess access) {
  parameters["client_encoding"] = "UTF8";
  parameters["options"] = session_options(access, value_of(parameters, "options"));
  parameters.emplace("application_name", fmt::format("reglament {}@{}", getpid(), host_name()));
  parameters.emplace("connect_timeout", "10");
  parameters.emplace("keepalives_idle", "10");
  parameters.emplace("keepalives_interval", "5");
  parameters.emplace("keepalives_count", "3");
  parameters.emplace("tcp_user_timeout", "20000");
  if (access == PostgresqlAccess::writer) {
    parameters.emplace("target_session_attrs", "read-write");
  }
}

// As a URI without blanks and quotes (RFC 3986), at which SOCI would cut.
std::string uri_of(const Parameters& parameters) {
  std::string uri = "postgresql://?";
  for (const auto& [name, value] : parameters) {
    uri += name + "=";
    for (const char c : value) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0) {
        uri += c;
      } else {
        uri += fmt::format("%{:02X}", byte);
      }
    }
    uri += '&';
  }
  uri.pop_back();
  return uri;
}

void expect_durable_commits(const Session& session) {
  const auto found = Query<Takes<>, Gives<std::string_view>>(
                         session, "SELECT current_setting('synchronous_commit')")
                         .first();
  if (found && std::get<0>(*found) != "off") return;
  throw BadConfiguration(
      fmt::format("expected a session whose commits are durable, found synchronous_commit=off, in "
                  "{}",
                  session.connection()->place()));
}

}  // namespace

std::string postgresql_place(const std::string& url) { return place_of(parameters_of(url)); }

Session open_postgresql(const PostgresqlSettings& settings) {
  Parameters parameters = parameters_of(settings.url);
  const std::string place = place_of(parameters);
  add_defaults(parameters, settings.access);
  std::unique_ptr<soci::session> opened;
  try {
    opened = std::make_unique<soci::session>(soci::postgresql, uri_of(parameters));
  } catch (const soci::soci_error& error) {
    throw Unavailable(fmt::format("expected to open the database {}, found: {}", place,
                                  in_one_line(error.get_error_message())));
  }
  Session session(std::make_shared<PostgresqlConnection>(std::move(opened), place));
  if (settings.access == PostgresqlAccess::writer) expect_durable_commits(session);
  return session;
}

}  // namespace reglament::sql
