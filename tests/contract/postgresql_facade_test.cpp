// The facade over SOCI on PostgreSQL: one test for each thing that SOCI 4.0.3 or PostgreSQL does
// silently, on a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "adapters/soci/array_batch.hpp"
#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/base/fault.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament::sql {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

constexpr int defect_code = 70;

testing::LocalPostgres& server() {
  static testing::LocalPostgres running;
  return running;
}

std::int64_t number(const Session& session, const std::string& sql) {
  return std::get<0>(Query<Takes<>, Gives<std::int64_t>>(session, sql).first().value());
}

std::string word(const Session& session, const std::string& sql) {
  return std::get<0>(Query<Takes<>, Gives<std::string_view>>(session, sql).first().value());
}

// Each test has a schema of its own.
class PostgresqlFacade : public ::testing::Test {
 protected:
  PostgresqlFacade() {
    Session session = open_postgresql({.url = server().url()});
    session.execute("DROP SCHEMA IF EXISTS trial CASCADE");
    session.execute("CREATE SCHEMA trial");
  }

  [[nodiscard]] static std::string url() {
    return server().url() + "?options=-csearch_path%3Dtrial";
  }
  [[nodiscard]] static Session open(PostgresqlAccess access = PostgresqlAccess::writer) {
    return open_postgresql({.url = url(), .access = access});
  }
  [[nodiscard]] static Session with_table() {
    Session session = open();
    session.execute("CREATE TABLE item (id bigint PRIMARY KEY, body bytea, name text)");
    return session;
  }
  static void put(const Session& session, std::int64_t id, std::string_view body = "body") {
    Command<std::int64_t, Bytes>(session, "INSERT INTO item VALUES (:id, :body)")
        .run(id, Bytes{body});
  }
  static std::int64_t items(const Session& session) {
    return number(session, "SELECT count(*) FROM item");
  }
  // Ends the server process of that session from outside.
  static void terminate(const Session& session) {
    const std::int64_t process = number(session, "SELECT pg_backend_pid()");
    server().execute("SELECT pg_terminate_backend(" + std::to_string(process) + ", 10000)");
  }
};

// ---- Opening

TEST_F(PostgresqlFacade, SessionHasTheSettingsThatItAskedFor) {
  const Session writer = open();
  // Nothing of this is said on standard error.
  ::testing::internal::CaptureStderr();
  Session(writer).execute("DROP TABLE IF EXISTS item");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(word(writer, "SELECT current_setting('synchronous_commit')"), "on");
  EXPECT_EQ(word(writer, "SELECT current_setting('plan_cache_mode')"), "force_generic_plan");
  EXPECT_EQ(word(writer, "SELECT current_setting('enable_seqscan')"), "off");
  EXPECT_EQ(word(writer, "SELECT current_setting('jit')"), "off");
  EXPECT_EQ(word(writer, "SELECT current_setting('idle_in_transaction_session_timeout')"), "10s");
  EXPECT_EQ(word(writer, "SELECT current_setting('client_encoding')"), "UTF8");
  EXPECT_THAT(word(writer, "SELECT current_setting('application_name')"),
              StartsWith("reglament " + std::to_string(getpid()) + "@"));
}

TEST_F(PostgresqlFacade, WhatTheAddressSaysGoesFirst) {
  const Session session =
      open_postgresql({.url = url() + "%20-cstatement_timeout%3D7s&application_name=other"});
  EXPECT_EQ(word(session, "SELECT current_setting('statement_timeout')"), "7s");
  EXPECT_EQ(word(session, "SELECT current_setting('application_name')"), "other");
  EXPECT_EQ(word(session, "SELECT current_schema()"), "trial");
}

TEST_F(PostgresqlFacade, CommitsThatAreNotDurableAreRefused) {
  EXPECT_THAT(
      [] { static_cast<void>(open_postgresql({.url = url() + "%20-csynchronous_commit%3Doff"})); },
      ThrowsMessage<BadConfiguration>(HasSubstr("synchronous_commit=off")));
}

TEST_F(PostgresqlFacade, ReaderCannotWrite) {
  put(with_table(), 1);
  const Session reader = open(PostgresqlAccess::reader);
  EXPECT_EQ(items(reader), 1);
  EXPECT_THAT([&] { put(reader, 2); }, ThrowsMessage<Unavailable>(HasSubstr("read-only")));
}

