#include "deploy/demo/office_desk.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

namespace reglament::demo {
namespace {

TaskMessage task(int number, std::string_view step, std::vector<Symbol> outcomes) {
  TaskMessage message;
  message.case_number = static_cast<CaseNumber>(number);
  message.talon = fmt::format("BZP-TEST-2015-{:06}", number);
  message.task = 1;
  message.attempt = 1;
  message.step = Symbol(step);
  message.office = Symbol("kz.knb.akmola");
  message.outcomes = std::move(outcomes);
  return message;
}

std::map<std::string, int> outcomes_of(std::string_view step, const std::vector<Symbol>& allowed) {
  std::map<std::string, int> counts;
  for (int i = 1; i <= 5'000; ++i) ++counts[answer_to(task(i, step, allowed), 1).outcome];
  return counts;
}

TEST(OfficeDesk, AnswersATaskTheSameHoweverOftenItComes) {
  const TaskMessage message = task(7, "knb-review", {Symbol("agreed"), Symbol("objected")});
  EXPECT_EQ(answer_to(message, 1), answer_to(message, 1));
}

TEST(OfficeDesk, ObjectsToAFew) {
  const auto counts = outcomes_of("knb-review", {Symbol("agreed"), Symbol("objected")});
  EXPECT_NEAR(counts.at("objected"), 300, 75);
  EXPECT_EQ(counts.at("objected") + counts.at("agreed"), 5'000);
}

TEST(OfficeDesk, FindsAFewSetsIncomplete) {
  const auto counts = outcomes_of("accept", {Symbol("accepted"), Symbol("incomplete")});
  EXPECT_NEAR(counts.at("incomplete"), 100, 40);
}

TEST(OfficeDesk, RefusesOnTheGroundOfTheObjectionWhereNoPermitMayBeIssued) {
  for (int i = 1; i <= 100; ++i) {
    const Answer answer = answer_to(task(i, "issue", {Symbol("refused")}), 1);
    ASSERT_EQ(answer.outcome, "refused");
    ASSERT_EQ(answer.ground, "BZP-KNB");
  }
}

TEST(OfficeDesk, APermitNamesWhoSignedIt) {
  int issued = 0;
  for (int i = 1; i <= 500; ++i) {
    const Answer answer = answer_to(task(i, "issue", {Symbol("issued"), Symbol("refused")}), 1);
    if (answer.outcome == "refused") {
      EXPECT_EQ(answer.ground, "BZP-R1");
      continue;
    }
    ++issued;
    EXPECT_FALSE(answer.fields.at("signed_by").empty());
  }
  EXPECT_GT(issued, 450);
  EXPECT_LT(issued, 500);
}

TEST(OfficeDesk, ATaskTakesAHalfToTwiceTheUsualTime) {
  for (int i = 1; i <= 500; ++i) {
    const auto work = work_of(task(i, "accept", {}), std::chrono::minutes(100), 1);
    ASSERT_GE(work, std::chrono::minutes(50));
    ASSERT_LE(work, std::chrono::minutes(200));
  }
}

}  // namespace
}  // namespace reglament::demo
