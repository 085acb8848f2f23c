// What every adapter of the port engine/runtime/store.hpp keeps. A database's own test program
// instantiates the suite with a factory:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, ::testing::Values(&make_sqlite_place));
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "engine/history/merkle.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::contract {

// Where one test's database stands; empty at first, gone with the object.
class StorePlace {
 public:
  StorePlace() = default;
  StorePlace(const StorePlace&) = delete;
  StorePlace& operator=(const StorePlace&) = delete;
  virtual ~StorePlace() = default;

  // Creates the database, once.
  [[nodiscard]] virtual std::unique_ptr<Store> create(const StoreSettings& settings) = 0;
  // One more store on it, as a process would have that takes over or is restarted.
  [[nodiscard]] virtual std::unique_ptr<Store> open() = 0;
  [[nodiscard]] virtual std::unique_ptr<StoreReader> open_reader() = 0;
};

using MakePlace = std::unique_ptr<StorePlace> (*)();

// ---- Values ------------------------------------------------------------------------------------

inline Instant at_second(std::int64_t second) { return Instant(std::chrono::seconds(second)); }

inline Digest digest_of(std::uint64_t number) {
  Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) {
    digest[i] = static_cast<std::uint8_t>(number >> (8 * (i % 8)));
  }
  return digest;
}