TEST_F(PostgresqlFacade, AddressThatCannotBeReadIsBadConfiguration) {
  for (const char* const wrong :
       {"postgresql://u:secret@[::1/x", "postgresql://u:secret@h/db?nonsense=1",
        "postgresql://u:secret%zz@h/db"}) {
    EXPECT_THAT(
        [&] { static_cast<void>(open_postgresql({.url = wrong})); },
        ThrowsMessage<BadConfiguration>(AllOf(StartsWith("expected"), HasSubstr("found"),
                                              Not(HasSubstr("secret")), Not(HasSubstr("\n")))))
        << wrong;
  }
}

TEST_F(PostgresqlFacade, WhoCannotConnectIsToldWhyInOneLineWithoutThePassword) {
  const std::string& good = server().url();
  const std::size_t at = good.find('@');
  const std::string host = good.substr(at);
  const std::string server_only = host.substr(0, host.rfind('/'));
  const struct {
    std::string url;
    const char* why;
  } cases[] = {
      {"postgresql://nobody-here:secret" + host, "nobody-here"},
      {good.substr(0, good.rfind('/')) + "/no-such-database", "no-such-database"},
      {"postgresql://u:secret@127.0.0.1:1/db", "refused"},
      {"postgresql://u:secret@host.invalid/db", "host.invalid"},
      {good + "?sslmode=verify-full&sslrootcert=/nowhere.pem", "SSL"},
  };
  for (const auto& [url, why] : cases) {
    EXPECT_THAT([&url = url] { static_cast<void>(open_postgresql({.url = url})); },
                ThrowsMessage<Unavailable>(
                    AllOf(StartsWith("expected to open the database postgresql://"), HasSubstr(why),
                          Not(HasSubstr("secret")), Not(HasSubstr("\n")))))
        << url;
  }
}

TEST_F(PostgresqlFacade, PlaceIsTheAddressWithoutThePassword) {
  EXPECT_EQ(postgresql_place("postgresql://clerk:secret@db.example:5433/permits?sslmode=require"),
            "postgresql://clerk@db.example:5433/permits");
  EXPECT_EQ(postgresql_place("postgresql://a,b/permits"), "postgresql://a,b/permits");
}

TEST_F(PostgresqlFacade, PasswordMayHoldAnyCharacter) {
  const std::string password = "a b  c=' singlerow=true %&?\\\"/@";
  Session session = open();
  session.execute("DROP ROLE IF EXISTS odd");
  session.execute("CREATE ROLE odd LOGIN PASSWORD 'a b  c='' singlerow=true %&?\\\"/@'");
  std::string encoded;
  for (const char c : password) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%%%02X", static_cast<unsigned char>(c));
    encoded += digits;
  }
  const std::string& good = server().url();
  const Session odd =
      open_postgresql({.url = "postgresql://odd:" + encoded + good.substr(good.find('@'))});
  EXPECT_EQ(word(odd, "SELECT current_user"), "odd");
}

// ---- Statements

// A process that dies must not share a connection with this one.
TEST_F(PostgresqlFacade, TextBehindTheFirstStatementIsADefect) {
  // Without parameters SOCI would have the server run them all.
  const auto executed = [](const char* sql) { open().execute(sql); };
  with_table().execute("DELETE FROM item; ");
  EXPECT_EXIT(executed("DELETE FROM item; DROP TABLE item"), ::testing::ExitedWithCode(defect_code),
              "one SQL statement");
  EXPECT_EXIT(executed("  "), ::testing::ExitedWithCode(defect_code), "one SQL statement");
  EXPECT_EQ(items(open()), 0);
}

TEST_F(PostgresqlFacade, ShapeOfTheSqlIsTheShapeOfTheType) {
  static_cast<void>(with_table());
  const auto dies = [&](auto make, const char* text) {
    EXPECT_EXIT(make(open()), ::testing::ExitedWithCode(defect_code), text);
  };
  using On = const Session&;
  dies([](On on) { Command<std::int64_t>(on, "DELETE FROM item"); }, "parameters");
  dies([](On on) { Query<Takes<>, Gives<std::int64_t>>(on, "SELECT id, id FROM item"); },
       "columns");
  dies([](On on) { Query<Takes<>, Gives<std::string_view>>(on, "SELECT body FROM item"); },
       "a column");
  dies([](On on) { Query<Takes<>, Gives<Bytes>>(on, "SELECT name FROM item"); }, "a column");
  dies([](On on) { Query<Takes<>, Gives<std::int64_t>>(on, "SELECT id::numeric FROM item"); },
       "a column");
  dies([](On on) { Command<std::string_view>(on, "UPDATE item SET body = :body"); }, "a parameter");
  dies([](On on) { Command<Bytes>(on, "UPDATE item SET name = :name"); }, "a parameter");
  dies([](On on) { Batch<std::int64_t>(on, "DELETE FROM item WHERE id = :id"); }, "arrays");
  dies([](On on) { ArrayBatch<std::int64_t>(on, "DELETE FROM item WHERE id = 1"); }, ":rows");
}

