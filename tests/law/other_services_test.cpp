#include "tests/law/other_services.hpp"

#include <gtest/gtest.h>

#include "engine/law/diagram.hpp"
#include "engine/law/machine.hpp"

namespace reglament {
namespace {

const Regulation& address() { return law::regulation<law::other::address::Service>(); }
const Regulation& officer() { return law::regulation<law::other::officer::Service>(); }

TEST(OtherServices, AddressPar7AnotherCentreHasFiveWorkingDays) {
  const auto taken = address().take("accept", {"accepted-other"}, {});
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->clause->next, "courier-to-authority");
  const ServiceTerm* term = address().find_service_term(taken->clause->variant);
  ASSERT_NE(term, nullptr);
  EXPECT_EQ(term->term, Term{WorkingDays{5}});
  EXPECT_EQ(term->starts_on_entering, "authority-check");
}

TEST(OtherServices, AddressPar17AReturnedPackageEndsTheCaseThroughTheCentre) {
  const auto back = address().take("authority-check", {"sent-back", "ADDR-R2"}, {});
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->clause->next, "notify-applicant");
  EXPECT_FALSE(address().find_step("notify-applicant")->within_service);
  const auto told = address().take("notify-applicant", {"told"}, {});
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(address().find_step(told->clause->next)->closes, FinalKind::returned);
}

TEST(OtherServices, AddressPar17AMonthLaterAnUnclaimedResultMoves) {
  const auto expired = address().take("keep-result", {occasion_code::term_expired}, {});
  ASSERT_TRUE(expired.has_value());
  EXPECT_FALSE(expired->clause->stays);
  EXPECT_EQ(expired->clause->next, "unclaimed");
}

TEST(OtherServices, AddressPar14TheCourierComesBackBeforeTheIssueDate) {
  const StepLine* fill = address().find_step("fill");
  EXPECT_EQ(fill->counted_from, CountedFrom::before_service_due);
  EXPECT_EQ(fill->term, Term{WorkingDays{1}});
}

TEST(OtherServices, OfficerPar7AForeignArchiveExtendsTheTermToNinetyDays) {
  const auto asked = officer().take("central-archive", {"ask-foreign-archive"}, {});
  ASSERT_TRUE(asked.has_value());
  EXPECT_EQ(asked->clause->next, "foreign-archive");
  const ServiceTerm* term = officer().find_service_term(asked->clause->variant);
  ASSERT_NE(term, nullptr);
  EXPECT_EQ(term->term, Term{WorkingDays{90}});
  EXPECT_TRUE(term->excludes_ends);
}

TEST(OtherServices, OfficerPar7AnArchivesAnswerComesBackToTheSelection) {
  const auto answered = officer().take("foreign-archive", {"answered"}, {});
  ASSERT_TRUE(answered.has_value());
  EXPECT_EQ(answered->clause->next, "select-case");
  EXPECT_EQ(officer().find_step("select-case")->on_return, OnReturn::continues);
}

TEST(OtherServices, MoreThanTwentyClausesAllWork) {
  ASSERT_GT(officer().clauses.size(), 20U);
  for (const Regulation* regulation : {&address(), &officer()}) {
    for (std::size_t i = 0; i < regulation->clauses.size(); ++i) {
      const ClauseLine& clause = regulation->clauses[i];
      const OutcomeLine* const outcome = regulation->find_outcome(clause.on);
      const bool refuses = outcome != nullptr && outcome->needs_ground;
      const std::string_view ground = refuses ? regulation->grounds.front().id : "";
      const auto taken = regulation->take(clause.in, {clause.on, ground}, {});
      ASSERT_TRUE(taken.has_value()) << clause.in << " " << clause.on;
      EXPECT_EQ(taken->index, i);
    }
  }
}

TEST(OtherServices, BothAreDrawn) {
  for (const Regulation* regulation : {&address(), &officer()}) {
    const std::string picture = svg(*regulation);
    const std::string diagram = mermaid(*regulation);
    for (const RoleLine& role : regulation->roles) {
      EXPECT_NE(picture.find(std::string(role.title.substr(0, 6))), std::string::npos);
    }
    for (const OutcomeLine& outcome : regulation->outcomes) {
      EXPECT_NE(picture.find(outcome.code), std::string::npos);
      EXPECT_NE(diagram.find(outcome.code), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace reglament
