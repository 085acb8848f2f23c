#include "tests/law/other_services.hpp"

#include <gtest/gtest.h>

#include "engine/law/diagram.hpp"
#include "engine/law/machine.hpp"

namespace reglament {
namespace {

const Regulation& officer() { return law::regulation<law::other::officer::Service>(); }

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
  for (std::size_t i = 0; i < officer().clauses.size(); ++i) {
    const ClauseLine& clause = officer().clauses[i];
    const OutcomeLine* const outcome = officer().find_outcome(clause.on);
    const bool refuses = outcome != nullptr && outcome->needs_ground;
    const std::string_view ground = refuses ? officer().grounds.front().id : "";
    const auto taken = officer().take(clause.in, {clause.on, ground}, {});
    ASSERT_TRUE(taken.has_value()) << clause.in << " " << clause.on;
    EXPECT_EQ(taken->index, i);
  }
}

TEST(OtherServices, ItIsDrawn) {
  const std::string picture = svg(officer());
  const std::string diagram = mermaid(officer());
  for (const RoleLine& role : officer().roles) {
    EXPECT_NE(picture.find(std::string(role.title.substr(0, 6))), std::string::npos);
  }
  for (const OutcomeLine& outcome : officer().outcomes) {
    EXPECT_NE(picture.find(outcome.code), std::string::npos);
    EXPECT_NE(diagram.find(outcome.code), std::string::npos);
  }
}

}  // namespace
}  // namespace reglament
