// The checks of checks.hpp at run time, where a failing one can be stepped through, and the other
// half of their proof: lines changed by one value, and exactly the check that must object does.
#include "engine/law/checks.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "processes/address_certificate/address_certificate.hpp"
#include "processes/border_zone_permit/border_zone_permit.hpp"
#include "tests/law/broken/sample.hpp"
#include "tests/law/other_services.hpp"

namespace reglament::law {
namespace {

using CheckOfLines = bool (*)(const Provisions&);
const std::vector<std::pair<std::string, CheckOfLines>> checks{
    {"cites_exactly", &cites_exactly},
    {"codes_are_unique", &codes_are_unique},
    {"steps_are_listed", &steps_are_listed},
    {"unambiguous", &unambiguous},
    {"every_step_is_reachable", &every_step_is_reachable},
    {"every_case_can_end", &every_case_can_end},
    {"no_clause_leaves_a_final_step", &no_clause_leaves_a_final_step},
    {"every_waiting_step_has_a_term_or_reason", &every_waiting_step_has_a_term_or_reason},
    {"every_term_has_an_end", &every_term_has_an_end},
    {"longest_path_fits", &longest_path_fits},
    {"every_return_has_a_policy", &every_return_has_a_policy},
    {"grounds_exist", &grounds_exist},
    {"variants_have_terms", &variants_have_terms},
    {"favourable_answers_lead_to_a_grant", &favourable_answers_lead_to_a_grant},
    {"citations_name_the_act", &citations_name_the_act},
    {"edition_is_dated", &edition_is_dated},
    {"terms_are_possible", &terms_are_possible},
    {"extensions_are_longer", &extensions_are_longer},
    {"suspensions_are_resumed", &suspensions_are_resumed},
    {"only_answers_and_acts_change_terms", &only_answers_and_acts_change_terms},
    {"side_tasks_end", &side_tasks_end},
    {"ladder_rises", &ladder_rises},
    {"norms_are_percentages", &norms_are_percentages},
};

std::set<std::string> objections(const Provisions& says) {
  std::set<std::string> names;
  for (const auto& [name, holds] : checks) {
    if (!holds(says)) {
      names.insert(name);
    }
  }
  return names;
}

// The border-zone permit's lines, to be changed by a test.
struct Draft {
  std::vector<StepLine> steps{border_zone_permit().steps.begin(), border_zone_permit().steps.end()};
  std::vector<ClauseLine> clauses{border_zone_permit().clauses.begin(),
                                  border_zone_permit().clauses.end()};
  std::vector<Ground> grounds{border_zone_permit().grounds.begin(),
                              border_zone_permit().grounds.end()};
  std::vector<ServiceTerm> service_terms{border_zone_permit().service_terms.begin(),
                                         border_zone_permit().service_terms.end()};
  std::vector<RungLine> ladder{border_zone_permit().ladder.begin(),
                               border_zone_permit().ladder.end()};
  std::vector<std::string_view> automated{border_zone_permit().automated.begin(),
                                          border_zone_permit().automated.end()};
  Edition edition = border_zone_permit().edition;
  std::optional<Norm> norm;

