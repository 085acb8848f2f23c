// The contract of the store on SQLite, and what only a file can do to us: be full, read-only, of
// another program, of a newer version, damaged, owned twice, or left by a process that was killed.
#include "adapters/sqlite/sqlite_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "adapters/sqlite/owner_lock.hpp"
#include "engine/base/ensure.hpp"
#include "tests/contract/store_contract.hpp"

namespace reglament::contract {
namespace {

namespace fs = std::filesystem;

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

// A folder of its own for each test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "sqlite-store-XXXXXX").string();
    ENSURE(mkdtemp(name.data()) != nullptr, "a folder can be made");
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] fs::path file(const std::string& name = "store.db") const { return path_ / name; }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

 private:
  fs::path path_;
};

class SqlitePlace final : public StorePlace {
 public:
  [[nodiscard]] std::unique_ptr<Store> create(const StoreSettings& settings) override {
    return create_sqlite_store(folder_.file(), settings);
  }
  [[nodiscard]] std::unique_ptr<Store> open() override { return open_sqlite_store(folder_.file()); }
  [[nodiscard]] std::unique_ptr<StoreReader> open_reader() override {
    return open_sqlite_reader(folder_.file());
  }

 private:
  Folder folder_;
};

std::unique_ptr<StorePlace> make_sqlite_place() { return std::make_unique<SqlitePlace>(); }

const auto place_name = [](const auto&) { return std::string("Sqlite"); };
INSTANTIATE_TEST_SUITE_P(Contract, StoreContract, ::testing::Values(&make_sqlite_place),
                         place_name);
INSTANTIATE_TEST_SUITE_P(Contract, StoreContractDeathTest, ::testing::Values(&make_sqlite_place),
                         place_name);

// ---- What the tests do to a file behind the store's back ---------------------------------------

