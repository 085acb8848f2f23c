// The facade over SOCI on SQLite: one test for each thing that SOCI 4.0.3 or SQLite does silently.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/soci/session.hpp"
#include "adapters/soci/statement.hpp"
#include "engine/base/fault.hpp"

namespace reglament::sql {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

constexpr int defect_code = 70;

// A folder of its own for each test.
class SociFacade : public ::testing::Test {
 protected:
  SociFacade() {
    std::string name = (std::filesystem::temp_directory_path() / "soci-facade-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~SociFacade() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path file(const std::string& name = "store.db") const {
    return folder_ / name;
  }
  [[nodiscard]] Session open(SqliteAccess access, std::chrono::milliseconds busy_timeout =
                                                      std::chrono::milliseconds(0)) const {
    return open_sqlite({.file = file(), .access = access, .busy_timeout = busy_timeout});
  }
  [[nodiscard]] Session owner() const { return open(SqliteAccess::create_owner); }

 private:
  std::filesystem::path folder_;
};

std::int64_t number(const Session& session, const std::string& sql) {
  return std::get<0>(Query<Takes<>, Gives<std::int64_t>>(session, sql).first().value());
}

std::string word(const Session& session, const std::string& sql) {
  return std::get<0>(Query<Takes<>, Gives<std::string_view>>(session, sql).first().value());
}

Session with_table(Session session) {
  session.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, body BLOB) STRICT");
  return session;
}

void put(const Session& session, std::int64_t id, std::string_view body = "body") {
  Command<std::int64_t, Bytes>(session, "INSERT INTO item VALUES (:id, :body)")
      .run(id, Bytes{body});
}

// ---- Opening ----

TEST_F(SociFacade, OwnerHasTheSettingsThatItAskedFor) {
  const Session session = open(SqliteAccess::create_owner, std::chrono::milliseconds(1234));
  EXPECT_EQ(word(session, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(number(session, "PRAGMA synchronous"), 2);
  EXPECT_EQ(number(session, "PRAGMA mmap_size"), 0);
  EXPECT_EQ(number(session, "PRAGMA busy_timeout"), 1234);
  EXPECT_EQ(number(session, "PRAGMA wal_autocheckpoint"), 4000);
  EXPECT_EQ(number(session, "PRAGMA page_size"), 8192);
  EXPECT_EQ(number(session, "PRAGMA secure_delete"), 1);
}

TEST_F(SociFacade, OwnerNeedsAFileThatExists) {
  EXPECT_THAT([&] { static_cast<void>(open(SqliteAccess::owner)); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("expected"), HasSubstr("store.db"))));
  EXPECT_FALSE(std::filesystem::exists(file()));
  const SqliteSettings nowhere{.file = file("no-folder/store.db"),
                               .access = SqliteAccess::create_owner};
  EXPECT_THROW(static_cast<void>(open_sqlite(nowhere)), Unavailable);
}

TEST_F(SociFacade, WhatIsNotADatabaseIsRefusedWithItsName) {
  std::ofstream(file()) << std::string(4096, 'x');
  for (const auto access :
       {SqliteAccess::create_owner, SqliteAccess::owner, SqliteAccess::reader}) {
    EXPECT_THAT([&] { static_cast<void>(open(access)); },
                ThrowsMessage<Unavailable>(
                    AllOf(HasSubstr("not a database"), HasSubstr("store.db"), HasSubstr("26"))));
  }
}

TEST_F(SociFacade, PathMayHoldWhatSociOrAUriWouldCut) {
  const std::string name = "a b=c\"d'?mode=memory#%41&;.db";
  {
    Session session =
        with_table(open_sqlite({.file = file(name), .access = SqliteAccess::create_owner}));
    put(session, 1);
  }
  EXPECT_TRUE(std::filesystem::exists(file(name)));
  const Session reader = open_sqlite({.file = file(name), .access = SqliteAccess::reader});
  EXPECT_EQ(number(reader, "SELECT count(*) FROM item"), 1);
}

TEST_F(SociFacade, ReaderSeesCommitsButCannotWrite) {
  Session session = with_table(owner());
  put(session, 7);
  Session reader = open(SqliteAccess::reader);
  EXPECT_EQ(number(reader, "SELECT id FROM item"), 7);
  EXPECT_EQ(number(reader, "PRAGMA wal_autocheckpoint"), 0);
  EXPECT_EQ(number(reader, "PRAGMA mmap_size"), 0);
  EXPECT_THAT([&] { put(reader, 8); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("readonly"), HasSubstr("store.db"))));
  EXPECT_THROW(reader.execute("CREATE TABLE other (id INTEGER)"), Unavailable);
  EXPECT_EQ(number(session, "SELECT count(*) FROM item"), 1);
}

TEST_F(SociFacade, ReaderThatClosesLastLeavesTheLogToTheOwner) {
  const auto log = file().string() + "-wal";
  {
    Session session = with_table(owner());
    put(session, 7);
    // A copy of the files, as an owner leaves them that was killed.
    std::filesystem::copy(file(), file("killed.db"));
    std::filesystem::copy(log, file("killed.db-wal"));
  }
  const auto size = std::filesystem::file_size(file("killed.db-wal"));
  {
    const Session reader = open_sqlite({.file = file("killed.db"), .access = SqliteAccess::reader});
    EXPECT_EQ(number(reader, "SELECT id FROM item"), 7);
  }
  EXPECT_EQ(std::filesystem::file_size(file("killed.db-wal")), size);
}

TEST_F(SociFacade, FileWithoutWriteAheadLogIsRefusedByAReader) {
  {
    Session session = with_table(owner());
    EXPECT_EQ(word(session, "PRAGMA journal_mode=DELETE"), "delete");
  }
  EXPECT_THAT([&] { static_cast<void>(open(SqliteAccess::reader)); },
              ThrowsMessage<Unavailable>(HasSubstr("journal_mode to be wal, found delete")));
}

TEST_F(SociFacade, NothingStaysOpenBehindSessionAndStatements) {
  const auto open_files = [] {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      static_cast<void>(entry);
      ++count;
    }
    return count;
  };
  const std::size_t before = open_files();
  {
    std::unique_ptr<Query<Takes<>, Gives<std::int64_t>>> outlives;
    {
      Session session = with_table(owner());
      put(session, 1);
      outlives =
          std::make_unique<Query<Takes<>, Gives<std::int64_t>>>(session, "SELECT id FROM item");
    }
    EXPECT_EQ(outlives->first(), std::tuple(1));
    EXPECT_GT(open_files(), before);
  }
  EXPECT_EQ(open_files(), before);
}

