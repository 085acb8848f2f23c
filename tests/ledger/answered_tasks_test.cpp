#include "engine/ledger/answered_tasks.hpp"

#include <gtest/gtest.h>

#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

using testing::instant;

TEST(AnsweredTasks, AreToldFromTheFirstOfferToTheAnswer) {
  AnsweredTasks tasks;
  const auto add = [&](std::string_view at, std::string_view kind, std::uint32_t answered,
                       std::vector<TaskOffer> offered, std::vector<TaskEnd> revoked) {
    Entry entry;
    entry.at = instant(at);
    entry.kind = kind;
    entry.task = answered;
    entry.offered = std::move(offered);
    entry.revoked = std::move(revoked);
    tasks.add(entry);
  };
  add("2015-07-14T10:00:00+06:00", entry_kind::filed, 0,
      {{1, 1, "accept", "a"}, {2, 1, "notify", "b"}}, {});
  add("2015-07-14T11:00:00+06:00", entry_kind::expired, 0, {{1, 2, "accept", "c"}}, {});
  add("2015-07-14T11:30:00+06:00", entry_kind::rejected, 1, {}, {});
  add("2015-07-14T12:00:00+06:00", entry_kind::answered, 1, {}, {{2, "b"}});
  add("2015-07-14T13:00:00+06:00", entry_kind::answered, 2, {}, {});
  ASSERT_EQ(tasks.answered().size(), 1U);
  const TaskTime& task = tasks.answered()[0];
  EXPECT_EQ(task.step.view(), "accept");
  EXPECT_EQ(task.office.view(), "c");
  EXPECT_EQ(task.offered_at, instant("2015-07-14T10:00:00+06:00"));
  EXPECT_EQ(task.answered_at, instant("2015-07-14T12:00:00+06:00"));
}

}  // namespace
}  // namespace reglament
