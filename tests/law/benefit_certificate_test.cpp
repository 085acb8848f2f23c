// The law of the benefit certificate, asked directly: every clause can be taken, and cites its
// paragraph.
#include "processes/benefit_certificate/benefit_certificate.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace reglament {
namespace {

const std::vector<std::string> kDocuments{"application", "identity-document"};

Result<Taken> take(std::string_view in, std::string_view on,
                   const std::vector<std::string>& facts = {}, std::string_view ground = {}) {
  return benefit_certificate().take(in, OccasionView{on, ground}, Facts{kDocuments, "KAZ", facts});
}

TEST(BenefitCertificateLaw, EveryClauseIsTaken) {
  std::set<std::size_t> taken;
  const Regulation& law = benefit_certificate();
  const std::vector<std::vector<std::string>> histories{
      {}, {"information-requested"}, {"information-requested", "archive-asked"}};
  for (const ClauseLine& clause : law.clauses) {
    for (const auto& facts : histories) {
      const auto result = take(clause.in, clause.on, facts, clause.on == "refused" ? "BEN-R1" : "");
      if (result) taken.insert(result->index);
    }
  }
  for (std::size_t i = 0; i < law.clauses.size(); ++i) {
    EXPECT_TRUE(taken.contains(i)) << law.clauses[i].in << " on " << law.clauses[i].on;
  }
}

TEST(BenefitCertificateLaw, Par16AnIncompleteSetIsRefusedAtFiling) {
  const std::vector<std::string> one{"application"};
  const auto result = benefit_certificate().take(not_filed, OccasionView{occasion_code::filing},
                                                 Facts{one, "", {}});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, rejection_code::documents_missing);
  EXPECT_EQ(result.error().paragraph, "004.4 §16");
  EXPECT_EQ(result.error().actual, "missing: identity-document");
}

TEST(BenefitCertificateLaw, Par7ExtensionsAreThirtyAndNinetyWorkingDays) {
  const auto missing = take("prepare", "information-missing");
  ASSERT_TRUE(missing.has_value());
  EXPECT_TRUE(missing->clause->extends);
  EXPECT_EQ(benefit_certificate().find_service_term(missing->clause->variant)->term,
            Term{WorkingDays{30}});
  const auto archive = take("request-information", "foreign-archive-needed");
  ASSERT_TRUE(archive.has_value());
  EXPECT_EQ(benefit_certificate().find_service_term(archive->clause->variant)->term,
            Term{WorkingDays{90}});
  ASSERT_EQ(archive->clause->offers.size(), 1U);
  EXPECT_EQ(archive->clause->offers[0], "notify-extension");
}

TEST(BenefitCertificateLaw, Annex3SetsTheNormAndOneIndicatorIsComputable) {
  ASSERT_TRUE(benefit_certificate().norm.has_value());
  EXPECT_EQ(benefit_certificate().norm->percent, 95);
  EXPECT_EQ(benefit_certificate().indicators.size(), 6U);
  EXPECT_EQ(std::ranges::count(benefit_certificate().indicators, true, &IndicatorLine::computable),
            1);
}

TEST(BenefitCertificateLaw, TheEditionEndsWithTheRepeal) {
  const Edition& edition = benefit_certificate().edition;
  EXPECT_TRUE(edition.in_force_on(std::chrono::local_days{std::chrono::year{2013} / 1 / 9}));
  EXPECT_FALSE(edition.in_force_on(std::chrono::local_days{std::chrono::year{2014} / 3 / 22}));
}

}  // namespace
}  // namespace reglament
