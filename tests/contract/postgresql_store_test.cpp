// The contract of the store on PostgreSQL, and what only a server can do to us: be shut down, be
// killed, cut the connection at the worst moment, serve a newer program, or two owners.
#include "adapters/postgresql/postgresql_store.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "adapters/wire/messages.hpp"
#include "tests/contract/store_contract.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament::contract {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using testing::CuttingProxy;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;

testing::LocalPostgres& server() {
  static testing::LocalPostgres running;
  return running;
}

// A schema of its own for each test.
class PostgresqlPlace final : public StorePlace {
 public:
  PostgresqlPlace() : name_(fmt::format("store_{}", ++count_)) {
    server().execute("CREATE SCHEMA " + name_);
  }
  ~PostgresqlPlace() override {
    try {
      server().execute("SET client_min_messages = warning; DROP SCHEMA " + name_ + " CASCADE");
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }

  [[nodiscard]] std::string url(const std::string& options = "") const {
    return url_on(server().url(), options);
  }
  [[nodiscard]] std::string url_on(const std::string& address, const std::string& options) const {
    return fmt::format("{}?options=-csearch_path%3D{}{}", address, name_, options);
  }
  [[nodiscard]] PostgresqlSettings settings() const {
    return {.url = url(), .ownership = Ownership::together, .patience = 20s};
  }
  // SQL behind the store's back.
  std::string execute(const std::string& sql) const {
    return server().execute("SET search_path = " + name_ + "; " + sql);
  }

  [[nodiscard]] std::unique_ptr<Store> create(const StoreSettings& created) override {
    return create_postgresql_store(settings(), created);
  }
  [[nodiscard]] std::unique_ptr<Store> open() override { return open_postgresql_store(settings()); }
  [[nodiscard]] std::unique_ptr<StoreReader> open_reader() override {
    return open_postgresql_reader(url(), 20s);
  }

 private:
  static int count_;
  std::string name_;
};

int PostgresqlPlace::count_ = 0;

std::unique_ptr<StorePlace> make_postgresql_place() { return std::make_unique<PostgresqlPlace>(); }

const auto place_name = [](const auto&) { return std::string("Postgresql"); };
INSTANTIATE_TEST_SUITE_P(Contract, StoreContract, ::testing::Values(&make_postgresql_place),
                         place_name);
INSTANTIATE_TEST_SUITE_P(Contract, StoreContractDeathTest,
                         ::testing::Values(&make_postgresql_place), place_name);

class PostgresqlStore : public ::testing::Test {
 protected:
  void create(std::uint32_t partitions = 1) { place_.create(settings_of(partitions)).reset(); }

  // Whoever asks is told why, in one line.
  void expect_refused(const ::testing::Matcher<std::string>& text) {
    const auto clear = AllOf(StartsWith("expected"), HasSubstr("found"), Not(HasSubstr("\n")),
                             HasSubstr("postgresql://"), text);
    EXPECT_THAT([this] { static_cast<void>(place_.open()); }, ThrowsMessage<Unavailable>(clear));
    EXPECT_THAT([this] { static_cast<void>(place_.open_reader()); },
                ThrowsMessage<Unavailable>(clear));
    EXPECT_THAT([this] { static_cast<void>(migrate_postgresql_store(place_.url())); },
                ThrowsMessage<Unavailable>(clear));
  }