// ---- Statements ----

TEST_F(SociFacade, TextBehindTheFirstStatementIsADefect) {
  Session session = with_table(owner());
  const std::string two = "INSERT INTO item VALUES (1, NULL); INSERT INTO item VALUES (2, NULL)";
  EXPECT_EXIT(session.execute(two), ::testing::ExitedWithCode(defect_code), "one SQL statement");
  EXPECT_EXIT(Command<>(session, two), ::testing::ExitedWithCode(defect_code), "one SQL statement");
  EXPECT_EXIT((Query<Takes<>, Gives<std::int64_t>>(session, "SELECT 1; SELECT 2")),
              ::testing::ExitedWithCode(defect_code), "one SQL statement");
  EXPECT_EXIT(session.execute(" "), ::testing::ExitedWithCode(defect_code), "found none");
  session.execute("INSERT INTO item VALUES (3, NULL) ; \n");
  EXPECT_EQ(number(session, "SELECT sum(id) FROM item"), 3);
}

TEST_F(SociFacade, ShapeOfTheSqlIsTheShapeOfTheType) {
  const Session session = with_table(owner());
  EXPECT_EXIT(Command<std::int64_t>(session, "INSERT INTO item VALUES (:id, :body)"),
              ::testing::ExitedWithCode(defect_code), "as many parameters");
  EXPECT_EXIT((Query<Takes<>, Gives<std::int64_t>>(session, "SELECT id, body FROM item")),
              ::testing::ExitedWithCode(defect_code), "as many columns");
}

TEST_F(SociFacade, UnknownTableIsAFaultThatNamesIt) {
  const Session session = owner();
  EXPECT_THAT(
      [&] { Command<>(session, "DELETE FROM absent").run(); },
      ThrowsMessage<Unavailable>(AllOf(HasSubstr("no such table: absent"), HasSubstr("store.db"))));
}