TEST_F(PostgresqlFacade, StatementIsPreparedOnceAndRunsOften) {
  const Session session = with_table();
  Command<std::int64_t, Bytes> add(session, "INSERT INTO item VALUES (:id, :body)");
  for (std::int64_t id = 1; id <= 10; ++id) EXPECT_EQ(add.run(id, Bytes{"x"}), 1);
  // This one and the one that asks; each ran under its name, none was planned for its values.
  EXPECT_EQ(number(session, "SELECT count(*) FROM pg_prepared_statements"), 2);
  EXPECT_EQ(number(session,
                   "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE "
                   "'INSERT%'"),
            10);
}

TEST_F(PostgresqlFacade, InsertReturningRunsOnce) {
  const Session session = with_table();
  const auto row = Query<Takes<std::int64_t>, Gives<std::int64_t>>(
                       session, "INSERT INTO item VALUES (:id) RETURNING id")
                       .first(7);
  EXPECT_EQ(std::get<0>(row.value()), 7);
  EXPECT_EQ(items(session), 1);
}

TEST_F(PostgresqlFacade, IntegersKeepSixtyFourBits) {
  const Session session = with_table();
  for (const std::int64_t id : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                                std::numeric_limits<std::int64_t>::max()}) {
    Command<std::int64_t>(session, "INSERT INTO item VALUES (:id)").run(id);
    EXPECT_EQ(std::get<0>(Query<Takes<std::int64_t>, Gives<std::int64_t>>(
                              session, "SELECT id FROM item WHERE id = :id")
                              .first(id)
                              .value()),
              id);
  }
}

TEST_F(PostgresqlFacade, TextWithNulIsRefusedAndNotCut) {
  const Session session = with_table();
  Command<std::string_view> add(session, "INSERT INTO item (id, name) VALUES (1, :name)");
  EXPECT_THAT([&] { add.run(std::string_view("a\0b", 3)); },
              ThrowsMessage<BadInput>(HasSubstr("NUL")));
  EXPECT_EQ(items(session), 0);
  EXPECT_THAT([&] { add.run("\xFF"); }, ThrowsMessage<BadInput>(HasSubstr("UTF8")));
  EXPECT_EQ(items(session), 0);
}

TEST_F(PostgresqlFacade, MissingValueInAColumnThatHasOneIsAFault) {
  const Session session = with_table();
  Command<std::int64_t>(session, "INSERT INTO item VALUES (:id)").run(1);
  Query<Takes<>, Gives<Bytes>> bodies(session, "SELECT body FROM item");
  EXPECT_THAT([&] { bodies.each([](Bytes) {}); }, ThrowsMessage<Unavailable>(HasSubstr("NULL")));
  EXPECT_EQ(
      std::get<0>(Query<Takes<>, Gives<std::optional<Bytes>>>(session, "SELECT body FROM item")
                      .first()
                      .value()),
      std::nullopt);
}

// ---- Rows as arrays

using Item = std::tuple<std::int64_t, std::optional<std::string>, std::optional<std::string>>;