void run_sql(const fs::path& file, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  sqlite3_close(handle);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

void write_bytes(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// Runs in a process of its own, which ends with the code that `run` gives.
int in_child(const std::function<int()>& run) {
  const pid_t child = fork();
  if (child == 0) std::_Exit(run());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Root may write anywhere: what a folder forbids shows only to somebody else.
void become_nobody() {
  constexpr uid_t nobody = 65534;
  ENSURE(geteuid() != 0 || setuid(nobody) == 0, "root can become nobody");
}

// 0 when `open` is Unavailable with a text that names the file in one line.
int code_of_refusal(const fs::path& named, const std::function<void()>& open) {
  try {
    open();
    return 1;
  } catch (const Unavailable& error) {
    const std::string text = error.what();
    std::fprintf(stderr, "%s\n", text.c_str());
    const bool clear = text.find("expected") == 0 && text.find("found") != std::string::npos &&
                       text.find(named.string()) != std::string::npos &&
                       text.find('\n') == std::string::npos;
    return clear ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "another fault: %s\n", error.what());
    return 3;
  }
}

class SqliteStore : public ::testing::Test {
 protected:
  void create() { create_sqlite_store(file(), settings_of(1)).reset(); }
  [[nodiscard]] fs::path file() const { return folder_.file(); }
  // The owner, a reader, and who creates: all that can be asked of a file that is there.
  void expect_refused(const ::testing::Matcher<std::string>& text) {
    EXPECT_THAT([this] { static_cast<void>(open_sqlite_store(file())); },
                ThrowsMessage<Unavailable>(AllOf(HasSubstr(file().string()), text)));
    EXPECT_THAT([this] { static_cast<void>(open_sqlite_reader(file())); },
                ThrowsMessage<Unavailable>(AllOf(HasSubstr(file().string()), text)));
  }

  Folder folder_;
};

// ---- Creating ----------------------------------------------------------------------------------

TEST_F(SqliteStore, CreationLeavesTheDatabaseAndNothingElse) {
  create();
  EXPECT_EQ(folder_.names(), (std::vector<std::string>{"store.db"}));
  const std::string bytes = bytes_of(file());
  EXPECT_EQ(bytes.substr(60, 4), std::string("\0\0\0\2", 4));  // user_version
  EXPECT_EQ(bytes.substr(68, 4), "RGLT");                      // application_id
}

TEST_F(SqliteStore, CreationRefusesWhateverIsThere) {
  write_bytes(file(), "precious");
  EXPECT_THAT(
      [this] { static_cast<void>(create_sqlite_store(file(), settings_of(1))); },
      ThrowsMessage<Unavailable>(AllOf(HasSubstr(file().string()), HasSubstr("created once"))));
  EXPECT_EQ(bytes_of(file()), "precious");
  fs::remove(file());
  fs::create_directory(file());
  EXPECT_THROW(static_cast<void>(create_sqlite_store(file(), settings_of(1))), Unavailable);
  fs::remove(file());
  fs::create_symlink(folder_.file("nowhere"), file());
  EXPECT_THROW(static_cast<void>(create_sqlite_store(file(), settings_of(1))), Unavailable);
  EXPECT_EQ(folder_.names(), (std::vector<std::string>{"store.db"}));
}

TEST_F(SqliteStore, CreationRefusesTheLogOfADeletedDatabase) {
  // SQLite would replay it into the new file.
  write_bytes(folder_.file("store.db-wal"), "frames");
  EXPECT_THAT([this] { static_cast<void>(create_sqlite_store(file(), settings_of(1))); },
              ThrowsMessage<Unavailable>(HasSubstr("store.db-wal")));
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(SqliteStore, CreationThatFailsLeavesNothing) {
  const int code = in_child([this] {
    // Less than the tables take: the disk is full before the database is whole.
    const rlimit small{20'000, 20'000};
    std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    return code_of_refusal(
        folder_.path(), [this] { static_cast<void>(create_sqlite_store(file(), settings_of(1))); });
  });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(SqliteStore, CreationNeedsAFolderThatCanBeWritten) {
  const fs::path inside = folder_.file("no-folder/store.db");
  EXPECT_EQ(
      code_of_refusal(folder_.path(),
                      [&] { static_cast<void>(create_sqlite_store(inside, settings_of(1))); }),
      0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  EXPECT_EQ(in_child([this] {
              become_nobody();
              return code_of_refusal(folder_.path(), [this] {
                static_cast<void>(create_sqlite_store(file(), settings_of(1)));
              });
            }),
            0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0755), 0);
  EXPECT_TRUE(folder_.names().empty());
}

TEST_F(SqliteStore, PathMayBeRelativeAndHoldAnything) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_.path());
  const fs::path name = "база данных 'x'?mode=memory#%41.db";
  create_sqlite_store(name, settings_of(2)).reset();
  EXPECT_EQ(open_sqlite_reader(name)->logs().size(), 2U);
  fs::current_path(before);
  EXPECT_TRUE(fs::exists(folder_.path() / name));
}

// ---- Opening -----------------------------------------------------------------------------------

TEST_F(SqliteStore, OpeningNeedsAFileAndMakesNone) {
  expect_refused(HasSubstr("nothing"));
  EXPECT_TRUE(folder_.names().empty());
  fs::create_directory(file());
  expect_refused(HasSubstr("something else"));
}

TEST_F(SqliteStore, WhatIsNotADatabaseIsRefusedAndLeftAsItIs) {
  for (const std::string& bytes : {std::string(), std::string("text"), std::string(8192, 'x')}) {
    write_bytes(file(), bytes);
    expect_refused(HasSubstr("not a database"));
    EXPECT_EQ(bytes_of(file()), bytes);
  }
}

TEST_F(SqliteStore, DatabaseOfAnotherProgramIsRefusedAndLeftAsItIs) {
  for (const char* const journal : {"PRAGMA journal_mode=DELETE", "PRAGMA journal_mode=WAL"}) {
    fs::remove(file());
    run_sql(file(), journal);
    run_sql(file(), "PRAGMA application_id=7; CREATE TABLE theirs (id INTEGER)");
    const std::string before = bytes_of(file());
    expect_refused(AllOf(HasSubstr("another"), HasSubstr("0x7"), HasSubstr("0x52474c54")));
    EXPECT_EQ(bytes_of(file()), before);
  }
}

TEST_F(SqliteStore, NewerSchemaIsRefusedWithBothNumbers) {
  create();
  run_sql(file(), "PRAGMA user_version=3");
  expect_refused(AllOf(HasSubstr("expected schema up to 2"), HasSubstr("found 3")));
}

TEST_F(SqliteStore, OwnerNeedsAFolderThatCanBeWritten) {
  create();
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  const int in_folder = in_child([this] {
    become_nobody();
    return code_of_refusal(folder_.path(),
                           [this] { static_cast<void>(open_sqlite_store(file())); });
  });
  EXPECT_EQ(in_folder, 0);
  // SQLite keeps shared memory beside the file, even for those who only read.
  const int reader = in_child([this] {
    become_nobody();
    return code_of_refusal(file(), [this] { static_cast<void>(open_sqlite_reader(file())); });
  });
  EXPECT_EQ(reader, 0);
  ASSERT_EQ(chmod(folder_.path().c_str(), 0777), 0);
  ASSERT_EQ(chmod(file().c_str(), 0444), 0);
  const int in_file = in_child([this] {
    become_nobody();
    return code_of_refusal(file(), [this] { static_cast<void>(open_sqlite_store(file())); });
  });
  EXPECT_EQ(in_file, 0);
}

TEST_F(SqliteStore, DamagedPagesAreAFaultWhenTheyAreRead) {
  {
    const auto store = create_sqlite_store(file(), settings_of(1));
    auto logs = store->claim(std::nullopt);
    Batch batch;
    for (int i = 0; i < 2000; ++i) add_entry(batch, logs[0]).bytes = every_byte();
    batch.logs = logs;
    store->commit(batch);
  }
  std::string bytes = bytes_of(file());
  for (std::size_t at = 8192 * 20; at + 100 < bytes.size(); at += 4096) {
    bytes.replace(at, 100, 100, '\xEE');
  }
  write_bytes(file(), bytes);
  const auto reader = open_sqlite_reader(file());
  EXPECT_THAT([&] { static_cast<void>(entries_of(*reader, 0)); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("malformed"), HasSubstr("store.db"))));
}

TEST_F(SqliteStore, MessageThatIsNotOneIsAFaultWithItsNumber) {
  create();
  run_sql(file(), "INSERT INTO outbox VALUES (42, 0, x'FFFFFF')");
  const auto reader = open_sqlite_reader(file());
  EXPECT_THAT([&] { static_cast<void>(message_ids(*reader)); },
              ThrowsMessage<Unavailable>(AllOf(HasSubstr("message 42"), HasSubstr("store.db"))));
}

TEST_F(SqliteStore, DigestOfAnotherLengthIsAFault) {
  create();
  run_sql(file(), "UPDATE log SET root = x'00'");
  const auto reader = open_sqlite_reader(file());
  EXPECT_THAT(
      [&] { static_cast<void>(reader->logs()); },
      ThrowsMessage<Unavailable>(AllOf(HasSubstr("32 bytes"), HasSubstr("found one of 1"))));
}

// ---- A full disk -------------------------------------------------------------------------------

Batch large_batch(StoredLog& log) {
  Batch batch;
  for (int i = 0; i < 100; ++i) add_entry(batch, log).bytes = std::string(2000, 'x');
  batch.logs = {log};
  return batch;
}

TEST_F(SqliteStore, CommitOverTheQuotaDoesNothingAndMayBeFollowedByASmallerOne) {
  create();
  const auto store = open_sqlite_store(file(), {.pages = 60});
  const auto reader = store->reader();
  auto logs = store->claim(std::nullopt);
  int committed = 0;
  StoredLog before = logs[0];
  EXPECT_THAT(
      [&] {
        for (;; ++committed) {
          before = logs[0];
          store->commit(large_batch(logs[0]));
        }
      },
      ThrowsMessage<Unavailable>(AllOf(HasSubstr("full"), HasSubstr("store.db"))));
  EXPECT_GE(committed, 1);
  EXPECT_EQ(values(reader->logs()[0]), values(before));
  EXPECT_EQ(entries_of(*reader, 0).size(), before.size);
  Batch small;
  add_entry(small, before);
  small.logs = {before};
  store->commit(small);
  EXPECT_EQ(values(reader->logs()[0]), values(before));
}

TEST_F(SqliteStore, FullDiskLosesNothingThatWasAcknowledged) {
  create();
  const fs::path acknowledged = folder_.file("acknowledged");
  const int code = in_child([&] {
    const rlimit small{2'000'000, 2'000'000};
    std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const auto store = open_sqlite_store(file());
    auto logs = store->claim(std::nullopt);
    try {
      for (;;) {
        store->commit(large_batch(logs[0]));
        std::ofstream(acknowledged) << logs[0].size << std::flush;
      }
    } catch (const CommitUnknown&) {
      // From here on nothing can be asked of this store.
      Batch empty;
      empty.clock_now = at_second(1);
      const bool refused =
          code_of_refusal(file(), [&] { store->commit(empty); }) == 0 &&
          code_of_refusal(file(), [&] { static_cast<void>(store->claim(std::nullopt)); }) == 0 &&
          code_of_refusal(file(), [&] { static_cast<void>(store->reader()); }) == 0;
      return refused ? 10 : 4;
    } catch (const Unavailable&) {
      return 11;
    }
  });
  EXPECT_THAT(code, ::testing::AnyOf(10, 11));
  const LeafIndex promised = std::stoull(bytes_of(acknowledged));
  EXPECT_GE(promised, 100U);
  const auto store = open_sqlite_store(file());
  const auto reader = store->reader();
  const LeafIndex size = reader->logs()[0].size;
  EXPECT_GE(size, promised);
  EXPECT_LE(size, promised + 100);  // the one whose outcome was not known
  EXPECT_EQ(entries_of(*reader, 0).size(), size);
}

// ---- Owners ------------------------------------------------------------------------------------

TEST_F(SqliteStore, SecondOwnerIsToldWhoTheFirstIs) {
  create();
  {
    const OwnerLock lock(file());
    EXPECT_EQ(lock.path(), folder_.file("store.db.lock"));
    EXPECT_EQ(bytes_of(lock.path()), fmt::format("{}\n", getpid()));
    const int code = in_child([this] {
      try {
        const OwnerLock second(file());
        return 1;
      } catch (const TryAgain& error) {
        const std::string owner = fmt::format("process {} ", getppid());
        return std::string(error.what()).find(owner) != std::string::npos ? 0 : 2;
      }
    });
    EXPECT_EQ(code, 0);
    EXPECT_THROW(OwnerLock{file()}, TryAgain);
    // Who was refused has not touched the first one's number.
    EXPECT_EQ(bytes_of(lock.path()), fmt::format("{}\n", getpid()));
  }
  EXPECT_EQ(bytes_of(folder_.file("store.db.lock")), "");
  const OwnerLock again(file());
  EXPECT_EQ(bytes_of(again.path()), fmt::format("{}\n", getpid()));
}

TEST_F(SqliteStore, OwnerThatWasKilledIsNoOwner) {
  create();
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const OwnerLock lock(file());
    static_cast<void>(write(ready[1], "x", 1) == 1);
    for (;;) pause();
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_THROW(OwnerLock{file()}, TryAgain);
  kill(child, SIGKILL);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  close(ready[0]);
  close(ready[1]);
  const OwnerLock lock(file());
  EXPECT_EQ(bytes_of(lock.path()), fmt::format("{}\n", getpid()));
}

TEST_F(SqliteStore, OwnerLockNeedsADatabaseAndAFolderThatCanBeWritten) {
  EXPECT_EQ(code_of_refusal(file(), [this] { const OwnerLock lock(file()); }), 0);
  EXPECT_TRUE(folder_.names().empty());
  create();
  ASSERT_EQ(chmod(folder_.path().c_str(), 0555), 0);
  EXPECT_EQ(in_child([this] {
              become_nobody();
              return code_of_refusal(folder_.file("store.db.lock"),
                                     [this] { const OwnerLock lock(file()); });
            }),
            0);
}

TEST_F(SqliteStore, WriteAheadLogStaysSmallBesideAReaderThatNeverRests) {
  const auto store = create_sqlite_store(file(), settings_of(1));
  auto logs = store->claim(std::nullopt);
  std::atomic<bool> written{false};
  std::thread auditor([&written, reader = store->reader()] {
    do {
      reader->for_each_entry(0, 0, [](const StoredEntry&) { return true; });
    } while (!written);
  });
  std::uintmax_t longest = 0;
  for (int i = 0; i < 300; ++i) {
    store->commit(large_batch(logs[0]));
    longest = std::max(longest, fs::file_size(folder_.file("store.db-wal")));
  }
  written = true;
  auditor.join();
  EXPECT_GT(fs::file_size(file()), 40U << 20U);
  EXPECT_LE(longest, 64U << 20U);
}

// ---- kill -9 -----------------------------------------------------------------------------------

// Commits batches of ten transitions until it is killed, and says on the pipe how many entries are
// durable.
[[noreturn]] void commit_until_killed(const fs::path& file, int acknowledgements) {
  const auto store = open_sqlite_store(file);
  auto logs = store->claim(std::nullopt);
  for (;;) {
    Batch batch;
    for (int i = 0; i < 10; ++i) {
      const LeafIndex leaf = logs[0].size;
      Batch one = batch_of_everything(logs[0], leaf + 1);
      one.entries[0].bytes.assign(300 + leaf % 700, 'e');
      const auto append = [](auto& to, auto& from) {
        to.insert(to.end(), std::make_move_iterator(from.begin()),
                  std::make_move_iterator(from.end()));
      };
      append(batch.entries, one.entries);
      append(batch.new_cases, one.new_cases);
      append(batch.requests, one.requests);
      append(batch.inbox, one.inbox);
      append(batch.outbox, one.outbox);
      append(batch.dossiers, one.dossiers);
    }
    batch.logs = logs;
    store->commit(batch);
    const std::uint64_t durable = logs[0].size;
    if (write(acknowledgements, &durable, sizeof durable) != sizeof durable) std::_Exit(1);
  }
}

// Kills the writer after some acknowledgements; the last one that it sent.
std::uint64_t kill_after(const fs::path& file, int acknowledgements) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) commit_until_killed(file, ends[1]);
  close(ends[1]);
  std::uint64_t durable = 0;
  for (int i = 0; i < acknowledgements; ++i) {
    EXPECT_EQ(read(ends[0], &durable, sizeof durable), ssize_t{sizeof durable});
  }
  kill(child, SIGKILL);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  while (read(ends[0], &durable, sizeof durable) == ssize_t{sizeof durable}) {
  }
  close(ends[0]);
  return durable;
}

