// The law of the address certificate, asked directly: every clause can be taken, every refusal
// cites its paragraph.
#include "processes/address_certificate/address_certificate.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace reglament {
namespace {

using Texts = std::vector<std::string>;

const Texts kReasons{"reasons"};
const Texts kArrived{"package-at-bureau"};
const Texts kCapital{"regional-centre"};
const Texts kAll{"application", "identity-document", "written-request"};

Result<Taken> file(std::string_view channel, const Texts& documents, const Texts& traits = {}) {
  return address_certificate().take(not_filed, OccasionView{occasion_code::filing},
                                    Facts{documents, "KAZ", {}, channel, traits});
}

Result<Taken> take(std::string_view in, std::string_view on, std::string_view ground = {},
                   const Texts& facts = {}, const Texts& fields = kReasons) {
  return address_certificate().take(in, OccasionView{on, ground, fields}, Facts{{}, {}, facts});
}

const ServiceTerm& term_of(const Result<Taken>& taken) {
  return *address_certificate().find_service_term(taken->clause->variant);
}

TEST(AddressCertificateLaw, EveryClauseIsTaken) {
  std::set<std::size_t> taken;
  for (const char* channel : {"direct", "written", "psc"}) {
    for (const Texts& traits : {Texts{}, kCapital}) {
      if (const auto filed = file(channel, kAll, traits)) taken.insert(filed->index);
    }
  }
  const Regulation& law = address_certificate();
  for (const ClauseLine& clause : law.clauses) {
    const OutcomeLine* const outcome = law.find_outcome(clause.on);
    const bool refuses = outcome != nullptr && outcome->needs_ground;
    const auto result = take(clause.in, clause.on, refuses ? "ADDR-R1" : "", kArrived);
    if (clause.in != not_filed && result) taken.insert(result->index);
  }
  for (std::size_t i = 0; i < law.clauses.size(); ++i) {
    EXPECT_TRUE(taken.contains(i)) << law.clauses[i].in << " on " << law.clauses[i].on;
  }
}

TEST(AddressCertificateLaw, Par7TheFilingDecidesTheTerm) {
  EXPECT_EQ(term_of(file("direct", kAll)).term, Term{WorkingMinutes{10}});
  EXPECT_EQ(term_of(file("written", kAll)).term, Term{WorkingDays{5}});
  EXPECT_EQ(term_of(file("psc", kAll, kCapital)).term, Term{WorkingDays{3}});
  EXPECT_EQ(term_of(file("psc", kAll)).term, Term{WorkingDays{5}});
  EXPECT_EQ(term_of(file("psc", kAll)).starts_on_entering, "authority-check");
  EXPECT_EQ(term_of(file("written", kAll)).starts_on_entering, "");
}

TEST(AddressCertificateLaw, Par17EachChannelHasASetOfItsOwn) {
  struct Set {
    const char* channel;
    Texts documents;
    const char* actual;  // nothing: complete
  };
  for (const Set& one :
       {Set{"direct", {"identity-document"}, nullptr},
        Set{"direct", {"written-request"}, "missing: identity-document"},
        Set{"written", {"written-request"}, nullptr},
        Set{"written", {"identity-document"}, "missing: written-request"},
        Set{"psc", {"application", "identity-document"}, nullptr},
        Set{"psc", {"application", "written-request"}, nullptr},
        Set{"psc", {"identity-document"}, "missing: application"},
        Set{"psc", {"application"}, "missing: identity-document or written-request"},
        Set{"psc", {}, "missing: application, identity-document or written-request"}}) {
    for (const Texts& traits : {Texts{}, kCapital}) {
      const auto filed = file(one.channel, one.documents, traits);
      ASSERT_EQ(filed.has_value(), one.actual == nullptr) << one.channel;
      if (filed) continue;
      EXPECT_EQ(filed.error().code, rejection_code::documents_missing);
      EXPECT_EQ(filed.error().paragraph, "002 §17");
      EXPECT_EQ(filed.error().actual, one.actual);
    }
  }
}

TEST(AddressCertificateLaw, Par17OnlyTheBureauNamesErrorsOfTheCentre) {
  EXPECT_EQ(take("accept", "refused", "ADDR-R2").error().code, rejection_code::unknown_ground);
  EXPECT_TRUE(take("accept", "refused", "ADDR-R1").has_value());
  EXPECT_TRUE(take("authority-check", "sent-back", "ADDR-R2", kArrived).has_value());
}

TEST(AddressCertificateLaw, Par17AReturnNamesAGroundAndWrittenReasons) {
  EXPECT_EQ(take("authority-check", "sent-back", "", kArrived).error().code,
            rejection_code::unknown_ground);
  const auto without = take("authority-check", "sent-back", "ADDR-R2", kArrived, {});
  ASSERT_FALSE(without.has_value());
  EXPECT_EQ(without.error().code, rejection_code::missing_field);
  EXPECT_EQ(without.error().paragraph, "002 §17");
}

TEST(AddressCertificateLaw, Par17AReturnedPackageEndsTheCaseThroughTheCentre) {
  const auto back = take("authority-check", "sent-back", "ADDR-R2", kArrived);
  ASSERT_TRUE(back.has_value());
  const StepLine& informing = *address_certificate().find_step(back->clause->next);
  EXPECT_EQ(informing.role, "psc");
  EXPECT_TRUE(informing.ends_service);
  EXPECT_FALSE(informing.within_service);
  const auto told = take(informing.code, "told");
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(address_certificate().find_step(told->clause->next)->closes, FinalKind::returned);
}

TEST(AddressCertificateLaw, Par17AMonthLaterAnUnclaimedResultMoves) {
  const auto expired = take("keep-result", occasion_code::term_expired);
  ASSERT_TRUE(expired.has_value());
  EXPECT_FALSE(expired->clause->stays);
  EXPECT_EQ(expired->clause->next, "unclaimed");
}

TEST(AddressCertificateLaw, Par14TheCourierComesBackBeforeTheIssueDate) {
  const StepLine& hand_over = *address_certificate().find_step("hand-over-to-psc");
  EXPECT_EQ(hand_over.counted_from, CountedFrom::before_service_due);
  EXPECT_EQ(hand_over.term, Term{WorkingDays{1}});
}

TEST(AddressCertificateLaw, Annex4SetsTheNormAndOneIndicatorIsComputable) {
  ASSERT_TRUE(address_certificate().norm.has_value());
  EXPECT_EQ(address_certificate().norm->percent, 100);
  EXPECT_EQ(address_certificate().indicators.size(), 6U);
  EXPECT_EQ(std::ranges::count(address_certificate().indicators, true, &IndicatorLine::computable),
            1);
}

TEST(AddressCertificateLaw, TheEditionEndsWithTheRepeal) {
  const Edition& edition = address_certificate().edition;
  using std::chrono::local_days;
  using std::chrono::year;
  EXPECT_FALSE(edition.in_force_on(local_days{year{2010} / 10 / 31}));
  EXPECT_TRUE(edition.in_force_on(local_days{year{2010} / 11 / 1}));
  EXPECT_TRUE(edition.in_force_on(local_days{year{2014} / 3 / 6}));
  EXPECT_FALSE(edition.in_force_on(local_days{year{2014} / 3 / 7}));
}

}  // namespace
}  // namespace reglament
