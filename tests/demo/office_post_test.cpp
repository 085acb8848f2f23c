#include "deploy/demo/office_post.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory_store.hpp"

namespace reglament::demo {
namespace {

const std::vector<std::string> kUnit{"kz.dvd.akmola.kokshetau"};
const std::vector<std::string> kKnb{"kz.knb.akmola"};
constexpr Instant kNoon{std::chrono::hours(400'000)};

class Post : public ::testing::Test {
 protected:
  Post() : store_(StoreSettings{1, true, kNoon, "2024a"}), reader_(store_.reader()) {
    post_.follow(*reader_);
  }
  void append(Entry entry) {
    auto& tables = store_.tables();
    entry.leaf = tables.logs.at(0).size++;
    ByteWriter writer;
    encode(entry, writer);
    tables.entries[{0, entry.leaf}] = {0, entry.leaf, entry.case_number, {}, writer.bytes()};
  }
  static Entry entry(std::string_view kind, CaseNumber number) {
    Entry entry;
    entry.kind = kind;
    entry.case_number = number;
    entry.at = kNoon;
    entry.office = kUnit.front();
    return entry;
  }
  void offer(CaseNumber number, std::uint32_t task, const std::string& office,
             std::uint32_t attempt = 1) {
    Entry filed = entry(entry_kind::filed, number);
    filed.offered.push_back({task, attempt, "accept", office});
    append(filed);
  }

  testing::MemoryStore store_;
  std::unique_ptr<StoreReader> reader_;
  OfficePost post_;
};

TEST_F(Post, ATaskIsNewOnceAndOpenUntilItIsAnswered) {
  offer(1, 1, kUnit.front());
  offer(2, 1, kKnb.front());
  post_.read();
  const std::vector<OfferedTask> expected{{kUnit.front(), 1, 1, 1}};
  EXPECT_EQ(post_.take_new(kUnit), expected);
  post_.read();
  EXPECT_TRUE(post_.take_new(kUnit).empty());
  EXPECT_EQ(post_.count_open(kUnit), 1U);
  EXPECT_EQ(post_.take_open(kUnit), expected);

  Entry answered = entry(entry_kind::answered, 1);
  answered.task = 1;
  answered.attempt = 1;
  append(answered);
  post_.read();
  EXPECT_EQ(post_.count_open(kUnit), 0U);
  EXPECT_EQ(post_.count_open(kKnb), 1U);
}

TEST_F(Post, ATaskThatEndedBeforeItWasAskedForIsNotNew) {
  offer(1, 1, kUnit.front());
  Entry expired = entry(entry_kind::expired, 1);
  expired.revoked.push_back({1, kUnit.front()});
  append(expired);
  post_.read();
  EXPECT_TRUE(post_.take_new(kUnit).empty());
  EXPECT_EQ(post_.count_open(kUnit), 0U);
}

TEST_F(Post, ALaterAttemptReplacesAnEarlierOne) {
  offer(1, 1, kUnit.front());
  offer(1, 1, kKnb.front(), 2);
  post_.read();
  EXPECT_EQ(post_.count_open(kUnit), 0U);
  EXPECT_EQ(post_.take_new(kKnb), (std::vector<OfferedTask>{{kKnb.front(), 1, 1, 2}}));
}

TEST_F(Post, ANoticeToAnOfficeIsUnreadUntilADeskHasReadIt) {
  Entry warned = entry(entry_kind::warned, 1);
  warned.notices.push_back({"applicant", "refused", "003 §12"});
  warned.notices.push_back({"head", "service-overdue", "003 §12"});
  warned.notices.push_back({kKnb.front(), "term-warning", "003 §10"});
  append(warned);
  post_.read();
  const std::vector<GivenNotice> head{{kUnit.front(), 1, "service-overdue", kNoon}};
  EXPECT_EQ(post_.unread(kUnit), head);
  EXPECT_EQ(post_.unread(kKnb).size(), 1U);
  post_.arrived(head.front());
  EXPECT_TRUE(post_.unread(kUnit).empty());
  EXPECT_EQ(post_.unread(kKnb).size(), 1U);
}

}  // namespace
}  // namespace reglament::demo