  [[nodiscard]] std::set<std::string> objections() const {
    Provisions says = border_zone_permit();
    says.steps = steps;
    says.clauses = clauses;
    says.grounds = grounds;
    says.service_terms = service_terms;
    says.automated = automated;
    says.edition = edition;
    says.ladder = ladder;
    says.norm = norm;
    return law::objections(says);
  }
  ClauseLine& clause(std::string_view in, std::string_view on) {
    return *std::ranges::find_if(
        clauses, [&](const ClauseLine& line) { return line.in == in && line.on == on; });
  }
  StepLine& step(std::string_view code) { return *std::ranges::find(steps, code, &StepLine::code); }
};

using Names = std::set<std::string>;

TEST(Checks, ReleasedAndSampleRegulationsPassThemAll) {
  EXPECT_EQ(objections(border_zone_permit()), Names{});
  EXPECT_EQ(objections(provisions<sample::Sample>), Names{});
  EXPECT_EQ(objections(address_certificate()), Names{});
  EXPECT_EQ(objections(provisions<other::officer::Service>), Names{});
  EXPECT_EQ(Draft{}.objections(), Names{});
}

TEST(Checks, ALongerStepExceedsTheSevenDays) {
  Draft draft;
  draft.step("dvd-check").term = Term{WorkingDays{3}};
  EXPECT_EQ(draft.objections(), Names{"longest_path_fits"});
}

TEST(Checks, ASmallerTotalExceedsTheSevenDays) {
  Draft draft;
  draft.service_terms[0].term = Term{WorkingDays{6}};
  EXPECT_EQ(draft.objections(), Names{"longest_path_fits"});
}

TEST(Checks, TermsOfAnotherUnitHaveNoShareInTheTotal) {
  Draft draft;
  draft.step("dvd-check").term = Term{CalendarDays{30}};
  EXPECT_EQ(draft.objections(), Names{});
}

TEST(Checks, ALongerVariantMakesRoomOnItsOwnPathOnly) {
  Draft draft;
  draft.step("issue").term = Term{WorkingDays{3}};
  draft.service_terms.push_back({"long", Term{WorkingDays{9}}, "003 §14"});
  EXPECT_EQ(draft.objections(), Names{"longest_path_fits"});
  draft.clause("accept", "accepted").variant = "long";
  EXPECT_EQ(draft.objections(), Names{});
  draft.clause("accept", "accepted").variant = "longer";
  EXPECT_EQ(draft.objections(), (Names{"longest_path_fits", "variants_have_terms"}));
}

TEST(Checks, ATermWithoutItsExpiryIsAHole) {
  Draft draft;
  std::erase_if(draft.clauses, [](const ClauseLine& clause) {
    return clause.in == "knb-review" && clause.on == occasion_code::term_expired;
  });
  EXPECT_EQ(draft.objections(), Names{"every_term_has_an_end"});
}

TEST(Checks, AStepWithoutTermNeedsAReason) {
  Draft draft;
  draft.step("knb-review").term.reset();
  EXPECT_EQ(draft.objections(), Names{"every_waiting_step_has_a_term_or_reason"});
  draft.step("knb-review").no_term_reason = "the act leaves it to the КНБ";
  EXPECT_EQ(draft.objections(), Names{});
}

TEST(Checks, AForgottenParagraphIsNoticed) {
  Draft draft;
  draft.automated.pop_back();
  EXPECT_EQ(draft.objections(), Names{"cites_exactly"});
  draft.automated = {"003 §8", "003 §9", "003 §10", "003 §11", "003 §12", "003 §13"};
  EXPECT_EQ(draft.objections(), Names{"cites_exactly"});
}

TEST(Checks, RowsAreClearWhereEveryTwoOfThemExcludeEachOther) {
  ConditionLine first{};
  first.title = "first";
  ConditionLine second{};
  second.title = "second";
  ConditionLine not_first = first;
  not_first.negated = true;
  ConditionLine not_second = second;
  not_second.negated = true;
  const std::vector<std::vector<ConditionLine>> provided{
      {first}, {not_first, second}, {not_first, not_second}, {not_first}};
  Draft draft;
  const ClauseLine row = draft.clause("issue", "refused");
  draft.clause("issue", "refused").provided = provided[0];
  for (const std::size_t more : {1U, 2U}) {
    draft.clauses.push_back(row);
    draft.clauses.back().provided = provided[more];
  }
  EXPECT_EQ(draft.objections(), Names{});
  draft.clauses.back().provided = provided[3];
  EXPECT_EQ(draft.objections(), Names{"unambiguous"});
}

TEST(Checks, ARowThatRepeatsAnotherIsAmbiguous) {
  Draft draft;
  draft.clauses.push_back(draft.clause("issue", "refused"));
  EXPECT_EQ(draft.objections(), Names{"unambiguous"});
}

TEST(Checks, ACaseThatComesBackNeedsAPolicyForItsTerm) {
  Draft draft;
  draft.clause("knb-review", "objected").next = "dvd-check";
  EXPECT_EQ(draft.objections(), Names{"every_return_has_a_policy"});
  draft.step("dvd-check").on_return = OnReturn::restarts;
  draft.step("knb-review").on_return = OnReturn::restarts;
  EXPECT_EQ(draft.objections(), Names{});
}

TEST(Checks, ARefusalNeedsAGroundThatIsOpen) {
  Draft draft;
  draft.grounds.erase(draft.grounds.begin());
  EXPECT_EQ(draft.objections(), Names{"grounds_exist"});
}

TEST(Checks, AnEditionThatEndsBeforeItBeginsIsNotDated) {
  Draft draft;
  draft.edition.to = draft.edition.from - std::chrono::days{1};
  EXPECT_EQ(draft.objections(), Names{"edition_is_dated"});
}

// ---- Terms -------------------------------------------------------------------------------------

TEST(Checks, ANegativeTermAndOneOfACenturyAreImpossible) {
  Draft draft;
  draft.steps[0].term = Term{CalendarDays{-1}};
  EXPECT_TRUE(draft.objections().contains("terms_are_possible"));
  draft.steps[0].term = Term{CalendarMonths{1200}};
  EXPECT_TRUE(draft.objections().contains("terms_are_possible"));
}

TEST(Checks, DaysOfAcceptanceAndIssueAreExcludedFromDaysOnly) {
  Draft draft;
  draft.service_terms[0].term = CalendarMonths{1};
  draft.service_terms[0].excludes_ends = true;
  EXPECT_TRUE(draft.objections().contains("terms_are_possible"));
}

TEST(Checks, AnExtensionIsLongerAndOfTheSameUnit) {
  for (const Term& total : {Term{WorkingDays{7}}, Term{CalendarDays{90}}}) {
    Draft draft;
    draft.service_terms.push_back({"other", total, "003 §14"});
    ClauseLine& clause = draft.clause("accept", "accepted");
    clause.variant = "other";
    clause.extends = true;
    EXPECT_TRUE(draft.objections().contains("extensions_are_longer")) << describe(total);
  }
}

TEST(Checks, ASuspensionIsResumedOrRestarted) {
  for (const TermAct act : {TermAct::none, TermAct::resume, TermAct::restart}) {
    Draft draft;
    draft.clause("accept", "accepted").term_act = TermAct::suspend;
    draft.clause("dvd-check", "forwarded").term_act = act;
    EXPECT_EQ(draft.objections().contains("suspensions_are_resumed"), act == TermAct::none);
  }
}

TEST(Checks, ATaskIsDoneBesideTheStepsOnly) {
  Draft draft;
  draft.clause("accept", "term-expired").done = true;
  EXPECT_EQ(draft.objections(), Names{"side_tasks_end"});
}

TEST(Checks, TheLadderRisesInTimeAndInTheDirectory) {
  Draft draft;
  std::swap(draft.ladder[0], draft.ladder[1]);
  EXPECT_EQ(draft.objections(), Names{"ladder_rises"});
}

TEST(Checks, ANormIsAPercentage) {
  Draft draft;
  draft.norm = Norm{0, "003 §14"};
  EXPECT_EQ(draft.objections(), Names{"norms_are_percentages"});
}

// ---- tests/law/broken --------------------------------------------------------------------------

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Texts of the assertions: what stands between the last quotes of each static_assert.
std::set<std::string> assertions(const std::string& source) {
  std::set<std::string> messages;
  for (std::size_t at = source.find("static_assert("); at != std::string::npos;
       at = source.find("static_assert(", at + 1)) {
    const std::size_t end = source.find(");", at);
    const std::size_t close = source.rfind('"', end);
    const std::size_t open = source.rfind('"', close - 1);
    if (open > at && close < end) {
      messages.insert(source.substr(open + 1, close - open - 1));
    }
  }
  return messages;
}

TEST(BrokenRegulations, EveryAssertionHasAFileThatFailsByIt) {
  const std::filesystem::path root = REGLAMENT_SOURCE_DIR;
  std::set<std::string> asserted = assertions(text_of(root / "engine/law/checks.hpp"));
  asserted.merge(assertions(text_of(root / "engine/law/clause.hpp")));
  std::set<std::string> expected;
  for (const auto& file : std::filesystem::directory_iterator(root / "tests/law/broken")) {
    std::ifstream source(file.path());
    std::string line;
    std::getline(source, line);
    if (line.starts_with("// expect: ") && file.path().stem() != "control") {
      expected.insert(line.substr(11));
    }
  }
  EXPECT_EQ(asserted, expected);
  // The three of clause.hpp are asserted where a clause or a condition is written.
  EXPECT_EQ(asserted.size(), checks.size() + 3);
}

}  // namespace
}  // namespace reglament::law
