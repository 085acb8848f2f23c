// The inbox of a desk in SQLite: as the store in memory under any sequence of steps, and as a file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "adapters/sqlite/inbox_store.hpp"
#include "adapters/sqlite/sqlite_store.hpp"
#include "engine/base/fault.hpp"
#include "engine/desk/inbox.hpp"
#include "tests/desk/tasks.hpp"
#include "tests/support/memory_inbox_store.hpp"

namespace reglament {
namespace {

using desk::Inbox;
using desk::Item;
using reglament::testing::kMorning;
using reglament::testing::MemoryInboxStore;
using reglament::testing::task_of;
using ::testing::HasSubstr;

constexpr const char* kOffice = "kz.knb.akmola";

class InboxFile : public ::testing::Test {
 protected:
  InboxFile() {
    std::string name = (std::filesystem::temp_directory_path() / "inbox-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~InboxFile() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path file() const { return folder_ / "knb.db"; }

  std::string why_not_opened() {
    try {
      static_cast<void>(open_inbox(file()));
    } catch (const Unavailable& error) {
      return error.what();
    }
    return "";
  }

  std::filesystem::path folder_;
};

std::vector<Item::State> states(desk::InboxStore& store) {
  std::vector<Item::State> found;
  const auto add = [&](const Item& item) {
    found.push_back(item.state());
    return true;
  };
  store.for_each_open(add);
  store.for_each_closed(add);
  std::ranges::sort(found, {}, &Item::State::number);
  return found;
}

// Without what the random id of the inbox makes differ.
std::vector<Item::State> without_ids(std::vector<Item::State> states) {
  for (Item::State& state : states) {
    if (state.answer) state.answer->message_id.erase(0, state.answer->message_id.find('/'));
  }
  return states;
}

// The same random steps on both stores; each in commits of several steps.
class Twins {
 public:
  Twins(desk::InboxStore& first, desk::InboxStore& second, unsigned seed)
      : inboxes_{Inbox(first, {kOffice}), Inbox(second, {kOffice})}, random_(seed) {}

  void step() {
    const desk::TaskKey key{below(6) + 1, static_cast<std::uint32_t>(below(2) + 1)};
    const unsigned kind = static_cast<unsigned>(below(9));
    const auto attempt = static_cast<std::uint32_t>(below(3) + 1);
    const std::string person = below(2) == 0 ? "aigul" : "";
    const std::size_t judgement = below(3);
    now_ += std::chrono::seconds(1);
    for (Inbox& inbox : inboxes_) {
      const Item* const item = inbox.find(key);
      const std::string id =
          item != nullptr && item->state().answer ? item->state().answer->message_id : "";
      switch (kind) {
        case 0:
        case 1:
          inbox.receive(task_of(key.case_number, key.task, attempt), now_);
          break;
        case 2:
          if (attempt == 1) inbox.revoke({key.case_number, key.task, Symbol(kOffice)}, now_);
          break;
        case 3:
          static_cast<void>(inbox.claim(key, "aigul", now_));
          break;
        case 4:
          static_cast<void>(inbox.hand_over(key, person, "bolat", now_));
          break;
        case 5:
          static_cast<void>(
              inbox.answer(key, person, {"objected", "BZP-KNB", {{"note", "Нет."}}}, now_));
          break;
        case 6:
          static_cast<void>(inbox.answer_by_rule(key, {"agreed", "", {}}, now_));
          break;
        case 7:
          inbox.confirm(key, id, now_);
          break;
        default:
          inbox.judge(key, id, verdict(judgement), now_);
      }
    }
    if (below(3) == 0) {
      for (Inbox& inbox : inboxes_) inbox.commit();
    }
  }
  void commit() {
    for (Inbox& inbox : inboxes_) inbox.commit();
  }
  [[nodiscard]] bool same_order() const {
    return inboxes_[0].outbox() == inboxes_[1].outbox() &&
           inboxes_[0].arrivals() == inboxes_[1].arrivals();
  }

 private:
  static Verdict verdict(std::size_t judgement) {
    if (judgement == 0) return std::nullopt;
    return Rejection{judgement == 1 ? "late" : "condition", "003 §11", "another", "this"};
  }
  std::size_t below(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }

  std::array<Inbox, 2> inboxes_;
  std::mt19937 random_;
  Instant now_ = kMorning;
};

TEST_F(InboxFile, KeepsWhatTheStoreInMemoryKeeps) {
  std::size_t in_outbox = 0;
  std::size_t lines = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::filesystem::remove(file());
    create_inbox(file());
    MemoryInboxStore memory;
    {
      const auto store = open_inbox(file());
      Twins twins(*store, memory, seed);
      for (int i = 0; i < 150; ++i) twins.step();
      twins.commit();
      ASSERT_TRUE(twins.same_order());
    }
    // As another process finds it.
    const auto store = open_inbox(file());
    ASSERT_EQ(without_ids(states(*store)), without_ids(states(memory)));
    ASSERT_EQ(store->last_number(), memory.last_number());
    ASSERT_EQ(store->last_outbox_place(), memory.last_outbox_place());
    for (const auto& [number, state] : memory.items()) {
      const desk::TaskKey key{state.task.case_number, state.task.task};
      ASSERT_EQ(store->journal(key), memory.journal(key));
      ASSERT_EQ(store->find(key)->state().number, number);
      lines += memory.journal(key).size();
    }
    in_outbox += memory.outbox().size();
  }
  EXPECT_GE(in_outbox, 10U);
  EXPECT_GE(lines, 300U);
}

TEST_F(InboxFile, EachHasAnIdOfItsOwn) {
  create_inbox(file());
  create_inbox(folder_ / "other.db");
  const std::string id = open_inbox(file())->id();
  EXPECT_EQ(id.size(), 16U);
  EXPECT_NE(id, open_inbox(folder_ / "other.db")->id());
  EXPECT_EQ(id, open_inbox(file())->id());
}

TEST_F(InboxFile, APlaceInTheOutboxIsNeverGivenTwice) {
  create_inbox(file());
  {
    const auto store = open_inbox(file());
    Inbox inbox(*store, {});
    inbox.receive(task_of(1), kMorning);
    ASSERT_FALSE(inbox.answer_by_rule({1, 1}, {"agreed", "", {}}, kMorning));
    inbox.commit();
    inbox.revoke({1, 1, Symbol(kOffice)}, kMorning);
    inbox.commit();
  }
  EXPECT_EQ(open_inbox(file())->last_outbox_place(), 1U);
}

TEST_F(InboxFile, IsCreatedOnce) {
  create_inbox(file());
  EXPECT_THROW(create_inbox(file()), Unavailable);
  EXPECT_THROW(create_inbox(folder_ / "nowhere" / "knb.db"), Unavailable);
}

TEST_F(InboxFile, WhatIsNoInboxIsNamed) {
  EXPECT_THAT(why_not_opened(), HasSubstr("knb.db"));
  std::ofstream(file()) << "nothing like it";
  EXPECT_THAT(why_not_opened(), HasSubstr("not a database"));
  std::filesystem::remove(file());
  static_cast<void>(create_sqlite_store(file(), {1, false, std::nullopt, "2024a"}));
  EXPECT_THAT(why_not_opened(), HasSubstr("application id 0x52474c44"));
}

TEST_F(InboxFile, ANewerOneIsRefused) {
  create_inbox(file());
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file().c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, "PRAGMA user_version = 99", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
  EXPECT_THAT(why_not_opened(), HasSubstr("expected schema up to 1, found 99"));
}

}  // namespace
}  // namespace reglament
