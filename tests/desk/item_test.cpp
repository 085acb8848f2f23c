#include "engine/desk/item.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/desk/tasks.hpp"

namespace reglament::desk {
namespace {

using ::testing::HasSubstr;
using namespace reglament::testing;

const Rejection kCondition{"condition", "003 §11", "no objection", "an objection"};
const Rejection kLate{"late", "engine", "an answer to an open task", "task 1 was revoked"};
const Rejection kDuplicate{"duplicate", "engine", "another message id", "one in use"};

class Life : public ::testing::Test {
 protected:
  Instant next() { return now_ += std::chrono::minutes(1); }
  std::string message_id() const { return item_.state().answer->message_id; }
  void claim(const char* person) { ASSERT_TRUE(item_.claim(person, next())); }
  void answer_by_rule() { ASSERT_TRUE(item_.answer_by_rule({"agreed", "", {}}, outbox_, next())); }
  Stage stage() const { return item_.state().stage; }

  Instant now_ = kMorning;
  Item::Outbox outbox_{"inbox", 1};
  Item item_{1, task_of(7), kMorning};
};

TEST_F(Life, ARuleAnswersWhatNobodyHasClaimed) {
  answer_by_rule();
  EXPECT_EQ(stage(), Stage::answered);
  EXPECT_TRUE(item_.in_outbox());
  EXPECT_EQ(item_.state().answer->actor, "desk:kz.knb.akmola");
  EXPECT_TRUE(item_.confirm(message_id(), next()).changed);
  EXPECT_EQ(stage(), Stage::sent);
  const auto effect = item_.judge(message_id(), std::nullopt, next());
  EXPECT_TRUE(effect.changed);
  EXPECT_FALSE(effect.line) << "the item itself tells of an answer by rule";
  EXPECT_EQ(stage(), Stage::accepted);
  EXPECT_FALSE(item_.in_outbox());
}

TEST_F(Life, OnlyTheHolderAnswers) {
  claim("aigul");
  const auto second = item_.claim("bolat", next());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().actual, "one claimed by aigul");
  const auto others = item_.answer("bolat", {"agreed", "", {}}, outbox_, next());
  ASSERT_FALSE(others);
  EXPECT_EQ(others.error().expected, "a task claimed by bolat");
  EXPECT_FALSE(item_.answer_by_rule({"agreed", "", {}}, outbox_, next()));
  EXPECT_EQ(stage(), Stage::claimed);
  ASSERT_TRUE(item_.answer("aigul", {"agreed", "", {}}, outbox_, next()));
  EXPECT_EQ(item_.state().answer->actor, "aigul");
}

TEST_F(Life, APersonIsToldAtOnceWhatTheOutcomeNeeds) {
  TaskMessage task = task_of(7);
  task.needs = {{Symbol("agreed"), {Symbol("signed_by")}, false}, {Symbol("objected"), {}, true}};
  item_ = Item(1, task, kMorning);
  claim("aigul");
  const auto without_field = item_.answer("aigul", {"agreed", "", {}}, outbox_, next());
  ASSERT_FALSE(without_field);
  EXPECT_EQ(without_field.error().code, "missing-field");
  EXPECT_THAT(without_field.error().expected, HasSubstr("signed_by"));
  EXPECT_FALSE(item_.answer("aigul", {"agreed", "", {{"signed_by", ""}}}, outbox_, next()));
  const auto without_ground = item_.answer("aigul", {"objected", "", {}}, outbox_, next());
  ASSERT_FALSE(without_ground);
  EXPECT_EQ(without_ground.error().code, "unknown-ground");
  EXPECT_TRUE(item_.answer("aigul", {"objected", "BZP-KNB", {}}, outbox_, next()));
}

TEST_F(Life, WhatNobodyHasClaimedNoPersonAnswers) {
  const auto refused = item_.answer("", {"agreed", "", {}}, outbox_, next());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().actual, "one that nobody has claimed");
}

TEST_F(Life, APersonIsToldWhichOutcomesAndGroundsThereAre) {
  claim("aigul");
  const auto outcome = item_.answer("aigul", {"issued", "", {}}, outbox_, next());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().expected, "an outcome among agreed, objected");
  const auto ground = item_.answer("aigul", {"objected", "BZP-R1", {}}, outbox_, next());
  ASSERT_FALSE(ground);
  EXPECT_EQ(ground.error().expected, "a ground among BZP-KNB");
  EXPECT_EQ(stage(), Stage::claimed);
  EXPECT_EQ(item_.state().answers, 0U);
}

TEST_F(Life, ReleasingAndHandingOverIsWrittenDown) {
  claim("aigul");
  const auto handed = item_.hand_over("aigul", "bolat", next());
  ASSERT_TRUE(handed);
  EXPECT_EQ(*handed->line, (JournalLine{{7, 1}, now_, "handed-over", "aigul", "bolat"}));
  EXPECT_FALSE(item_.hand_over("aigul", "carla", next())) << "she has it no more";
  EXPECT_FALSE(item_.hand_over("bolat", "bolat", next()));
  const auto released = item_.release("", next());
  ASSERT_TRUE(released);
  EXPECT_EQ(released->line->person, "bolat");
  EXPECT_EQ(stage(), Stage::received);
  EXPECT_FALSE(item_.release("", next()));
}