// Each of the 256 bytes, NUL first: what a text column or a C string would cut or change.
inline std::string every_byte() {
  std::string bytes(256, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
  return bytes;
}

inline StoreSettings settings_of(std::uint32_t partitions) {
  return {partitions, false, std::nullopt, "2024a"};
}

inline Message notice_of(CaseNumber number) {
  Notice notice;
  notice.case_number = number;
  notice.talon = "KZ-1";
  notice.recipient = Symbol("applicant");
  notice.office = Symbol("kz.dvd.akmola");
  notice.kind = Symbol("granted");
  notice.paragraph = Symbol("003 §8");
  notice.at = at_second(1'436'847'300);
  return notice;
}

inline Message task_of(CaseNumber number) {
  TaskMessage task;
  task.case_number = number;
  task.talon = "KZ-1";
  task.task = 1;
  task.attempt = 2;
  task.regulation = Symbol("border-zone-permit");
  task.edition = Symbol("2015-02");
  task.step = Symbol("review");
  task.office = Symbol("kz.dvd.akmola");
  task.offered_at = at_second(1'436'847'300);
  task.due_at = at_second(1'436'947'300);
  task.reply_to = 3;
  task.outcomes = {Symbol("granted"), Symbol("refused")};
  return task;
}

// ---- Rows as values that can be compared -------------------------------------------------------

inline auto values(const StoredEntry& row) {
  return std::tuple(row.log, row.leaf, row.case_number, row.hash, row.bytes);
}
inline auto values(const StoredCase& row) {
  return std::tuple(row.number, row.log, row.open, row.alarm_at, row.state);
}
inline auto values(const StoredRequest& row) {
  return std::tuple(row.request_id, row.log, row.leaf, row.case_number);
}
inline auto values(const StoredInbox& row) {
  return std::tuple(row.case_number, row.task, row.log, row.leaf);
}
inline auto values(const StoredDossier& row) {
  return std::tuple(row.log, row.leaf, row.case_number, row.salt, row.value);
}
inline auto values(const StoredLog& row) {
  return std::tuple(row.log, row.size, row.root, row.frontier, row.register_seq, row.register_head,
                    row.cases, row.epoch, row.calendar);
}
inline auto values(const StoredCalendarEdition& row) {
  return std::tuple(row.code, row.known_since, row.act, row.text, row.published_at);
}
inline auto values(const StoreSettings& row) {
  return std::tuple(row.partitions, row.virtual_clock, row.clock_now, row.tzdata_version);
}

inline std::vector<StoredEntry> entries_of(StoreReader& reader, LogId log, LeafIndex first = 0) {
  std::vector<StoredEntry> rows;
  reader.for_each_entry(log, first, [&](const StoredEntry& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

inline std::vector<StoredCase> cases_of(StoreReader& reader, bool only_open = false) {
  std::vector<StoredCase> rows;
  reader.for_each_case(std::nullopt, only_open, [&](const StoredCase& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

inline std::vector<std::uint64_t> message_ids(StoreReader& reader) {
  std::vector<std::uint64_t> ids;
  reader.for_each_message(std::nullopt, [&](const OutboxMessage& message) {
    ids.push_back(message.id);
    return true;
  });
  return ids;
}

inline std::vector<StoredInbox> inbox_of(StoreReader& reader) {
  std::vector<StoredInbox> rows;
  reader.for_each_inbox([&](const StoredInbox& row) {
    rows.push_back(row);
    return true;
  });
  return rows;
}

inline std::vector<CaseNumber> numbers_of(const std::vector<StoredCase>& rows) {
  std::vector<CaseNumber> numbers;
  for (const StoredCase& row : rows) numbers.push_back(row.number);
  return numbers;
}

// Adds one entry to the log and to the batch.
inline StoredEntry& add_entry(Batch& batch, StoredLog& log, CaseNumber number = 1) {
  batch.entries.push_back({log.log, log.size, number, digest_of(log.size), "entry"});
  ++log.size;
  return batch.entries.back();
}

// A batch of one row of each kind, for the case with that number.
inline Batch batch_of_everything(StoredLog& log, CaseNumber number) {
  Batch batch;
  const LeafIndex leaf = add_entry(batch, log, number).leaf;
  batch.new_cases.push_back({number, log.log, true, at_second(1000), "state"});
  batch.requests.push_back({"request-" + std::to_string(number), log.log, leaf, number});
  batch.inbox.push_back({number, 1, log.log, leaf});
  batch.outbox.push_back({number, log.log, task_of(number)});
  batch.dossiers.push_back({log.log, leaf, number, digest_of(number), "value"});
  ++log.cases;
  batch.logs = {log};
  return batch;
}

inline Batch batch_of_cases(const StoredLog& log, std::vector<StoredCase> rows) {
  Batch batch;
  batch.new_cases = std::move(rows);
  batch.logs = {log};
  return batch;
}

// ---- The suite ---------------------------------------------------------------------------------

class StoreContract : public ::testing::TestWithParam<MakePlace> {
 protected:
  void create(std::uint32_t partitions) {
    store_ = place_->create(settings_of(partitions));
    logs_ = store_->claim(std::nullopt);
    reader_ = store_->reader();
  }
  void commit(const Batch& batch) { store_->commit(batch); }

  // Nothing of batch_of_everything(log, number) is to be seen.
  void expect_no_trace(CaseNumber number, const StoredLog& before) {
    StoreReader& reader = *reader_;
    EXPECT_EQ(reader.entry(before.log, before.size), std::nullopt);
    EXPECT_EQ(reader.case_state(number), std::nullopt);
    EXPECT_EQ(reader.request("request-" + std::to_string(number)), std::nullopt);
    EXPECT_EQ(reader.dossier(before.log, before.size), std::nullopt);
    for (const StoredInbox& row : inbox_of(reader)) EXPECT_NE(row.case_number, number);
    for (const std::uint64_t id : message_ids(reader)) EXPECT_NE(id, number);
    EXPECT_EQ(reader.logs()[before.log].size, before.size);
    EXPECT_EQ(reader.logs()[before.log].cases, before.cases);
  }

  std::unique_ptr<StorePlace> place_ = GetParam()();
  std::unique_ptr<Store> store_;
  std::unique_ptr<StoreReader> reader_;
  std::vector<StoredLog> logs_;
};

TEST_P(StoreContract, SettingsAreThoseOfTheCreation) {
  const StoreSettings settings{7, true, at_second(1'436'847'300), "2024a"};
  place_->create(settings).reset();
  EXPECT_EQ(values(place_->open_reader()->settings()), values(settings));
}

TEST_P(StoreContract, SystemClockHasNoInstantInTheSettings) {
  create(1);
  EXPECT_EQ(values(reader_->settings()), values(settings_of(1)));
}

TEST_P(StoreContract, IsCreatedOnce) {
  create(2);
  EXPECT_THROW(static_cast<void>(place_->create(settings_of(3))), Unavailable);
  EXPECT_EQ(reader_->settings().partitions, 2U);
}

TEST_P(StoreContract, NewLogsAreEmptyAndFree) {
  static_cast<void>(place_->create(settings_of(3)));
  const auto logs = place_->open_reader()->logs();
  ASSERT_EQ(logs.size(), 3U);
  const MerkleFrontier empty;
  for (LogId log = 0; log < 3; ++log) {
    EXPECT_EQ(values(logs[log]),
              values(StoredLog{log, 0, empty.root(), empty.encode(), 0, {}, 0, 0}));
  }
  EXPECT_TRUE(cases_of(*place_->open_reader()).empty());
  EXPECT_EQ(place_->open_reader()->next_alarm(std::nullopt, Instant::min()), std::nullopt);
}

TEST_P(StoreContract, EachRowComesBackAsItWasWritten) {
  create(2);
  StoredLog& log = logs_[1];
  Batch batch = batch_of_everything(log, 8);
  log.root = digest_of(77);
  log.frontier = every_byte();
  log.register_seq = 5;
  log.register_head = digest_of(78);
  batch.logs = {log};
  commit(batch);

  EXPECT_EQ(values(reader_->logs()[1]), values(log));
  EXPECT_EQ(values(reader_->logs()[0]), values(logs_[0]));
  EXPECT_EQ(values(reader_->entry(1, 0).value()), values(batch.entries[0]));
  EXPECT_EQ(reader_->case_state(8), "state");
  EXPECT_EQ(values(cases_of(*reader_).at(0)), values(batch.new_cases[0]));
  EXPECT_EQ(values(reader_->request("request-8").value()), values(batch.requests[0]));
  EXPECT_EQ(values(inbox_of(*reader_).at(0)), values(batch.inbox[0]));
  EXPECT_EQ(values(reader_->dossier(1, 0).value()), values(batch.dossiers[0]));
  reader_->for_each_message(std::nullopt, [&](const OutboxMessage& message) {
    EXPECT_EQ(message.id, 8U);
    EXPECT_EQ(message.log, 1U);
    EXPECT_EQ(message.message, task_of(8));
    return true;
  });
}

TEST_P(StoreContract, WhatIsNotThereIsNothing) {
  create(1);
  EXPECT_EQ(reader_->case_state(1), std::nullopt);
  EXPECT_EQ(reader_->entry(0, 0), std::nullopt);
  EXPECT_EQ(reader_->entry(9, 0), std::nullopt);
  EXPECT_EQ(reader_->request("unknown"), std::nullopt);
  EXPECT_EQ(reader_->dossier(0, 0), std::nullopt);
  EXPECT_TRUE(entries_of(*reader_, 9).empty());
}

TEST_P(StoreContract, BytesMayBeAny) {
  create(1);
  Batch batch;
  const std::vector<std::string> any = {std::string(), std::string(1, '\0'), every_byte(),
                                        std::string("\xFF\xFE\x00'\"\\", 6),
                                        std::string(1U << 20U, '\0') + "end"};
  for (CaseNumber i = 0; i < any.size(); ++i) {
    add_entry(batch, logs_[0], i + 1).bytes = any[i];
    batch.new_cases.push_back({i + 1, 0, true, std::nullopt, any[i]});
    batch.dossiers.push_back({0, i, i + 1, digest_of(i), any[i]});
  }
  batch.logs = logs_;
  commit(batch);
  for (CaseNumber i = 0; i < any.size(); ++i) {
    EXPECT_EQ(reader_->entry(0, i)->bytes, any[i]) << i;
    EXPECT_EQ(reader_->case_state(i + 1), any[i]) << i;
    EXPECT_EQ(reader_->dossier(0, i)->value, any[i]) << i;
    EXPECT_EQ(entries_of(*reader_, 0)[i].bytes, any[i]) << i;
    EXPECT_EQ(cases_of(*reader_)[i].state, any[i]) << i;
  }
}

TEST_P(StoreContract, NumbersAndInstantsKeepTheirWholeRange) {
  create(1);
  constexpr std::uint64_t large = std::numeric_limits<std::int64_t>::max() - 1;
  const Instant early = at_second(-62'135'596'800);  // 0001-01-01
  const Instant late = at_second(253'402'300'799) + std::chrono::microseconds(999'999);  // 9999
  Batch batch;
  batch.entries.push_back({0, large, large, digest_of(large), "entry"});
  batch.new_cases.push_back({large - 1, 0, true, early, "early"});
  batch.new_cases.push_back({large, 0, true, late, "late"});
  batch.inbox.push_back({large, std::numeric_limits<std::uint32_t>::max(), 0, large});
  logs_[0].size = large;
  logs_[0].cases = large;
  logs_[0].register_seq = std::numeric_limits<std::uint32_t>::max();
  batch.logs = logs_;
  commit(batch);
  EXPECT_EQ(values(reader_->logs()[0]), values(logs_[0]));
  EXPECT_EQ(values(reader_->entry(0, large).value()), values(batch.entries[0]));
  EXPECT_EQ(entries_of(*reader_, 0, large).size(), 1U);
  EXPECT_EQ(values(cases_of(*reader_)[0]), values(batch.new_cases[0]));
  EXPECT_EQ(values(cases_of(*reader_)[1]), values(batch.new_cases[1]));
  EXPECT_EQ(values(inbox_of(*reader_)[0]), values(batch.inbox[0]));
  EXPECT_EQ(reader_->next_alarm(std::nullopt, Instant::min()), early);
  EXPECT_EQ(reader_->next_alarm(std::nullopt, early), late);
}

TEST_P(StoreContract, EveryReaderSeesEachCommitThatReturned) {
  create(1);
  const auto other = place_->open_reader();
  for (CaseNumber number = 1; number <= 20; ++number) {
    commit(batch_of_everything(logs_[0], number));
    for (StoreReader* const reader : {reader_.get(), other.get()}) {
      EXPECT_EQ(reader->case_state(number), "state");
      EXPECT_EQ(reader->logs()[0].size, number);
      EXPECT_EQ(entries_of(*reader, 0).size(), number);
      EXPECT_EQ(cases_of(*reader).size(), number);
      EXPECT_EQ(message_ids(*reader).size(), number);
    }
  }
}

TEST_P(StoreContract, EverythingIsThereAfterReopening) {
  create(2);
  for (CaseNumber number = 1; number <= 3; ++number) {
    commit(batch_of_everything(logs_[0], number));
  }
  reader_.reset();
  store_.reset();
  store_ = place_->open();
  reader_ = place_->open_reader();
  EXPECT_EQ(numbers_of(cases_of(*reader_)), (std::vector<CaseNumber>{1, 2, 3}));
  EXPECT_EQ(values(reader_->logs()[0]), values(logs_[0]));
  // And it goes on from there.
  logs_ = store_->claim(std::nullopt);
  commit(batch_of_everything(logs_[0], 4));
  EXPECT_EQ(entries_of(*reader_, 0).size(), 4U);
}

TEST_P(StoreContract, ClockStandsWhereTheLastBatchSaid) {
  static_cast<void>(place_->create({1, true, at_second(5), "2024a"}));
  store_ = place_->open();
  static_cast<void>(store_->claim(std::nullopt));
  Batch batch;
  batch.clock_now = at_second(6) + std::chrono::microseconds(1);
  commit(batch);
  EXPECT_EQ(place_->open_reader()->settings().clock_now, batch.clock_now);
}

// ---- Cases and alarms

TEST_P(StoreContract, ChangedCaseIsReplaced) {
  create(1);
  commit(batch_of_cases(
      logs_[0], {{1, 0, true, at_second(10), "opened"}, {2, 0, true, at_second(20), "other"}}));
  Batch batch;
  batch.changed_cases.push_back({1, 0, false, std::nullopt, "closed"});
  batch.logs = logs_;
  commit(batch);
  EXPECT_EQ(reader_->case_state(1), "closed");
  EXPECT_EQ(reader_->case_state(2), "other");
  EXPECT_EQ(numbers_of(cases_of(*reader_, true)), (std::vector<CaseNumber>{2}));
  EXPECT_EQ(numbers_of(cases_of(*reader_, false)), (std::vector<CaseNumber>{1, 2}));
  EXPECT_EQ(reader_->next_alarm(std::nullopt, Instant::min()), at_second(20));
}

TEST_P(StoreContract, ClosedCaseMayBeOpenedAgain) {
  create(1);
  commit(batch_of_cases(logs_[0], {{1, 0, false, std::nullopt, "closed"},
                                   {2, 0, true, at_second(20), "open"},
                                   {3, 0, true, at_second(30), "open"}}));
  Batch batch;
  batch.changed_cases.push_back({1, 0, true, at_second(10), "reopened"});
  batch.changed_cases.push_back({2, 0, true, at_second(40), "moved"});
  batch.changed_cases.push_back({3, 0, false, std::nullopt, "closed"});
  batch.logs = logs_;
  commit(batch);
  const auto rows = cases_of(*reader_);
  ASSERT_EQ(rows.size(), 3U);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(values(rows[i]), values(batch.changed_cases[i]));
  }
  EXPECT_EQ(numbers_of(cases_of(*reader_, true)), (std::vector<CaseNumber>{1, 2}));
  EXPECT_EQ(reader_->next_alarm(std::nullopt, at_second(10)), at_second(40));
}

TEST_P(StoreContract, AlarmsComeEarliestFirstUpToTheLimit) {
  create(1);
  commit(batch_of_cases(logs_[0], {{1, 0, true, at_second(30), "a"},
                                   {2, 0, true, at_second(10), "b"},
                                   {3, 0, true, std::nullopt, "c"},
                                   {4, 0, true, at_second(20), "d"},
                                   {5, 0, true, at_second(10), "e"},
                                   {6, 0, true, at_second(-10), "f"}}));
  using Numbers = std::vector<CaseNumber>;
  const auto due = [&](AlarmPlace after, Instant until, std::size_t limit) {
    return numbers_of(reader_->cases_with_alarm(std::nullopt, after, until, limit));
  };
  EXPECT_EQ(due({}, at_second(20), 10), (Numbers{6, 2, 5, 4}));
  EXPECT_EQ(due({}, at_second(20), 2), (Numbers{6, 2}));
  EXPECT_EQ(due({}, at_second(20) - std::chrono::microseconds(1), 10), (Numbers{6, 2, 5}));
  EXPECT_EQ(due({}, at_second(1000), std::numeric_limits<std::size_t>::max()),
            (Numbers{6, 2, 5, 4, 1}));
  EXPECT_EQ(due({}, at_second(-11), 10), Numbers{});
  EXPECT_EQ(due({at_second(10), 2}, at_second(30), 10), (Numbers{5, 4, 1}));
  EXPECT_EQ(due({at_second(10), 2}, at_second(30), 2), (Numbers{5, 4}));
  EXPECT_EQ(due({at_second(10), 5}, at_second(10), 10), Numbers{});
  EXPECT_EQ(due({at_second(20), 4}, at_second(10), 10), Numbers{});
  const auto rows = reader_->cases_with_alarm(std::nullopt, {}, at_second(10), 10);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(values(rows[1]), values(StoredCase{2, 0, true, at_second(10), "b"}));
}

TEST_P(StoreContract, NextAlarmIsLaterThanWhatItIsAskedFor) {
  create(1);
  commit(batch_of_cases(logs_[0],
                        {{1, 0, true, at_second(30), "a"}, {2, 0, true, at_second(10), "b"}}));
  EXPECT_EQ(reader_->next_alarm(std::nullopt, Instant::min()), at_second(10));
  EXPECT_EQ(reader_->next_alarm(std::nullopt, at_second(10)), at_second(30));
  EXPECT_EQ(reader_->next_alarm(std::nullopt, at_second(30)), std::nullopt);
}

TEST_P(StoreContract, CasesComeInTheOrderOfTheirNumbers) {
  create(2);
  Batch batch;
  constexpr CaseNumber count = 2500;
  for (CaseNumber number = count; number > 0; --number) {
    batch.new_cases.push_back({number, static_cast<LogId>((number - 1) % 2), number % 3 == 0,
                               std::nullopt, std::to_string(number)});
  }
  batch.logs = logs_;
  commit(batch);
  const auto all = cases_of(*reader_);
  ASSERT_EQ(all.size(), count);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].number, i + 1);
    EXPECT_EQ(all[i].state, std::to_string(i + 1));
  }
  const auto open = cases_of(*reader_, true);
  ASSERT_EQ(open.size(), count / 3);
  for (std::size_t i = 0; i < open.size(); ++i) EXPECT_EQ(open[i].number, 3 * (i + 1));
}

// ---- Histories

TEST_P(StoreContract, OpenCasesComeInPortions) {
  create(2);
  std::vector<StoredCase> rows;
  for (CaseNumber number = 1; number <= 8; ++number) {
    const bool open = number != 5;
    rows.push_back({number, static_cast<LogId>((number - 1) % 2), open,
                    open ? std::optional(at_second(100)) : std::nullopt, every_byte()});
  }
  commit(batch_of_cases(logs_[0], rows));
  const auto first = reader_->open_cases(std::nullopt, 0, 3);
  ASSERT_EQ(first.size(), 3U);
  EXPECT_EQ(values(first.front()), values(rows.front()));
  EXPECT_EQ(numbers_of(reader_->open_cases(std::nullopt, 3, 10)),
            (std::vector<CaseNumber>{4, 6, 7, 8}));
  EXPECT_EQ(numbers_of(reader_->open_cases(LogId{0}, 1, 10)), (std::vector<CaseNumber>{3, 7}));
  EXPECT_TRUE(reader_->open_cases(LogId{1}, 8, 10).empty());
}

TEST_P(StoreContract, CalendarEditionsComeByTheirDates) {
  create(1);
  EXPECT_TRUE(reader_->calendar_editions().empty());
  const StoredCalendarEdition later{"kz-2027-01-15", Date(std::chrono::days(20'833)),
                                    "resolution 1 of 15 January 2027, \"moved\"", every_byte(),
                                    at_second(1'800'000'000)};
  const StoredCalendarEdition earlier{"kz-1965-02-01", Date(std::chrono::days(-1'795)), "act", "",
                                      at_second(1'800'000'001)};
  Batch batch;
  batch.calendar_editions = {later, earlier};
  commit(batch);
  const auto found = place_->open_reader()->calendar_editions();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(values(found[0]), values(earlier));
  EXPECT_EQ(values(found[1]), values(later));
}

TEST_P(StoreContract, LogNamesTheCalendarThatItFollows) {
  create(2);
  EXPECT_EQ(reader_->logs()[1].calendar, "");
  Batch batch;
  logs_[1].calendar = "kz-2014-04-18";
  batch.logs = {logs_[1]};
  EXPECT_FALSE(batch.is_empty());
  commit(batch);
  EXPECT_EQ(reader_->logs()[0].calendar, "");
  EXPECT_EQ(reader_->logs()[1].calendar, "kz-2014-04-18");
}

TEST_P(StoreContract, FormerOwnerPublishesNoCalendar) {
  create(1);
  static_cast<void>(place_->open()->claim(std::nullopt));
  Batch batch;
  batch.calendar_editions = {
      {"kz-2027-01-15", Date(std::chrono::days(20'833)), "act", "text", at_second(1'800'000'000)}};
  EXPECT_THROW(commit(batch), Fenced);
  EXPECT_TRUE(reader_->calendar_editions().empty());
}

TEST_P(StoreContract, EachLogHasItsOwnEntries) {
  constexpr std::uint32_t partitions = 64;
  constexpr LeafIndex each = 40;
  create(partitions);
  Batch batch;
  for (LeafIndex leaf = 0; leaf < each; ++leaf) {
    for (StoredLog& log : logs_)
      add_entry(batch, log).bytes = std::to_string(log.log * 1000 + leaf);
  }
  batch.logs = logs_;
  commit(batch);
  for (LogId log = 0; log < partitions; ++log) {
    const auto rows = entries_of(*reader_, log);
    ASSERT_EQ(rows.size(), each);
    for (LeafIndex leaf = 0; leaf < each; ++leaf) {
      EXPECT_EQ(rows[leaf].leaf, leaf);
      EXPECT_EQ(rows[leaf].bytes, std::to_string(log * 1000 + leaf));
    }
    EXPECT_EQ(values(reader_->logs()[log]), values(logs_[log]));
  }
}

TEST_P(StoreContract, EntriesAscendFromTheOneThatIsAskedFor) {
  create(1);
  constexpr LeafIndex count = 2500;
  Batch batch;
  for (LeafIndex leaf = 0; leaf < count; ++leaf) add_entry(batch, logs_[0], leaf + 1);
  batch.logs = logs_;
  commit(batch);
  for (const LeafIndex first :
       {LeafIndex{0}, LeafIndex{1}, LeafIndex{999}, LeafIndex{1500}, count - 1, count, count + 1}) {
    const auto rows = entries_of(*reader_, 0, first);
    ASSERT_EQ(rows.size(), count - std::min(first, count)) << first;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].leaf, first + i);
      EXPECT_EQ(rows[i].case_number, first + i + 1);
      EXPECT_EQ(rows[i].hash, digest_of(first + i));
    }
  }
}

TEST_P(StoreContract, ReadingMayEndEarlyAndBeginAgain) {
  create(1);
  for (CaseNumber number = 1; number <= 3; ++number) {
    commit(batch_of_everything(logs_[0], number));
  }
  int seen = 0;
  const auto stop = [&seen](const auto&) { return ++seen % 2 == 1; };
  reader_->for_each_entry(0, 0, stop);
  reader_->for_each_case(std::nullopt, false, stop);
  reader_->for_each_case(std::nullopt, true, stop);
  reader_->for_each_inbox(stop);
  reader_->for_each_message(std::nullopt, stop);
  EXPECT_EQ(seen, 10);
  struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
  };
  const auto fail = [](const auto&) -> bool { throw Broken("visit"); };
  EXPECT_THROW(reader_->for_each_entry(0, 0, fail), Broken);
  EXPECT_THROW(reader_->for_each_case(std::nullopt, false, fail), Broken);
  EXPECT_THROW(reader_->for_each_message(std::nullopt, fail), Broken);
  // No reading that ended so keeps an old view.
  commit(batch_of_everything(logs_[0], 4));
  EXPECT_EQ(entries_of(*reader_, 0).size(), 4U);
  EXPECT_EQ(cases_of(*reader_).size(), 4U);
  EXPECT_EQ(message_ids(*reader_).size(), 4U);
}

TEST_P(StoreContract, VisitMayAskTheReaderForMore) {
  create(1);
  for (CaseNumber number = 1; number <= 3; ++number) {
    commit(batch_of_everything(logs_[0], number));
  }
  int answered = 0;
  reader_->for_each_case(std::nullopt, false, [&](const StoredCase& row) {
    answered += reader_->case_state(row.number) == row.state ? 1 : 0;
    answered += reader_->entry(0, row.number - 1).has_value() ? 1 : 0;
    return true;
  });
  EXPECT_EQ(answered, 6);
}

TEST_P(StoreContract, ReaderIsWholeWhileTheWriterCommits) {
  create(1);
  std::atomic<bool> written{false};
  std::uint64_t looks = 0;
  bool ascending = true;
  bool whole = true;
  std::thread watcher([&, reader = place_->open_reader()] {
    std::uint64_t last = 0;
    do {
      const std::uint64_t size = reader->logs()[0].size;
      const auto entries = entries_of(*reader, 0, last);
      ascending = ascending && size >= last;
      // Ten entries a commit: neither the log nor its entries may show a part of one.
      whole = whole && size % 10 == 0 && last + entries.size() >= size &&
              (last + entries.size()) % 10 == 0;
      last = size;
      ++looks;
    } while (!written);
  });
  for (int i = 0; i < 60; ++i) {
    Batch batch;
    for (int j = 0; j < 10; ++j) add_entry(batch, logs_[0]);
    batch.logs = logs_;
    commit(batch);
  }
  written = true;
  watcher.join();
  EXPECT_TRUE(ascending);
  EXPECT_TRUE(whole);
  EXPECT_GE(looks, 1U);
  EXPECT_EQ(entries_of(*reader_, 0).size(), 600U);
}

// ---- Requests, inbox, outbox

TEST_P(StoreContract, RequestIsFoundByItsExactId) {
  create(1);
  const std::vector<std::string> ids = {
      "a", "A", "a ", "заявка-№1", "'; DROP TABLE log; --", std::string(128, 'x')};
  Batch batch;
  for (LeafIndex i = 0; i < ids.size(); ++i) {
    add_entry(batch, logs_[0], i);
    batch.requests.push_back({ids[i], 0, i, i});  // the first was refused: case 0
  }
  batch.logs = logs_;
  commit(batch);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(values(reader_->request(ids[i]).value()), values(batch.requests[i]));
  }
  EXPECT_EQ(reader_->request(""), std::nullopt);
  EXPECT_EQ(reader_->request("заявка"), std::nullopt);
}

TEST_P(StoreContract, ManyRequestsAreAskedForAtOnce) {
  create(1);
  Batch batch;
  for (LeafIndex i = 0; i < 300; ++i) {
    add_entry(batch, logs_[0], i);
    batch.requests.push_back({fmt::format("заявка {}", i), 0, i, i});
  }
  batch.logs = logs_;
  commit(batch);

  std::vector<std::string> ids;
  for (int i = 150; i < 450; ++i) ids.push_back(fmt::format("заявка {}", i));
  const std::vector<std::string_view> asked(ids.begin(), ids.end());
  std::map<std::string, StoredRequest> found;
  for (const StoredRequest& known : reader_->requests(asked)) found[known.request_id] = known;
  EXPECT_EQ(found.size(), 150U);
  for (std::size_t i = 0; i < 150; ++i) {
    EXPECT_EQ(values(found.at(ids[i])), values(batch.requests[150 + i]));
  }
  EXPECT_TRUE(reader_->requests({}).empty());
}

TEST_P(StoreContract, MessagesLeaveTheOutboxUpToTheConfirmedOne) {
  create(1);
  Batch first;
  for (std::uint64_t id = 1; id <= 5; ++id) first.outbox.push_back({id, 0, notice_of(id)});
  first.logs = logs_;
  commit(first);
  Batch second;
  second.outbox_confirmed_through = 3;
  second.outbox.push_back({6, 0, Revocation{6, 1, Symbol("kz.dvd.akmola")}});
  second.logs = logs_;
  commit(second);
  EXPECT_EQ(message_ids(*reader_), (std::vector<std::uint64_t>{4, 5, 6}));
  Batch third;
  third.outbox_confirmed_through = 6;
  commit(third);
  EXPECT_TRUE(message_ids(*reader_).empty());
}

TEST_P(StoreContract, ConfirmationMayStopAnywhereInTheMessagesOfACommit) {
  create(2);
  constexpr std::uint64_t count = 1000;
  Batch batch;
  for (std::uint64_t id = 1; id <= count; ++id) batch.outbox.push_back({id, 0, notice_of(id)});
  TaskMessage long_one = std::get<TaskMessage>(task_of(count + 1));
  for (int i = 0; i < 62; ++i) {
    long_one.outcomes.emplace_back(fmt::format("an-outcome-of-{:050}", i));
    long_one.grounds.emplace_back(fmt::format("a-ground-of-{:052}", i));
  }
  batch.outbox.push_back({count + 1, 0, long_one});
  batch.outbox.push_back({500, 1, notice_of(500)});
  batch.logs = logs_;
  commit(batch);
  for (const std::uint64_t through : {1U, 2U, 400U, 401U, 999U, 1000U}) {
    Batch confirmed;
    confirmed.share = 0;
    confirmed.outbox_confirmed_through = through;
    commit(confirmed);
    std::vector<std::uint64_t> left;
    reader_->for_each_message(0, [&](const OutboxMessage& message) {
      if (message.id == count + 1) {
        EXPECT_EQ(message.message, Message(long_one));
      }
      left.push_back(message.id);
      return true;
    });
    std::vector<std::uint64_t> expected(count + 1 - through);
    std::iota(expected.begin(), expected.end(), through + 1);
    EXPECT_EQ(left, expected) << "confirmed through " << through;
  }
  EXPECT_EQ(message_ids(*reader_), (std::vector<std::uint64_t>{500, count + 1}));
}

TEST_P(StoreContract, MessagesComeInTheOrderOfDeciding) {
  create(2);
  Batch batch;
  constexpr std::uint64_t count = 2500;
  for (std::uint64_t id = count; id > 0; --id) {
    batch.outbox.push_back({id, static_cast<LogId>(id % 2), notice_of(id)});
  }
  batch.logs = logs_;
  commit(batch);
  std::uint64_t last = 0;
  reader_->for_each_message(std::nullopt, [&](const OutboxMessage& message) {
    EXPECT_EQ(message.id, ++last);
    EXPECT_EQ(message.log, last % 2);
    EXPECT_EQ(message.message, notice_of(last));
    return true;
  });
  EXPECT_EQ(last, count);
}

TEST_P(StoreContract, InboxIsReadWhole) {
  create(1);
  Batch batch;
  for (CaseNumber number = 1; number <= 50; ++number) {
    for (std::uint32_t task = 1; task <= 50; ++task) {
      batch.inbox.push_back({number, task, 0, number * 100 + task});
    }
  }
  batch.logs = logs_;
  commit(batch);
  const auto rows = inbox_of(*reader_);
  ASSERT_EQ(rows.size(), batch.inbox.size());
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(values(rows[i]), values(batch.inbox[i]));
}

// ---- Ownership

TEST_P(StoreContract, ClaimRaisesTheEpochOfEveryLogDurably) {
  create(3);
  for (const StoredLog& log : logs_) EXPECT_EQ(log.epoch, 1U);
  for (const StoredLog& log : place_->open()->claim(std::nullopt)) EXPECT_EQ(log.epoch, 2U);
  reader_.reset();
  store_.reset();
  for (const StoredLog& log : place_->open_reader()->logs()) EXPECT_EQ(log.epoch, 2U);
}

TEST_P(StoreContract, FormerOwnerCanCommitNothing) {
  create(2);
  commit(batch_of_everything(logs_[0], 1));
  const auto next = place_->open();
  auto next_logs = next->claim(std::nullopt);
  EXPECT_EQ(next_logs[0].size, 1U);

  const StoredLog before = logs_[0];
  const Batch late = batch_of_everything(logs_[0], 2);
  EXPECT_THROW(commit(late), Fenced);
  EXPECT_THROW(commit(late), Fenced);
  expect_no_trace(2, before);

  next->commit(batch_of_everything(next_logs[0], 3));
  EXPECT_EQ(reader_->case_state(3), "state");
  EXPECT_EQ(entries_of(*reader_, 0).size(), 2U);
  // An owner that asks again is one again.
  logs_ = store_->claim(std::nullopt);
  commit(batch_of_everything(logs_[0], 4));
  EXPECT_EQ(entries_of(*reader_, 0).size(), 3U);
  EXPECT_THROW(next->commit(batch_of_everything(next_logs[0], 5)), Fenced);
}

TEST_P(StoreContract, FormerOwnerIsFencedWithoutEntriesToo) {
  static_cast<void>(place_->create({1, true, at_second(5), "2024a"}));
  store_ = place_->open();
  reader_ = place_->open_reader();
  logs_ = store_->claim(std::nullopt);
  commit(batch_of_everything(logs_[0], 1));
  static_cast<void>(place_->open()->claim(std::nullopt));
  Batch tidying;
  tidying.outbox_confirmed_through = 1;
  EXPECT_THROW(commit(tidying), Fenced);
  Batch ticking;
  ticking.clock_now = at_second(6);
  EXPECT_THROW(commit(ticking), Fenced);
  EXPECT_EQ(message_ids(*reader_), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(reader_->settings().clock_now, at_second(5));
}

TEST_P(StoreContract, OneStaleLogUndoesTheWholeBatch) {
  create(2);
  const StoredLog before = logs_[0];
  Batch batch = batch_of_everything(logs_[0], 1);
  StoredLog stale = logs_[1];
  --stale.epoch;
  batch.logs.push_back(stale);
  EXPECT_THROW(commit(batch), Fenced);
  expect_no_trace(1, before);
  // The connection is as good as before.
  batch.logs.pop_back();
  commit(batch);
  EXPECT_EQ(reader_->case_state(1), "state");
}

// ---- Shares: several owners of one database, each with a partition

TEST_P(StoreContract, ClaimOfAShareRaisesItsEpochOnly) {
  create(3);
  const auto rows = place_->open()->claim(1);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].epoch, 1U);
  EXPECT_EQ(rows[1].epoch, 2U);
  EXPECT_EQ(rows[2].epoch, 1U);
  EXPECT_EQ(values(reader_->logs()[1]), values(rows[1]));
}

TEST_P(StoreContract, OwnersOfDifferentSharesDoNotFenceEachOther) {
  static_cast<void>(place_->create({2, true, at_second(5), "2024a"}));
  store_ = place_->open();
  reader_ = place_->open_reader();
  const auto other = place_->open();
  logs_ = store_->claim(0);
  auto other_logs = other->claim(1);
  Batch ours = batch_of_everything(logs_[0], 1);
  ours.share = 0;
  Batch theirs = batch_of_everything(other_logs[1], 2);
  theirs.share = 1;
  commit(ours);
  other->commit(theirs);
  Batch ticking;
  ticking.share = 0;
  ticking.clock_now = at_second(7);
  commit(ticking);
  ticking.share = 1;
  ticking.clock_now = at_second(6);
  other->commit(ticking);
  EXPECT_EQ(reader_->settings().clock_now, at_second(7));

  static_cast<void>(place_->open()->claim(1));
  EXPECT_THROW(other->commit(ticking), Fenced);
  Batch more = batch_of_everything(logs_[0], 3);
  more.share = 0;
  commit(more);
  EXPECT_EQ(numbers_of(cases_of(*reader_)), (std::vector<CaseNumber>{1, 2, 3}));
}

TEST_P(StoreContract, EachShareSeesItsOwnCasesAlarmsAndMessages) {
  create(2);
  using Numbers = std::vector<CaseNumber>;
  Batch batch = batch_of_cases(logs_[0], {{1, 0, true, at_second(10), "a"},
                                          {2, 1, true, at_second(20), "b"},
                                          {3, 0, false, std::nullopt, "c"},
                                          {5, 0, true, at_second(30), "d"}});
  batch.outbox = {{1, 0, notice_of(1)}, {2, 1, notice_of(2)}, {3, 0, notice_of(5)}};
  batch.logs = logs_;
  commit(batch);
  const auto cases = [&](Share share, bool only_open) {
    Numbers numbers;
    reader_->for_each_case(share, only_open, [&](const StoredCase& row) {
      numbers.push_back(row.number);
      return true;
    });
    return numbers;
  };
  EXPECT_EQ(cases(0, false), (Numbers{1, 3, 5}));
  EXPECT_EQ(cases(0, true), (Numbers{1, 5}));
  EXPECT_EQ(cases(1, false), (Numbers{2}));
  EXPECT_EQ(numbers_of(reader_->cases_with_alarm(0, {}, at_second(30), 10)), (Numbers{1, 5}));
  EXPECT_EQ(numbers_of(reader_->cases_with_alarm(0, {}, at_second(30), 1)), (Numbers{1}));
  EXPECT_EQ(numbers_of(reader_->cases_with_alarm(1, {}, at_second(30), 10)), (Numbers{2}));
  EXPECT_EQ(reader_->next_alarm(1, Instant::min()), at_second(20));
  EXPECT_EQ(reader_->next_alarm(0, at_second(10)), at_second(30));
  EXPECT_EQ(reader_->next_alarm(1, at_second(20)), std::nullopt);
  std::vector<std::uint64_t> ids;
  reader_->for_each_message(0, [&](const OutboxMessage& message) {
    ids.push_back(message.id);
    return true;
  });
  EXPECT_EQ(ids, (std::vector<std::uint64_t>{1, 3}));
}

TEST_P(StoreContract, OutboxesOfTwoSharesCountForThemselves) {
  create(2);
  Batch batch;
  batch.outbox = {
      {1, 0, notice_of(1)}, {2, 0, notice_of(1)}, {1, 1, notice_of(2)}, {2, 1, notice_of(2)}};
  batch.logs = logs_;
  commit(batch);
  Batch confirmed;
  confirmed.share = 1;
  confirmed.outbox_confirmed_through = 1;
  commit(confirmed);
  std::vector<std::pair<std::uint64_t, LogId>> left;
  reader_->for_each_message(std::nullopt, [&](const OutboxMessage& message) {
    left.emplace_back(message.id, message.log);
    return true;
  });
  EXPECT_EQ(left, (std::vector<std::pair<std::uint64_t, LogId>>{{1, 0}, {2, 0}, {2, 1}}));
}

// ---- Keys: a second row under one is a defect of ours, and nothing of its batch may stay

using StoreContractDeathTest = StoreContract;

TEST_P(StoreContractDeathTest, BatchThatRepeatsAKeyEndsTheProcessAndLeavesNothing) {
  create(1);
  commit(batch_of_everything(logs_[0], 1));
  StoredLog log = logs_[0];
  const Batch good = batch_of_everything(log, 2);
  const auto broken = [&good](auto change) {
    Batch batch = good;
    change(batch);
    return batch;
  };
  const std::vector<std::pair<const char*, Batch>> batches = {
      {"entry", broken([](Batch& b) { b.entries[0].leaf = 0; })},
      {"case", broken([](Batch& b) { b.new_cases[0].number = 1; })},
      {"inbox", broken([](Batch& b) { b.inbox[0].case_number = 1; })},
      {"request", broken([](Batch& b) { b.requests[0].request_id = "request-1"; })},
      {"outbox", broken([](Batch& b) { b.outbox[0].id = 1; })},
      {"dossier", broken([](Batch& b) { b.dossiers[0].leaf = 0; })},
      {"changed case", broken([](Batch& b) {
         b.changed_cases.push_back({9, 0, true, {}, "x"});
       })},
  };
  // A process that dies must not share a connection with this one.
  reader_.reset();
  store_.reset();
  for (const auto& [name, batch] : batches) {
    constexpr int defect_code = 70;
    EXPECT_EXIT(place_->open()->commit(batch), ::testing::ExitedWithCode(defect_code), "defect")
        << name;
  }
  store_ = place_->open();
  reader_ = place_->open_reader();
  expect_no_trace(2, logs_[0]);
  commit(good);
  EXPECT_EQ(reader_->case_state(2), "state");
}

}  // namespace reglament::contract