  PostgresqlPlace place_;
};

// ---- Creating, opening, migrations

TEST_F(PostgresqlStore, OpeningNeedsTheTables) { expect_refused(HasSubstr("init makes them")); }

TEST_F(PostgresqlStore, CreationRefusesTablesThatAreThere) {
  create();
  EXPECT_THAT([this] { static_cast<void>(place_.create(settings_of(2))); },
              ThrowsMessage<Unavailable>(HasSubstr("created once")));
  EXPECT_EQ(place_.open_reader()->logs().size(), 1U);
}

TEST_F(PostgresqlStore, OfSeveralCreatorsOneSucceeds) {
  std::atomic<int> made{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> creators;
  for (int i = 0; i < 4; ++i) {
    creators.emplace_back([&] {
      try {
        create();
        ++made;
      } catch (const Unavailable&) {
        ++refused;
      }
    });
  }
  for (std::thread& creator : creators) creator.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(place_.open_reader()->logs().size(), 1U);
}

TEST_F(PostgresqlStore, CreationThatFailsLeavesNothing) {
  place_.execute("CREATE TABLE outbox (theirs int)");
  EXPECT_THROW(create(), Unavailable);
  EXPECT_EQ(place_.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"),
            "outbox");
}

TEST_F(PostgresqlStore, MigratingWhatIsUpToDateChangesNothing) {
  create();
  const std::string before = place_.execute("SELECT * FROM schema_version");
  const Migration migration = migrate_postgresql_store(place_.url());
  EXPECT_EQ(migration.from, migration.to);
  EXPECT_EQ(place_.execute("SELECT * FROM schema_version"), before);
}

TEST_F(PostgresqlStore, NewerSchemaIsRefusedWithBothNumbers) {
  create();
  place_.execute("INSERT INTO schema_version VALUES (1000, now())");
  expect_refused(
      AllOf(HasSubstr("expected schema up to"), HasSubstr("found 1000"), HasSubstr("newer")));
}

TEST_F(PostgresqlStore, MigrationTakesAlongTheOutboxOfRows) {
  create(2);
  place_.execute("DROP TABLE outbox_pack");
  place_.execute(
      "CREATE TABLE outbox (id bigint NOT NULL, log bigint NOT NULL, payload bytea NOT NULL,"
      " PRIMARY KEY (log, id))");
  place_.execute("DELETE FROM schema_version WHERE number = 3");
  EXPECT_THAT([this] { static_cast<void>(place_.open()); },
              ThrowsMessage<Unavailable>(HasSubstr("run migrate")));
  const auto put = [&](std::uint64_t id, LogId log) {
    std::string digits;
    for (const char byte : wire::encode(notice_of(id))) {
      digits += fmt::format("{:02x}", static_cast<std::uint8_t>(byte));
    }
    place_.execute(fmt::format("INSERT INTO outbox VALUES ({}, {}, '\\x{}')", id, log, digits));
  };
  put(7, 1);
  put(300, 0);
  put(8, 0);
  const Migration migration = migrate_postgresql_store(place_.url());
  EXPECT_EQ(migration.from, 2);
  std::vector<std::pair<std::uint64_t, LogId>> found;
  place_.open_reader()->for_each_message(std::nullopt, [&](const OutboxMessage& message) {
    EXPECT_EQ(message.message, notice_of(message.id));
    found.emplace_back(message.id, message.log);
    return true;
  });
  EXPECT_EQ(found, (std::vector<std::pair<std::uint64_t, LogId>>{{7, 1}, {8, 0}, {300, 0}}));
}

TEST_F(PostgresqlStore, MigrationWaitsForNoEngine) {
  create();
  const auto running = place_.open();
  EXPECT_THAT([this] { static_cast<void>(migrate_postgresql_store(place_.url())); },
              ThrowsMessage<TryAgain>(HasSubstr(fmt::format("reglament {}@", getpid()))));
}

TEST_F(PostgresqlStore, MessageThatIsNotOneIsAFaultWithItsNumber) {
  create();
  place_.execute(
      "INSERT INTO outbox_pack (log, first_id, last_id, messages)"
      " VALUES (0, 42, 42, int8send(42) || int4send(3) || '\\xFFFFFF'::bytea)");
  const auto reader = place_.open_reader();
  EXPECT_THAT([&] { static_cast<void>(message_ids(*reader)); },
              ThrowsMessage<Unavailable>(HasSubstr("message 42")));
}

TEST_F(PostgresqlStore, DigestOfAnotherLengthIsAFault) {
  create();
  place_.execute("UPDATE log SET root = '\\x00'");
  const auto reader = place_.open_reader();
  EXPECT_THAT([&] { static_cast<void>(reader->logs()); },
              ThrowsMessage<Unavailable>(HasSubstr("found one of 1")));
}

// ---- Owners

TEST_F(PostgresqlStore, SecondOwnerIsToldWhoTheFirstIs) {
  create();
  PostgresqlSettings alone = place_.settings();
  alone.ownership = Ownership::sole;
  {
    const auto first = open_postgresql_store(alone);
    const auto told = ThrowsMessage<TryAgain>(HasSubstr(fmt::format("reglament {}@", getpid())));
    EXPECT_THAT([&] { static_cast<void>(open_postgresql_store(alone)); }, told);
    EXPECT_THAT([&] { static_cast<void>(place_.open()); }, told);
    EXPECT_EQ(place_.open_reader()->logs().size(), 1U);
    // Another store on the same server is another matter.
    PostgresqlPlace elsewhere;
    static_cast<void>(elsewhere.create(settings_of(1)));
    PostgresqlSettings theirs = elsewhere.settings();
    theirs.ownership = Ownership::sole;
    static_cast<void>(open_postgresql_store(theirs));
  }
  const auto one = place_.open();
  const auto other = place_.open();
  EXPECT_THROW(static_cast<void>(open_postgresql_store(alone)), TryAgain);
}

TEST_F(PostgresqlStore, OwnersOfDifferentPartitionsCommitSideBySide) {
  constexpr std::uint32_t partitions = 4;
  constexpr int rounds = 50;
  create(partitions);
  std::vector<std::thread> owners;
  for (LogId log = 0; log < partitions; ++log) {
    owners.emplace_back([this, log] {
      // The strictest isolation: what the server cannot serialize is committed anew.
      PostgresqlSettings settings = place_.settings();
      settings.url = place_.url("%20-cdefault_transaction_isolation%3Dserializable");
      const auto store = open_postgresql_store(settings);
      StoredLog row = store->claim(log)[log];
      for (CaseNumber number = 1; number <= rounds; ++number) {
        Batch batch = batch_of_everything(row, log + 1 + number * partitions);
        batch.share = log;
        batch.clock_now = at_second(static_cast<std::int64_t>(number));
        store->commit(batch);
      }
    });
  }
  for (std::thread& owner : owners) owner.join();
  const auto reader = place_.open_reader();
  for (const StoredLog& log : reader->logs()) {
    EXPECT_EQ(log.size, rounds);
    EXPECT_EQ(entries_of(*reader, log.log).size(), rounds);
    EXPECT_EQ(log.clock_now, at_second(rounds));
  }
  EXPECT_EQ(cases_of(*reader).size(), partitions * rounds);
}

// ---- A connection that is lost

// Everything of the first `count` batches of batch_of_everything is there, once.
void expect_all(StoreReader& reader, std::uint64_t count) {
  EXPECT_EQ(reader.logs()[0].size, count);
  EXPECT_EQ(entries_of(reader, 0).size(), count);
  EXPECT_EQ(cases_of(reader).size(), count);
  EXPECT_EQ(inbox_of(reader).size(), count);
  EXPECT_EQ(message_ids(reader).size(), count);
  EXPECT_TRUE(reader.request(fmt::format("request-{}", count)).has_value());
}

TEST_F(PostgresqlStore, CommitAndReadingGoOnAfterTheServerWasKilled) {
  create();
  const auto store = place_.open();
  const auto reader = store->reader();
  StoredLog log = store->claim({})[0];
  for (CaseNumber number = 1; number <= 3; ++number) {
    store->commit(batch_of_everything(log, number));
    server().kill();
    server().start();
    EXPECT_EQ(reader->logs()[0].size, number);
  }
  store->commit(batch_of_everything(log, 4));
  expect_all(*reader, 4);
  EXPECT_EQ(store->claim({})[0].size, 4U);
}

TEST_F(PostgresqlStore, ServerThatIsAwayIsWaitedForAndNotForEver) {
  create();
  PostgresqlSettings settings = place_.settings();
  settings.patience = 100ms;
  const auto impatient = open_postgresql_store(settings);
  const auto reader = impatient->reader();
  StoredLog log = impatient->claim({})[0];
  const StoredLog before = log;
  const Batch batch = batch_of_everything(log, 1);
  server().stop();
  EXPECT_THROW(impatient->commit(batch), Unavailable);
  EXPECT_THROW(static_cast<void>(reader->logs()), Unavailable);
  EXPECT_THROW(static_cast<void>(impatient->claim({})), Unavailable);
  server().start();
  EXPECT_EQ(values(reader->logs()[0]), values(before));
  impatient->commit(batch);
  expect_all(*reader, 1);
}

TEST_F(PostgresqlStore, CommitsSurviveThatTheirServerProcessIsEndedAtAnyMoment) {
  create();
  const auto store = place_.open();
  StoredLog log = store->claim({})[0];
  std::atomic<bool> done{false};
  std::atomic<int> ended = 0;
  std::thread administrator([&] {
    while (!done) {
      ended += std::stoi(server().execute(
          fmt::format("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                      " WHERE application_name LIKE 'reglament {}@%' AND query LIKE 'COMMIT%'",
                      getpid())));
      ended += std::stoi(server().execute(
          fmt::format("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                      " WHERE application_name LIKE 'reglament {}@%'",
                      getpid())));
    }
  });
  CaseNumber number = 0;
  // For a while, and on a busy machine for as long as it takes that it means something.
  const auto begin = std::chrono::steady_clock::now();
  const auto has_run = [&](std::chrono::seconds time) {
    return std::chrono::steady_clock::now() - begin > time;
  };
  while (!has_run(4s) || (ended < 5 && !has_run(120s))) {
    ++number;
    store->commit(batch_of_everything(log, number));
  }
  done = true;
  administrator.join();
  EXPECT_GE(ended, 5);
  expect_all(*place_.open_reader(), number);
}

TEST_F(PostgresqlStore, CommitsSurviveThatTheServerIsKilledInTheMiddle) {
  create();
  const auto store = place_.open();
  StoredLog log = store->claim({})[0];
  std::atomic<CaseNumber> committed{0};
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (CaseNumber number = 1; !done; ++number) {
      store->commit(batch_of_everything(log, number));
      committed = number;
    }
  });
  for (int round = 0; round < 3; ++round) {
    const CaseNumber before = committed;
    while (committed < before + 20) std::this_thread::yield();
    server().kill();
    server().start();
  }
  done = true;
  writer.join();
  EXPECT_GE(committed, 60U);
  expect_all(*place_.open_reader(), committed);
}

