#include "engine/desk/inbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "tests/desk/tasks.hpp"
#include "tests/support/memory_inbox_store.hpp"

namespace reglament::desk {
namespace {

using ::testing::ElementsAre;
using namespace reglament::testing;
using Receipt = Inbox::Receipt;

constexpr const char* kOffice = "kz.knb.akmola";

std::vector<CaseNumber> cases(const Inbox::Order& order) {
  std::vector<CaseNumber> found;
  for (const auto& [place, key] : order) found.push_back(key.case_number);
  return found;
}

TEST(Inbox, NothingIsStoredBeforeTheCommit) {
  MemoryInboxStore store;
  Inbox inbox(store, {kOffice});
  EXPECT_EQ(inbox.receive(task_of(1), kMorning), Receipt::taken);
  EXPECT_TRUE(store.items().empty());
  EXPECT_TRUE(inbox.has_uncommitted());
  inbox.commit();
  EXPECT_EQ(store.items().size(), 1U);
  EXPECT_FALSE(inbox.has_uncommitted());
}

TEST(Inbox, ATaskOfAnotherOfficeIsRefused) {
  MemoryInboxStore store;
  Inbox inbox(store, {kOffice});
  EXPECT_EQ(inbox.receive(task_of(1, 1, 1, "kz.dvd.akmola.mp"), kMorning), Receipt::not_ours);
  inbox.revoke({1, 1, Symbol("kz.dvd.akmola.mp")}, kMorning);
  inbox.commit();
  EXPECT_TRUE(store.items().empty());
}

TEST(Inbox, AnInboxOfAnotherOfficeIsRefused) {
  MemoryInboxStore store;
  Inbox(store, {"kz.dvd.akmola.mp"}).commit();
  {
    Inbox inbox(store, {});
    EXPECT_EQ(inbox.receive(task_of(1), kMorning), Receipt::taken);
    inbox.commit();
  }
  EXPECT_THROW(Inbox(store, {"kz.dvd.akmola.mp"}), BadConfiguration);
  EXPECT_NO_THROW(Inbox(store, {kOffice}));
}

TEST(Inbox, ClosedItemsAreRecognised) {
  MemoryInboxStore store;
  Inbox inbox(store, {kOffice});
  inbox.receive(task_of(1), kMorning);
  ASSERT_FALSE(inbox.answer_by_rule({1, 1}, {"agreed", "", {}}, kMorning));
  inbox.commit();
  const std::string id = inbox.find({1, 1})->state().answer->message_id;
  EXPECT_TRUE(inbox.judge({1, 1}, id, std::nullopt, kMorning));
  inbox.commit();
  EXPECT_TRUE(inbox.arrivals().empty());
  EXPECT_EQ(inbox.receive(task_of(1), kMorning), Receipt::known);
  inbox.commit();
  ASSERT_NE(inbox.find({1, 1}), nullptr);
  EXPECT_EQ(inbox.find({1, 1})->state().stage, Stage::accepted);
  EXPECT_FALSE(inbox.judge({1, 1}, id, std::nullopt, kMorning));
}

TEST(Inbox, KeepsTheOrdersOverARestart) {
  MemoryInboxStore store;
  {
    Inbox inbox(store, {kOffice});
    for (const CaseNumber number : {3, 1, 2}) inbox.receive(task_of(number), kMorning);
    for (const CaseNumber number : {2, 3}) {
      ASSERT_FALSE(inbox.answer_by_rule({number, 1}, {"agreed", "", {}}, kMorning));
    }
    inbox.commit();
  }
  Inbox inbox(store, {kOffice});
  EXPECT_THAT(cases(inbox.arrivals()), ElementsAre(3, 1, 2));
  EXPECT_THAT(cases(inbox.outbox()), ElementsAre(2, 3));
  inbox.receive(task_of(3, 1, 2), kMorning);  // its answer is another one: to the end
  inbox.receive(task_of(9), kMorning);
  EXPECT_THAT(cases(inbox.outbox()), ElementsAre(2, 3));
  ASSERT_FALSE(inbox.answer_by_rule({1, 1}, {"agreed", "", {}}, kMorning));
  inbox.commit();
  Inbox again(store, {kOffice});
  EXPECT_THAT(cases(again.arrivals()), ElementsAre(3, 1, 2, 9));
  EXPECT_THAT(cases(again.outbox()), ElementsAre(2, 3, 1));
}

TEST(Inbox, WhatIsUnknownIsRefusedByName) {
  MemoryInboxStore store;
  Inbox inbox(store, {kOffice});
  const auto refused = inbox.claim({8, 2}, "aigul", kMorning);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->actual, "task 2 of case 8");
  EXPECT_FALSE(inbox.has_uncommitted());
}

TEST(Inbox, ARevokedAnswerLeavesTheOutbox) {
  MemoryInboxStore store;
  Inbox inbox(store, {kOffice});
  inbox.receive(task_of(1), kMorning);
  ASSERT_FALSE(inbox.answer_by_rule({1, 1}, {"agreed", "", {}}, kMorning));
  inbox.commit();
  EXPECT_EQ(store.outbox().size(), 1U);
  inbox.revoke({1, 1, Symbol(kOffice)}, kMorning);
  inbox.commit();
  EXPECT_TRUE(store.outbox().empty());
  EXPECT_TRUE(inbox.outbox().empty());
  EXPECT_TRUE(inbox.arrivals().empty());
}

}  // namespace
}  // namespace reglament::desk
