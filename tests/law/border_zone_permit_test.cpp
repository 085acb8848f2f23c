#include "processes/border_zone_permit/border_zone_permit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/law/catalogue.hpp"
#include "engine/law/checks.hpp"

namespace reglament {
namespace {

using Texts = std::vector<std::string>;

// Every decision of this file goes through here, so that the coverage test knows which clauses
// were really taken. GoogleTest runs the suites in the order of the file: coverage stands last.
std::set<std::size_t>& clauses_taken() {
  static std::set<std::size_t> taken;
  return taken;
}

struct Situation {
  Texts documents{"application", "identity-document"};
  std::string citizenship = "KGZ";
  Texts established{};
  std::string ground{};
  Texts fields{};
};

Result<Taken> decide(std::string_view in, std::string_view on, const Situation& at = {}) {
  const Facts facts{at.documents, at.citizenship, at.established};
  Result<Taken> taken = border_zone_permit().take(in, {on, at.ground, at.fields}, facts);
  if (taken) {
    clauses_taken().insert(taken->index);
  }
  return taken;
}

void expect_moves(const Result<Taken>& taken, std::string_view next, std::string_view paragraph) {
  ASSERT_TRUE(taken.has_value()) << taken.error().expected << " / " << taken.error().actual;
  EXPECT_EQ(taken->clause->next, next);
  EXPECT_EQ(taken->clause->paragraph, paragraph);
  EXPECT_EQ(taken->clause, &border_zone_permit().clauses[taken->index]);
}

void expect_rejects(const Result<Taken>& taken, const Rejection& rejection) {
  ASSERT_FALSE(taken.has_value());
  EXPECT_EQ(taken.error().code, rejection.code);
  EXPECT_EQ(taken.error().paragraph, rejection.paragraph);
  EXPECT_EQ(taken.error().expected, rejection.expected);
  EXPECT_EQ(taken.error().actual, rejection.actual);
}

// ---- Paragraph 8: filing and acceptance --------------------------------------------------------

TEST(BorderZonePermit, Par8CompleteSetIsAcceptedForFiling) {
  expect_moves(decide(not_filed, occasion_code::filing), "accept", "003 §8");
}

TEST(BorderZonePermit, Par8AStatelessPersonMayFile) {
  expect_moves(decide(not_filed, occasion_code::filing, {.citizenship = ""}), "accept", "003 §8");
}

TEST(BorderZonePermit, Par8DocumentsBeyondTheSetDoNoHarm) {
  const Situation more{.documents = {"photo", "identity-document", "application"}};
  expect_moves(decide(not_filed, occasion_code::filing, more), "accept", "003 §8");
}

TEST(BorderZonePermit, Par8IncompleteSetIsRejectedWithWhatIsMissing) {
  expect_rejects(decide(not_filed, occasion_code::filing, {.documents = {"application"}}),
                 {"documents-missing", "003 §8", "the set of documents is complete",
                  "missing: identity-document"});
  expect_rejects(decide(not_filed, occasion_code::filing, {.documents = {}}),
                 {"documents-missing", "003 §8", "the set of documents is complete",
                  "missing: application, identity-document"});
}

TEST(BorderZonePermit, Par1ACitizenOfKazakhstanIsNotEntitled) {
  expect_rejects(decide(not_filed, occasion_code::filing, {.citizenship = "KAZ"}),
                 {"not-entitled", "003 §1", "the applicant is a foreigner or a stateless person",
                  "a citizen of Kazakhstan"});
}

TEST(BorderZonePermit, Par1WhoIsNotEntitledIsToldSoBeforeTheDocumentsAreCounted) {
  const Situation both{.documents = {}, .citizenship = "KAZ"};
  EXPECT_EQ(decide(not_filed, occasion_code::filing, both).error().code, "not-entitled");
}

TEST(BorderZonePermit, Par8AnAcceptedSetGoesOnAndTheApplicantGetsATalon) {
  const auto taken = decide("accept", "accepted");
  expect_moves(taken, "forward-to-dvd", "003 §8");
  ASSERT_EQ(taken->clause->notices.size(), 1U);
  EXPECT_EQ(taken->clause->notices[0].recipient, Recipient::applicant);
  EXPECT_EQ(taken->clause->notices[0].kind, "talon");
  EXPECT_EQ(taken->clause->notices[0].paragraph, "003 §8");
}

TEST(BorderZonePermit, Par8AnIncompleteSetFoundAtTheDeskEndsTheCase) {
  expect_moves(decide("accept", "incomplete", {.fields = {"missing"}}), "not-accepted", "003 §8");
}

TEST(BorderZonePermit, Par8AnIncompleteSetIsNotRefusedWithoutSayingWhatIsMissing) {
  expect_rejects(decide("accept", "incomplete"),
                 {"missing-field", "003 §8", "incomplete with the field missing",
                  "incomplete without it"});
}

// ---- Paragraphs 9 to 11: the way to the КНБ and back -------------------------------------------

TEST(BorderZonePermit, Par9TheSignedRequestReachesTheDirectorate) {
  expect_moves(decide("forward-to-dvd", "forwarded"), "dvd-check", "003 §9");
}

TEST(BorderZonePermit, Par10TheDirectoratesRequestReachesTheKnb) {
  expect_moves(decide("dvd-check", "forwarded"), "knb-review", "003 §10");
}

TEST(BorderZonePermit, Par11AgreementLeadsToIssue) {
  const auto taken = decide("knb-review", "agreed");
  expect_moves(taken, "issue", "003 §11");
  EXPECT_TRUE(taken->clause->establishes.empty());
}

TEST(BorderZonePermit, Par11AnObjectionLeadsToIssueAndIsEstablished) {
  const auto taken = decide("knb-review", "objected");
  expect_moves(taken, "issue", "003 §11");
  ASSERT_EQ(taken->clause->establishes.size(), 1U);
  EXPECT_EQ(taken->clause->establishes[0], "knb-objected");
}

// ---- Paragraph 12: the permit or a reasoned refusal --------------------------------------------

TEST(BorderZonePermit, Par12ThePermitIsIssuedWhereTheSignatoryIsNamed) {
  expect_moves(decide("issue", "issued", {.fields = {"number", "signed_by"}}), "issued", "003 §12");
}

TEST(BorderZonePermit, Par4APermitWithoutItsSignatoryIsRejected) {
  expect_rejects(
      decide("issue", "issued", {.fields = {"number"}}),
      {"missing-field", "003 §4", "issued with the field signed_by", "issued without it"});
}

TEST(BorderZonePermit, Par11NoPermitAgainstTheObjectionOfTheKnb) {
  const Situation objected{.established = {"knb-objected"}, .fields = {"signed_by"}};
  expect_rejects(decide("issue", "issued", objected),
                 {"condition", "003 §11", "the КНБ has not objected",
                  "the КНБ objected; only a reasoned refusal can follow"});
}

TEST(BorderZonePermit, Par12ARefusalNamesItsGround) {
  expect_moves(decide("issue", "refused", {.ground = "BZP-R1"}), "refused", "003 §12");
  const Situation objected{.established = {"knb-objected"}, .ground = "BZP-KNB"};
  expect_moves(decide("issue", "refused", objected), "refused", "003 §12");
}

TEST(BorderZonePermit, Par4ARefusalWithoutAGroundIsRejected) {
  expect_rejects(decide("issue", "refused"),
                 {"unknown-ground", "003 §4", "refused with one of BZP-R1", "no ground"});
  expect_rejects(decide("issue", "refused", {.ground = "BZP-R9"}),
                 {"unknown-ground", "003 §4", "refused with one of BZP-R1", "BZP-R9"});
}

TEST(BorderZonePermit, Par11TheGroundOfTheKnbNeedsItsObjection) {
  expect_rejects(decide("issue", "refused", {.ground = "BZP-KNB"}),
                 {"unknown-ground", "003 §11", "refused with one of BZP-R1",
                  "BZP-KNB, which needs knb-objected"});
}

// ---- Terms -------------------------------------------------------------------------------------

TEST(BorderZonePermit, AMissedTermStaysInTheStepAndIsReportedToTheHead) {
  for (const StepLine& step : border_zone_permit().steps) {
    if (step.is_final()) {
      continue;
    }
    const auto taken = decide(step.code, occasion_code::term_expired);
    expect_moves(taken, step.code, step.paragraph);
    EXPECT_TRUE(taken->clause->stays);
    ASSERT_EQ(taken->clause->notices.size(), 1U);
    EXPECT_EQ(taken->clause->notices[0].recipient, Recipient::head);
    EXPECT_EQ(taken->clause->notices[0].kind, "term-missed");
    EXPECT_EQ(taken->clause->notices[0].paragraph, step.paragraph);
  }
}

TEST(BorderZonePermit, TheTermsOfTheStepsAreThoseOfTheActAndFillTheSevenDays) {
  const std::vector<std::tuple<std::string_view, std::int32_t, std::string_view>> act{
      {"accept", 1, "003 §8"},      {"forward-to-dvd", 1, "003 §9"}, {"dvd-check", 2, "003 §10"},
      {"knb-review", 2, "003 §11"}, {"issue", 1, "003 §12"},
  };
  std::int32_t sum = 0;
  for (const auto& [code, days, paragraph] : act) {
    const StepLine* step = border_zone_permit().find_step(code);
    ASSERT_NE(step, nullptr) << code;
    EXPECT_EQ(step->term, Term{WorkingDays{days}}) << code;
    EXPECT_EQ(step->paragraph, paragraph);
    sum += days;
  }
  EXPECT_EQ(border_zone_permit().service_terms.front().term, Term{WorkingDays{sum}});
  EXPECT_EQ(sum, 7);
}

// ---- What is no clause at all ------------------------------------------------------------------

TEST(BorderZonePermit, AnOutcomeOfAnotherStepIsRejectedWithTheParagraphOfThisOne) {
  expect_rejects(
      decide("dvd-check", "issued"),
      {"wrong-step", "003 §10", "one of forwarded, term-expired in step dvd-check", "issued"});
  expect_rejects(decide("accept", occasion_code::filing),
                 {"wrong-step", "003 §8",
                  "one of accepted, incomplete, term-expired in step accept", "filing"});
}

TEST(BorderZonePermit, AnOutcomeNobodyKnowsIsRejected) {
  expect_rejects(decide("issue", "approved"),
                 {"unknown-outcome", "engine", "one of issued, refused, term-expired in step issue",
                  "approved"});
  EXPECT_EQ(decide("issue", "").error().code, "unknown-outcome");
}

TEST(BorderZonePermit, AnEndedCaseRejectsEveryOccasion) {
  for (const StepLine& step : border_zone_permit().steps) {
    if (!step.is_final()) {
      continue;
    }
    for (const char* occasion : {"accepted", "term-expired", "filing", "nonsense"}) {
      const auto taken = decide(step.code, occasion);
      ASSERT_FALSE(taken.has_value());
      EXPECT_EQ(taken.error().code, "late") << step.code << " " << occasion;
    }
  }
}

TEST(BorderZonePermit, AStepNobodyKnowsIsRejected) {
  expect_rejects(decide("limbo", "accepted"),
                 {"wrong-step", "engine", "a step of border-zone-permit", "limbo"});
}

TEST(BorderZonePermit, EveryPairOfStepAndOccasionIsAClauseOrARejection) {
  const Regulation& says = border_zone_permit();
  std::vector<std::string_view> occasions{occasion_code::filing, occasion_code::term_expired};
  for (const OutcomeLine& outcome : says.outcomes) {
    occasions.push_back(outcome.code);
  }
  for (const StepLine& step : says.steps) {
    for (const std::string_view occasion : occasions) {
      const auto row = std::ranges::count_if(says.clauses, [&](const ClauseLine& clause) {
        return clause.in == step.code && clause.on == occasion;
      });
      Situation answer{.fields = {"signed_by", "missing"}};
      if (occasion == "refused") answer.ground = "BZP-R1";
      EXPECT_EQ(decide(step.code, occasion, answer).has_value(), row == 1)
          << step.code << " " << occasion;
    }
  }
}

// ---- What offices may answer -------------------------------------------------------------------

TEST(BorderZonePermit, AllowedOutcomesFollowTheFacts) {
  const Texts objected{"knb-objected"};
  const Regulation& says = border_zone_permit();
  using Codes = std::vector<std::string_view>;
  EXPECT_EQ(allowed_outcomes(says, "accept", {}), (Codes{"accepted", "incomplete"}));
  EXPECT_EQ(allowed_outcomes(says, "knb-review", {}), (Codes{"agreed", "objected"}));
  EXPECT_EQ(allowed_outcomes(says, "issue", {}), (Codes{"issued", "refused"}));
  EXPECT_EQ(allowed_outcomes(says, "issue", {{}, {}, objected}), (Codes{"refused"}));
  EXPECT_EQ(allowed_outcomes(says, "issued", {}), Codes{});
}

TEST(BorderZonePermit, TheFavourableAnswersLeadToAGrant) {
  const Regulation& says = border_zone_permit();
  std::string_view step = "accept";
  std::vector<std::string_view> way;
  while (!says.find_step(step)->is_final()) {
    way.push_back(favourable_outcome(says, step, {}));
    const auto taken = decide(step, way.back(), {.fields = {"signed_by"}});
    ASSERT_TRUE(taken.has_value()) << step;
    step = taken->clause->next;
  }
  EXPECT_EQ(way, (std::vector<std::string_view>{"accepted", "forwarded", "forwarded", "agreed",
                                                "issued"}));
  EXPECT_EQ(says.find_step(step)->closes, FinalKind::granted);
  const Texts objected{"knb-objected"};
  EXPECT_EQ(favourable_outcome(says, "issue", {{}, {}, objected}), "");
}

TEST(BorderZonePermit, AllowedGroundsFollowTheFacts) {
  const Texts objected{"knb-objected"};
  ASSERT_EQ(allowed_grounds(border_zone_permit(), {}).size(), 1U);
  EXPECT_EQ(allowed_grounds(border_zone_permit(), {})[0]->id, "BZP-R1");
  EXPECT_EQ(allowed_grounds(border_zone_permit(), {{}, {}, objected}).size(), 2U);
}

// ---- The act and its edition -------------------------------------------------------------------

TEST(BorderZonePermit, TheEditionIsInForceBetweenItsDaysBothIncluded) {
  const Edition& edition = border_zone_permit().edition;
  EXPECT_FALSE(edition.in_force_on(*parse_date("2015-07-12")));
  EXPECT_TRUE(edition.in_force_on(*parse_date("2015-07-13")));
  EXPECT_TRUE(edition.in_force_on(*parse_date("2020-03-31")));
  EXPECT_TRUE(edition.in_force_on(*parse_date("2020-09-04")));
  EXPECT_FALSE(edition.in_force_on(*parse_date("2020-09-05")));
  EXPECT_TRUE(edition.assumed);
  EXPECT_FALSE(edition.reason.empty());
}

TEST(BorderZonePermit, TheDaysInForceAreTenFullDaysAfterTheAssumedPublications) {
  const Provisions& says = border_zone_permit();
  EXPECT_EQ(says.edition.from, *says.act.registered + std::chrono::days{11});
  EXPECT_EQ(*says.edition.to, says.act.repealed_by->date + std::chrono::days{10});
}

TEST(BorderZonePermit, TheActIsNamed) {
  const Act& act = border_zone_permit().act;
  EXPECT_EQ(act.number, "500");
  EXPECT_EQ(format_date(act.date), "2015-05-30");
  EXPECT_EQ(act.registration_number, "11537");
  EXPECT_EQ(act.repealed_by->number, "597");
  ASSERT_EQ(act.amended_by.size(), 1U);
  EXPECT_EQ(act.amended_by[0].number, "275");
}

TEST(BorderZonePermit, TheCatalogueFindsTheEditionOfTheDay) {
  const Catalogue catalogue({&border_zone_permit()});
  EXPECT_EQ(catalogue.in_force("border-zone-permit", *parse_date("2017-01-01")),
            &border_zone_permit());
  EXPECT_EQ(catalogue.in_force("border-zone-permit", *parse_date("2021-01-01")), nullptr);
  EXPECT_EQ(catalogue.find("border-zone-permit", "2015-07-13"), &border_zone_permit());
}

// ---- Coverage ----------------------------------------------------------------------------------

// Last in the file, and therefore last to run: fails if a clause was never taken above.
TEST(BorderZonePermitCoverage, EveryClauseWasTaken) {
  if (::testing::UnitTest::GetInstance()->test_to_run_count() !=
      ::testing::UnitTest::GetInstance()->total_test_count()) {
    for (const ClauseLine& clause : border_zone_permit().clauses) {
      EXPECT_FALSE(clause.paragraph.empty());
    }
    return;  // a filtered run has no coverage to speak of
  }
  const auto clauses = border_zone_permit().clauses;
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    EXPECT_TRUE(clauses_taken().contains(i))
        << "no test takes clause " << i << ": " << clauses[i].paragraph << ", " << clauses[i].in
        << " on " << clauses[i].on;
  }
}

}  // namespace
}  // namespace reglament