TEST_F(SociFacade, InsertReturningRunsOnce) {
  Session session = owner();
  // A declared type outside SOCI's map: the dynamic row of 4.0.3 would insert twice.
  session.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, at timestamp)");
  Query<Takes<std::string_view>, Gives<std::int64_t, std::string_view>> insert(
      session, "INSERT INTO event (at) VALUES (:at) RETURNING id, at");
  EXPECT_EQ(insert.first("2015-07-14"), std::tuple(1, std::string("2015-07-14")));
  std::vector<std::int64_t> ids;
  insert.each([&](std::int64_t id, std::string_view) { ids.push_back(id); }, "2015-07-15");
  EXPECT_THAT(ids, ElementsAre(2));
  EXPECT_EQ(number(session, "SELECT count(*) FROM event"), 2);
}

TEST_F(SociFacade, IntegersKeepSixtyFourBits) {
  Session session = owner();
  session.execute("CREATE TABLE value (n INTEGER NOT NULL) STRICT");
  const std::vector<std::int64_t> values{std::numeric_limits<std::int64_t>::min(), -5'000'000'000,
                                         -1, 5'000'000'000,
                                         std::numeric_limits<std::int64_t>::max()};
  Batch<std::int64_t> insert(session, "INSERT INTO value VALUES (:n)");
  EXPECT_EQ(insert.run(values, [](std::int64_t n) { return std::tuple(n); }), 5);
  std::vector<std::int64_t> found;
  Query<Takes<>, Gives<std::int64_t>>(session, "SELECT n FROM value ORDER BY n")
      .each([&](std::int64_t n) { found.push_back(n); });
  EXPECT_EQ(found, values);
  Query<Takes<std::int64_t>, Gives<std::int64_t>> sum(
      session, "SELECT sum(n) FROM value WHERE n BETWEEN 0 AND :most");
  EXPECT_EQ(sum.first(6'000'000'000), std::tuple(5'000'000'000));
}

TEST_F(SociFacade, BytesOfEveryValueSurviveAndAreABlob) {
  std::string all;
  for (int byte = 255; byte >= 0; --byte) all += static_cast<char>(byte);
  const std::vector<std::string> bodies{"", std::string("a\0b", 3), "\xC3\x28\xFF", all, "short"};
  Session session = with_table(owner());
  Command<std::int64_t, Bytes> single(session, "INSERT INTO item VALUES (:id, :body)");
  std::int64_t id = 0;
  for (const auto& body : bodies) single.run(++id, Bytes{body});
  Batch<std::int64_t, Bytes> many(session, "INSERT INTO item VALUES (:id, CAST(:body AS BLOB))");
  many.run(bodies, [&](const std::string& body) { return std::tuple(++id, Bytes{body}); });

  std::vector<std::string> found;
  Query<Takes<>, Gives<Bytes, std::string_view>>(session,
                                                 "SELECT body, typeof(body) FROM item ORDER BY id")
      .each([&](Bytes body, std::string_view type) {
        EXPECT_EQ(type, "blob");
        found.emplace_back(body.view);
      });
  std::vector<std::string> twice = bodies;
  twice.insert(twice.end(), bodies.begin(), bodies.end());
  EXPECT_EQ(found, twice);
  // A parameter is compared as bytes too; a text would equal no blob.
  Query<Takes<Bytes>, Gives<std::int64_t>> find(session,
                                                "SELECT count(*) FROM item WHERE body = :body");
  EXPECT_EQ(find.first(Bytes{all}), std::tuple(2));
}

struct Item {
  std::optional<std::int64_t> number;
  std::optional<std::string> body;  // any bytes
};

// From bytes and not from a string: the strings of RapidCheck hold no NUL.
std::vector<Item> items_of(
    const std::vector<std::tuple<bool, std::int64_t, std::vector<char>>>& generated) {
  std::vector<Item> items;
  for (const auto& [present, number, bytes] : generated) {
    if (present) {
      items.push_back({number, std::string(bytes.begin(), bytes.end())});
    } else {
      items.emplace_back();
    }
  }
  return items;
}