TEST_F(SqliteStore, KilledProcessLosesNothingThatItAcknowledged) {
  create();
  std::uint64_t last = 0;
  for (int round = 0; round < 30; ++round) {
    const std::uint64_t durable = kill_after(file(), 1 + round * 7 % 23);
    EXPECT_GT(durable, last);
    const auto reader = open_sqlite_reader(file());
    const StoredLog log = reader->logs()[0];
    EXPECT_GE(log.size, durable);
    EXPECT_EQ(log.size % 10, 0U);
    EXPECT_EQ(log.epoch, static_cast<std::uint64_t>(round) + 1);
    // Whole batches, in every table, and nothing beyond them.
    const auto entries = entries_of(*reader, 0);
    ASSERT_EQ(entries.size(), log.size);
    for (LeafIndex leaf = 0; leaf < log.size; ++leaf) {
      ASSERT_EQ(entries[leaf].leaf, leaf);
      ASSERT_EQ(entries[leaf].bytes.size(), 300 + leaf % 700);
    }
    EXPECT_EQ(cases_of(*reader).size(), log.size);
    EXPECT_EQ(inbox_of(*reader).size(), log.size);
    EXPECT_EQ(message_ids(*reader).size(), log.size);
    EXPECT_TRUE(reader->dossier(0, log.size - 1).has_value());
    EXPECT_EQ(reader->dossier(0, log.size), std::nullopt);
    EXPECT_TRUE(reader->request(fmt::format("request-{}", log.size)).has_value());
    EXPECT_EQ(reader->request(fmt::format("request-{}", log.size + 1)), std::nullopt);
    last = durable;
  }
}

}  // namespace
}  // namespace reglament::contract