std::optional<Bytes> bytes_of(const std::optional<std::string>& text) {
  return text ? std::optional(Bytes{*text}) : std::nullopt;
}
std::optional<std::string_view> view_of(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::int64_t put_all(const Session& session, const std::vector<Item>& rows) {
  ArrayBatch<std::int64_t, std::optional<Bytes>, std::optional<std::string_view>> add(
      session, "INSERT INTO item SELECT * FROM :rows(id, body, name)");
  return add.run(rows, [](const Item& row) {
    return std::tuple(std::get<0>(row), bytes_of(std::get<1>(row)), view_of(std::get<2>(row)));
  });
}

std::vector<Item> all_of(const Session& session) {
  std::vector<Item> rows;
  Query<Takes<>, Gives<std::int64_t, std::optional<Bytes>, std::optional<std::string_view>>>(
      session, "SELECT id, body, name FROM item ORDER BY id")
      .each([&](std::int64_t id, std::optional<Bytes> body, std::optional<std::string_view> name) {
        rows.emplace_back(id, body ? std::optional<std::string>(body->view) : std::nullopt,
                          name ? std::optional<std::string>(*name) : std::nullopt);
      });
  return rows;
}

TEST_F(PostgresqlFacade, EveryByteSurvivesInAnArrayAndAlone) {
  const Session session = with_table();
  std::string every(256, '\0');
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = static_cast<char>(i);
  std::string characters;
  for (char c = 1; c < 127; ++c) characters += c;
  const std::vector<Item> rows = {{1, every, characters},
                                  {2, "", ""},
                                  {3, std::nullopt, std::nullopt},
                                  {4, std::string("\0", 1), "NULL"},
                                  {5, "\\x00", "{\"a\\\",b}'\n:rows(x) қазақша"}};
  EXPECT_EQ(put_all(session, rows), 5);
  EXPECT_EQ(all_of(session), rows);
  EXPECT_EQ(number(session, "SELECT length(body)::bigint FROM item WHERE id = 1"), 256);
  Command<Bytes>(session, "UPDATE item SET body = :body").run(Bytes{every});
  for (const Item& row : all_of(session)) EXPECT_EQ(std::get<1>(row), every);
}

RC_GTEST_FIXTURE_PROP(PostgresqlFacade, RowsComeBackAsTheyWent, ()) {
  const Session session = with_table();
  const auto text = rc::gen::container<std::string>(
      rc::gen::oneOf(rc::gen::inRange<char>(1, 127), rc::gen::element('\\', '"', '{', '}', ',')));
  const auto rows = *rc::gen::container<std::vector<std::pair<std::string, std::string>>>(
      rc::gen::pair(rc::gen::string<std::string>(), text));
  std::vector<Item> items;
  for (const auto& [body, name] : rows) {
    items.emplace_back(static_cast<std::int64_t>(items.size()), body, name);
  }
  RC_ASSERT(put_all(session, items) == std::ssize(items));
  RC_ASSERT(all_of(session) == items);
}

TEST_F(PostgresqlFacade, ChunksOfManyRowsAddUp) {
  const Session session = with_table();
  ArrayBatch<std::int64_t, Bytes> add(session,
                                      "INSERT INTO item (id, body) SELECT * FROM :rows(id, body)");
  constexpr auto count = static_cast<std::int64_t>(2 * PreparedArrays::rows_a_chunk + 7);
  std::vector<std::int64_t> ids;
  for (std::int64_t id = 0; id < count; ++id) ids.push_back(id);
  EXPECT_EQ(add.run(ids, [](std::int64_t id) { return std::tuple(id, Bytes{"x"}); }), count);
  // And of few, large ones.
  const std::string large(PreparedArrays::bytes_a_chunk / 2 + 1, 'x');
  ids = {count, count + 1, count + 2};
  EXPECT_EQ(add.run(ids, [&](std::int64_t id) { return std::tuple(id, Bytes{large}); }), 3);
  EXPECT_EQ(items(session), count + 3);
  EXPECT_EQ(number(session, "SELECT sum(length(body))::bigint FROM item"),
            count + 3 * static_cast<std::int64_t>(large.size()));
}

TEST_F(PostgresqlFacade, BatchForgetsTheRowsOfARunThatFailed) {
  const Session session = with_table();
  ArrayBatch<std::int64_t, std::string_view> add(
      session, "INSERT INTO item (id, name) SELECT * FROM :rows(id, name)");
  const auto row_of = [](const Item& row) {
    return std::tuple(std::get<0>(row), std::string_view(*std::get<2>(row)));
  };
  const std::vector<Item> twice = {{1, {}, "a"}, {1, {}, "b"}};
  EXPECT_THROW(add.run(twice, row_of), Violation);
  const std::vector<Item> cut = {{2, {}, "a"}, {3, {}, std::string("\0", 1)}};
  EXPECT_THROW(add.run(cut, row_of), BadInput);
  const std::vector<Item> good = {{4, {}, "c"}};
  EXPECT_EQ(add.run(good, row_of), 1);
  EXPECT_EQ(items(session), 1);
  const std::vector<Item> none;
  EXPECT_EQ(add.run(none, row_of), 0);
}

// ---- Transactions

TEST_F(PostgresqlFacade, TransactionThatIsNotCommittedLeavesNothing) {
  Session session = with_table();
  {
    const Transaction transaction(session);
    put(session, 1);
  }
  EXPECT_EQ(items(session), 0);
  Transaction transaction(session);
  put(session, 1);
  EXPECT_EQ(transaction.commit(), CommitOutcome::committed);
  EXPECT_EQ(items(session), 1);
}

TEST_F(PostgresqlFacade, ViolationDoomsItsTransaction) {
  Session session = with_table();
  put(session, 1);
  Transaction transaction(session);
  put(session, 2);
  try {
    put(session, 1);
    FAIL() << "a key was there already";
  } catch (const Violation& violation) {
    EXPECT_EQ(violation.of, Violation::Of::key);
  }
  EXPECT_THROW(put(session, 3), Unavailable);
  EXPECT_EQ(transaction.commit(), CommitOutcome::rolled_back);
  EXPECT_EQ(items(session), 1);
  put(session, 3);
  EXPECT_EQ(items(session), 2);
}

TEST_F(PostgresqlFacade, CommitThatTheServerAnswersWithRollbackIsNone) {
  Session session = with_table();
  Transaction transaction(session);
  put(session, 1);
  // Behind the facade's back: the transaction is aborted, and the server answers COMMIT with
  // success and the tag ROLLBACK.
  try {
    static_cast<void>(number(session, "SELECT 1 / (id - id) FROM item"));
  } catch (const BadInput&) {
  }
  EXPECT_EQ(session.in_transaction(), true);
  EXPECT_EQ(transaction.commit(), CommitOutcome::rolled_back);
  EXPECT_EQ(items(session), 0);
}

TEST_F(PostgresqlFacade, DeferredConstraintFailsTheCommitAndRollsItBack) {
  Session session = open();
  session.execute(
      "CREATE TABLE item (id bigint PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, body bytea)");
  put(session, 1);
  Transaction transaction(session);
  put(session, 1);
  EXPECT_EQ(transaction.commit(), CommitOutcome::rolled_back);
  EXPECT_THAT(session.trouble(), AllOf(HasSubstr("duplicate key"), Not(HasSubstr("\n"))));
  EXPECT_TRUE(session.is_usable());
  EXPECT_EQ(items(session), 1);
}

TEST_F(PostgresqlFacade, SerializationFailureIsTryAgain) {
  Session one = with_table();
  put(one, 1);
  put(one, 2);
  Session other = open();
  const auto read_and_change = [](const Session& session, std::int64_t read, std::int64_t change) {
    static_cast<void>(number(session, "SELECT id FROM item WHERE id = " + std::to_string(read)));
    Command<std::int64_t>(session, "UPDATE item SET name = 'x' WHERE id = :id").run(change);
  };
  Transaction first(one);
  one.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
  Transaction second(other);
  other.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
  read_and_change(one, 1, 2);
  read_and_change(other, 2, 1);
  EXPECT_EQ(first.commit(), CommitOutcome::committed);
  // Found by the next statement or, at the latest, by the commit.
  EXPECT_THAT([&] { read_and_change(other, 2, 1); },
              ThrowsMessage<TryAgain>(HasSubstr("SQLSTATE 40001")));
  EXPECT_EQ(second.commit(), CommitOutcome::rolled_back);
  EXPECT_TRUE(other.is_usable());
}

TEST_F(PostgresqlFacade, StatementThatWaitsTooLongIsTryAgain) {
  Session session = with_table();
  put(session, 1);
  const Transaction transaction(session);
  Command<>(session, "UPDATE item SET name = 'x'").run();
  const Session other = open_postgresql({.url = url() + "%20-cstatement_timeout%3D50ms"});
  EXPECT_THAT([&] { Command<>(other, "DELETE FROM item").run(); },
              ThrowsMessage<TryAgain>(HasSubstr("SQLSTATE 57014")));
}

// ---- A server that goes away

TEST_F(PostgresqlFacade, LostConnectionIsUnavailableAndTheSessionIsOfNoMoreUse) {
  const Session session = with_table();
  terminate(session);
  EXPECT_THROW(put(session, 1), Unavailable);
  EXPECT_FALSE(session.is_usable());
  EXPECT_THROW(put(session, 1), Unavailable);
  EXPECT_EQ(items(open()), 0);
}

TEST_F(PostgresqlFacade, ConnectionLostInATransactionIsKnownToBeUndone) {
  Session session = with_table();
  Transaction transaction(session);
  put(session, 1);
  terminate(session);
  EXPECT_THROW(put(session, 2), Unavailable);
  EXPECT_NE(transaction.commit(), CommitOutcome::committed);
  EXPECT_FALSE(session.is_usable());
  EXPECT_EQ(items(open()), 0);
}

TEST_F(PostgresqlFacade, ConnectionLostByTheCommitLeavesItsOutcomeUnknown) {
  Session session = with_table();
  Transaction transaction(session);
  put(session, 1);
  terminate(session);
  // Only now does the client find out; the server could have committed before it went.
  EXPECT_EQ(transaction.commit(), CommitOutcome::unknown);
  EXPECT_FALSE(session.is_usable());
  EXPECT_THROW(put(session, 2), Unavailable);
  EXPECT_EQ(items(open()), 0);
}

}  // namespace
}  // namespace reglament::sql