class CutCommit : public PostgresqlStore {
 protected:
  CutCommit() {
    create();
    const std::string& direct = server().url();
    const std::string port = fmt::format(":{}/", server().port());
    std::string through = direct;
    through.replace(direct.find(port), port.size(), fmt::format(":{}/", proxy_.port()));
    settings_ = place_.settings();
    settings_.url = place_.url_on(through, "");
  }

  CuttingProxy proxy_{server().port()};
  PostgresqlSettings settings_;
};

TEST_F(CutCommit, WhoseAnswerWasLostIsFoundAndNotRepeated) {
  const auto store = open_postgresql_store(settings_);
  StoredLog log = store->claim({})[0];
  store->commit(batch_of_everything(log, 1));
  proxy_.cut_next(CuttingProxy::Cut::after_commit);
  store->commit(batch_of_everything(log, 2));
  EXPECT_EQ(proxy_.cuts(), 1);
  store->commit(batch_of_everything(log, 3));
  expect_all(*place_.open_reader(), 3);
}

TEST_F(CutCommit, ThatNeverArrivedIsMadeAnew) {
  const auto store = open_postgresql_store(settings_);
  StoredLog log = store->claim({})[0];
  proxy_.cut_next(CuttingProxy::Cut::before_commit);
  store->commit(batch_of_everything(log, 1));
  EXPECT_EQ(proxy_.cuts(), 1);
  expect_all(*place_.open_reader(), 1);
}