RC_GTEST_FIXTURE_PROP(
    SociFacade, RowsComeBackAsTheyWent,
    (const std::vector<std::tuple<bool, std::int64_t, std::vector<char>>>& generated)) {
  const std::vector<Item> items = items_of(generated);
  Session session = owner();
  session.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, n INTEGER, t TEXT, b BLOB) STRICT");
  Batch<std::optional<std::int64_t>, std::optional<std::string_view>, std::optional<Bytes>> fill(
      session, "INSERT INTO row (n, t, b) VALUES (:n, :t, CAST(:b AS BLOB))");
  Transaction transaction(session);
  fill.run(items, [](const Item& item) {
    std::optional<std::string_view> text;
    std::optional<Bytes> bytes;
    if (item.body) text = *item.body;
    if (item.body) bytes = Bytes{*item.body};
    return std::tuple(item.number, text, bytes);
  });
  RC_ASSERT(transaction.commit() == CommitOutcome::committed);
  std::vector<Item> found;
  Query<Takes<>,
        Gives<std::optional<std::int64_t>, std::optional<std::string_view>, std::optional<Bytes>>>(
      session, "SELECT n, t, b FROM row ORDER BY id")
      .each([&](auto number, auto text, auto bytes) {
        RC_ASSERT(text.has_value() == bytes.has_value());
        RC_ASSERT(!text || *text == bytes->view);
        found.push_back({number, text ? std::optional<std::string>(*text) : std::nullopt});
      });
  RC_ASSERT(found.size() == items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    RC_ASSERT(found[i].number == items[i].number);
    RC_ASSERT(found[i].body == items[i].body);
  }
}

TEST_F(SociFacade, ForgottenCastOfABatchIsAViolationAndNotAText) {
  Session session = with_table(owner());
  Batch<std::int64_t, Bytes> careless(session, "INSERT INTO item VALUES (:id, :body)");
  const std::array<std::int64_t, 1> ids{1};
  EXPECT_THAT([&] { careless.run(ids, [](auto id) { return std::tuple(id, Bytes{"x"}); }); },
              ThrowsMessage<Violation>(HasSubstr("cannot store TEXT value in BLOB column")));
  EXPECT_EQ(number(session, "SELECT count(*) FROM item"), 0);
}

TEST_F(SociFacade, BatchRunsEachRowOnceWhateverTheirNumber) {
  Session session = with_table(owner());
  Batch<std::int64_t, std::optional<Bytes>> fill(
      session, "INSERT INTO item VALUES (:id, CAST(:body AS BLOB)) ON CONFLICT DO NOTHING");
  std::int64_t expected = 0;
  for (const std::int64_t size : {0, 1, 63, 64, 65, 128, 1000, 2}) {
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 0; i < size; ++i) ids.push_back(expected + i);
    const auto row = [](std::int64_t id) {
      return std::tuple(id, id % 2 == 0 ? std::optional<Bytes>(Bytes{"even"}) : std::nullopt);
    };
    EXPECT_EQ(fill.run(ids, row), size);
    EXPECT_EQ(fill.run(ids, row), 0);  // all there already
    expected += size;
    EXPECT_EQ(number(session, "SELECT count(*) FROM item"), expected);
  }
  EXPECT_EQ(number(session, "SELECT count(*) FROM item WHERE (id % 2 = 0) = (body IS NULL)"), 0);
}

TEST_F(SociFacade, BatchForgetsTheRowsOfARunThatFailed) {
  Session session = with_table(owner());
  Batch<std::int64_t> fill(session, "INSERT INTO item VALUES (:id, NULL)");
  const auto row = [](std::int64_t id) { return std::tuple(id); };
  EXPECT_THROW(fill.run(std::vector<std::int64_t>{1, 1, 2}, row), Violation);
  const auto refuses_third = [](std::int64_t id) {
    if (id == 12) throw BadInput("not this one");
    return std::tuple(id);
  };
  EXPECT_THROW(fill.run(std::vector<std::int64_t>{10, 11, 12}, refuses_third), BadInput);
  EXPECT_EQ(fill.run(std::vector<std::int64_t>{20, 21}, row), 2);
  EXPECT_EQ(number(session, "SELECT count(*) FROM item WHERE id >= 10"), 2);
}