TEST_F(Life, ARejectedAnswerLeavesTheTaskToItsHolder) {
  claim("aigul");
  ASSERT_TRUE(item_.answer("aigul", {"agreed", "", {}}, outbox_, next()));
  const std::string first = message_id();
  const auto effect = item_.judge(first, kCondition, next());
  EXPECT_THAT(effect.line->detail, HasSubstr("003 §11: expected no objection"));
  EXPECT_EQ(stage(), Stage::rejected);
  EXPECT_FALSE(item_.in_outbox());
  EXPECT_FALSE(item_.claim("bolat", next())) << "it is still hers";
  ASSERT_TRUE(item_.answer("aigul", {"objected", "BZP-KNB", {}}, outbox_, next()));
  EXPECT_NE(message_id(), first) << "another answer has another id";
}

TEST_F(Life, ARejectedAnswerOfARuleWaitsForAPerson) {
  answer_by_rule();
  EXPECT_TRUE(item_.judge(message_id(), kCondition, next()).changed);
  EXPECT_FALSE(item_.waits_for_rule());
  EXPECT_FALSE(item_.answer_by_rule({"agreed", "", {}}, outbox_, next()));
  claim("aigul");
  ASSERT_TRUE(item_.release("aigul", next()));
  EXPECT_EQ(stage(), Stage::rejected) << "not to the rule again";
}

TEST_F(Life, ADuplicateSaysThatTheTaskWasAnsweredOtherwise) {
  answer_by_rule();
  EXPECT_TRUE(item_.judge(message_id(), kDuplicate, next()).changed);
  EXPECT_EQ(stage(), Stage::lapsed);
  EXPECT_EQ(item_.state().reason, kDuplicate);
}

TEST_F(Life, ALateAnswerEndsTheTask) {
  answer_by_rule();
  EXPECT_TRUE(item_.judge(message_id(), kLate, next()).changed);
  EXPECT_EQ(stage(), Stage::lapsed);
  EXPECT_FALSE(item_.claim("aigul", next()));
}

TEST_F(Life, DeliveriesOfTheSameOrALowerAttemptChangeNothing) {
  item_ = Item(1, task_of(7, 1, 2), kMorning);
  claim("aigul");
  const Item::State before = item_.state();
  for (const std::uint32_t attempt : {1U, 2U}) {
    EXPECT_FALSE(item_.receive(task_of(7, 1, attempt), outbox_, next()).changed);
    EXPECT_EQ(item_.state(), before);
  }
}

TEST_F(Life, AHigherAttemptLeavesTheClaim) {
  claim("aigul");
  EXPECT_TRUE(item_.receive(task_of(7, 1, 2), outbox_, next()).changed);
  EXPECT_EQ(stage(), Stage::claimed);
  EXPECT_EQ(item_.state().holder, "aigul");
  EXPECT_EQ(item_.state().task.attempt, 2U);
}

TEST_F(Life, ADecisionFollowsItsTaskToAHigherAttempt) {
  for (const bool lapsed : {false, true}) {
    item_ = Item(1, task_of(7), kMorning);
    answer_by_rule();
    const std::string first = message_id();
    if (lapsed) {
      ASSERT_TRUE(item_.judge(first, kLate, next()).changed);
    }
    EXPECT_TRUE(item_.receive(task_of(7, 1, 2), outbox_, next()).changed);
    EXPECT_EQ(stage(), Stage::answered);
    EXPECT_EQ(item_.state().answer->attempt, 2U);
    EXPECT_EQ(item_.state().answer->outcome, "agreed");
    EXPECT_NE(message_id(), first);
    EXPECT_TRUE(item_.in_outbox());
    EXPECT_FALSE(item_.judge(first, kLate, next()).changed) << "of the former answer";
    EXPECT_EQ(stage(), Stage::answered);
  }
}

TEST_F(Life, AnEngineThatWasPutBackMayAskAgain) {
  answer_by_rule();
  ASSERT_TRUE(item_.judge(message_id(), std::nullopt, next()).changed);
  EXPECT_TRUE(item_.receive(task_of(7, 1, 2), outbox_, next()).changed);
  EXPECT_EQ(stage(), Stage::received);
}

TEST_F(Life, ARevocationDropsWhatIsOpenAndIsFinal) {
  answer_by_rule();
  EXPECT_TRUE(item_.revoke(next()).changed);
  EXPECT_EQ(stage(), Stage::revoked);
  EXPECT_FALSE(item_.in_outbox());
  EXPECT_FALSE(item_.revoke(next()).changed);
  EXPECT_FALSE(item_.receive(task_of(7, 1, 9), outbox_, next()).changed);
  EXPECT_FALSE(item_.judge(message_id(), kLate, next()).changed);
  EXPECT_EQ(stage(), Stage::revoked);
}

TEST_F(Life, ARevocationMayOvertakeItsTask) {
  item_ = Item(1, Revocation{7, 1, Symbol("kz.knb.akmola")}, kMorning);
  EXPECT_FALSE(item_.receive(task_of(7), outbox_, next()).changed);
  EXPECT_EQ(stage(), Stage::revoked);
}

TEST(Stages, HaveCodesThatComeBack) {
  for (const Stage stage : {Stage::received, Stage::claimed, Stage::answered, Stage::sent,
                            Stage::rejected, Stage::accepted, Stage::lapsed, Stage::revoked}) {
    EXPECT_EQ(stage_of(code(stage)), stage);
  }
  EXPECT_EQ(stage_of("lost"), std::nullopt);
}

}  // namespace
}  // namespace reglament::desk