TEST_F(CutCommit, OfTheOutboxAndTheClockMayBeMadeTwice) {
  const auto store = open_postgresql_store(settings_);
  StoredLog log = store->claim({})[0];
  store->commit(batch_of_everything(log, 1));
  Batch tidying;
  tidying.outbox_confirmed_through = 1;
  tidying.clock_now = at_second(7);
  proxy_.cut_next(CuttingProxy::Cut::after_commit);
  store->commit(tidying);
  EXPECT_EQ(proxy_.cuts(), 1);
  const auto reader = place_.open_reader();
  EXPECT_TRUE(message_ids(*reader).empty());
  EXPECT_EQ(reader->settings().clock_now, at_second(7));
}

TEST_F(CutCommit, OfAFormerOwnerIsToldFromOneThatWasFenced) {
  const auto store = open_postgresql_store(settings_);
  StoredLog log = store->claim({})[0];
  proxy_.cut_next(CuttingProxy::Cut::after_commit);
  const Batch durable = batch_of_everything(log, 1);
  store->commit(durable);
  static_cast<void>(place_.open()->claim({}));
  proxy_.cut_next(CuttingProxy::Cut::before_commit);
  EXPECT_THROW(store->commit(batch_of_everything(log, 2)), Fenced);
  expect_all(*place_.open_reader(), 1);
}

TEST_F(CutCommit, ThatCannotBeFoundOutStaysUnknownUntilTheStoreIsClaimedAnew) {
  settings_.patience = 100ms;
  const auto store = open_postgresql_store(settings_);
  StoredLog log = store->claim({})[0];
  proxy_.cut_next(CuttingProxy::Cut::after_commit_for_good);
  EXPECT_THROW(store->commit(batch_of_everything(log, 1)), CommitUnknown);
  StoredLog next = log;
  EXPECT_THAT([&] { store->commit(batch_of_everything(next, 2)); },
              ThrowsMessage<Unavailable>(HasSubstr("claim it anew")));
  proxy_.allow();
  log = store->claim({})[0];
  EXPECT_EQ(log.size, 1U);
  store->commit(batch_of_everything(log, 2));
  expect_all(*place_.open_reader(), 2);
}

}  // namespace
}  // namespace reglament::contract