TEST_F(SociFacade, MissingValueInAColumnThatHasOneIsAFault) {
  Session session = with_table(owner());
  session.execute("INSERT INTO item VALUES (1, NULL)");
  Query<Takes<>, Gives<Bytes>> strict(session, "SELECT body FROM item");
  EXPECT_THAT([&] { static_cast<void>(strict.first()); },
              ThrowsMessage<Unavailable>(HasSubstr("column 1")));
  Query<Takes<>, Gives<std::optional<Bytes>>> lenient(session, "SELECT body FROM item");
  EXPECT_EQ(lenient.first(), std::tuple(std::optional<std::string>()));
}

TEST_F(SociFacade, StatementIsOfUseAfterAViolation) {
  const Session session = with_table(owner());
  Command<std::int64_t, Bytes> insert(session, "INSERT INTO item VALUES (:id, :body)");
  EXPECT_EQ(insert.run(1, Bytes{"one"}), 1);
  try {
    insert.run(1, Bytes{"again"});
    FAIL() << "the key was there already";
  } catch (const Violation& violation) {
    EXPECT_EQ(violation.of, Violation::Of::key);
    EXPECT_THAT(violation.what(), HasSubstr("1555"));  // SQLITE_CONSTRAINT_PRIMARYKEY
  }
  EXPECT_EQ(insert.run(2, Bytes{"two"}), 1);
  EXPECT_EQ(number(session, "SELECT count(*) FROM item"), 2);
}

TEST_F(SociFacade, ReadingThatEndsEarlyHoldsNoLock) {
  const Session session = with_table(owner());
  for (const std::int64_t id : {1, 2, 3}) put(session, id);
  const Session reader = open(SqliteAccess::reader);
  Query<Takes<>, Gives<std::int64_t>> ids(reader, "SELECT id FROM item");
  std::int64_t seen = 0;
  EXPECT_TRUE(ids.first());
  ids.each([&](std::int64_t) { return ++seen < 2; });
  EXPECT_EQ(seen, 2);
  EXPECT_THROW(ids.each([](std::int64_t) { throw BadInput("stop"); }), BadInput);
  put(session, 4);
  // busy, frames in the log, frames copied: busy would be 1 while a reader holds an older snapshot.
  Query<Takes<>, Gives<std::int64_t, std::int64_t, std::int64_t>> checkpoint(
      session, "PRAGMA wal_checkpoint(TRUNCATE)");
  EXPECT_EQ(checkpoint.first(), std::tuple(0, 0, 0));
}

TEST_F(SociFacade, StatementIsNotRunInsideItsOwnReading) {
  const Session session = with_table(owner());
  put(session, 1);
  Query<Takes<>, Gives<std::int64_t>> ids(session, "SELECT id FROM item");
  EXPECT_EXIT(ids.each([&](std::int64_t) { static_cast<void>(ids.first()); }),
              ::testing::ExitedWithCode(defect_code), "not run again");
}

// ---- Transactions ----

TEST_F(SociFacade, BeginTakesTheWriteLockAtOnce) {
  Session first = with_table(owner());
  Session second = open(SqliteAccess::owner);
  first.begin();  // and writes nothing yet
  EXPECT_THAT([&] { second.begin(); }, ThrowsMessage<TryAgain>(HasSubstr("locked")));
  EXPECT_FALSE(second.in_transaction());
  first.rollback();
  second.begin();
  EXPECT_EQ(second.commit(), CommitOutcome::committed);
}

TEST_F(SociFacade, BusyTimeoutIsInMillisecondsAndIsWaited) {
  Session first = with_table(owner());
  const Transaction held(first);
  Session second = open(SqliteAccess::owner, std::chrono::milliseconds(150));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(second.begin(), TryAgain);
  const auto waited = std::chrono::steady_clock::now() - start;
  EXPECT_GE(waited, std::chrono::milliseconds(100));
  EXPECT_LT(waited, std::chrono::seconds(60));  // 150 seconds would be SOCI's unit
}

TEST_F(SociFacade, TransactionThatIsNotCommittedLeavesNothing) {
  Session session = with_table(owner());
  {
    const Transaction transaction(session);
    put(session, 1);
  }
  EXPECT_FALSE(session.in_transaction());
  Transaction transaction(session);
  put(session, 2);
  EXPECT_EQ(transaction.commit(), CommitOutcome::committed);
  EXPECT_EQ(number(session, "SELECT sum(id) FROM item"), 2);
}

TEST_F(SociFacade, ViolationDoomsItsTransaction) {
  Session session = with_table(owner());
  session.begin();
  put(session, 1);
  EXPECT_THROW(put(session, 1), Violation);
  EXPECT_THAT([&] { put(session, 2); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("has failed"), HasSubstr("UNIQUE"))));
  EXPECT_EQ(session.commit(), CommitOutcome::rolled_back);
  EXPECT_THAT(session.trouble(), HasSubstr("UNIQUE"));
  EXPECT_EQ(number(session, "SELECT count(*) FROM item"), 0);
}

TEST_F(SociFacade, DeferredConstraintFailsTheCommitAndRollsItBack) {
  Session session = owner();
  EXPECT_EQ(number(session, "SELECT 1"), 1);
  session.execute("PRAGMA foreign_keys=ON");
  session.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY) STRICT");
  session.execute(
      "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent (id) "
      "DEFERRABLE INITIALLY DEFERRED) STRICT");
  session.begin();
  session.execute("INSERT INTO child VALUES (1, 99)");
  EXPECT_EQ(session.commit(), CommitOutcome::rolled_back);
  EXPECT_THAT(session.trouble(), HasSubstr("FOREIGN KEY"));
  EXPECT_FALSE(session.in_transaction());
  EXPECT_EQ(number(session, "SELECT count(*) FROM child"), 0);
}

TEST_F(SociFacade, FullStoreRollsBackAndSaysSo) {
  Session session = with_table(owner());
  put(session, 1);
  EXPECT_LE(number(session, "PRAGMA max_page_count=4"), 4);
  session.begin();
  const std::string large(100'000, 'x');
  EXPECT_THAT([&] { put(session, 2, large); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("full"), HasSubstr("store.db"))));
  EXPECT_EQ(session.commit(), CommitOutcome::rolled_back);
  EXPECT_EQ(number(session, "SELECT count(*) FROM item"), 1);
  // Room again: the same session goes on.
  EXPECT_EQ(number(session, "PRAGMA max_page_count=4000"), 4000);
  session.begin();
  put(session, 2, large);
  EXPECT_EQ(session.commit(), CommitOutcome::committed);
}

// No file of this process may grow while it lives: a write behind its end fails as an I/O error.
class NoFileGrowsBeyond {
 public:
  explicit NoFileGrowsBeyond(std::uintmax_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~NoFileGrowsBeyond() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  NoFileGrowsBeyond(const NoFileGrowsBeyond&) = delete;
  NoFileGrowsBeyond& operator=(const NoFileGrowsBeyond&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(SociFacade, InputOutputErrorInCommitIsUnknownAndEndsTheSession) {
  const std::string large(300'000, 'x');
  {
    Session session = with_table(owner());
    put(session, 1, large);
    session.begin();
    put(session, 2, large);
    const NoFileGrowsBeyond limit(std::filesystem::file_size(file().string() + "-wal"));
    EXPECT_EQ(session.commit(), CommitOutcome::unknown);
    EXPECT_THAT(session.trouble(), AllOf(HasSubstr("I/O error"), HasSubstr("store.db")));
    EXPECT_THAT([&] { put(session, 3); }, ThrowsMessage<Unavailable>(HasSubstr("given up")));
    EXPECT_THROW(session.begin(), Unavailable);
    EXPECT_EQ(session.commit(), CommitOutcome::unknown);
  }
  // Resolved by reading the key in a new session, here: it was not stored.
  const Session after = open(SqliteAccess::owner);
  EXPECT_EQ(number(after, "SELECT count(*) FROM item WHERE id = 2"), 0);
  EXPECT_EQ(number(after, "SELECT count(*) FROM item WHERE id = 1"), 1);
}

TEST_F(SociFacade, CommitWithoutBeginIsADefect) {
  Session session = owner();
  EXPECT_EXIT(static_cast<void>(session.commit()), ::testing::ExitedWithCode(defect_code), "begun");
}

}  // namespace
}  // namespace reglament::sql
