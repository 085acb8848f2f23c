#include "deploy/demo/scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "deploy/demo/filings.hpp"
#include "engine/base/fault.hpp"
#include "tests/demo/country.hpp"

namespace reglament::demo {
namespace {

using testing::date;
using testing::demo_country;
using testing::instant;
using testing::office;

Scenario scenario(std::uint64_t seed, std::size_t cases = 480) {
  return make_scenario(demo_country(), {cases, seed});
}

class OfSeed : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  const Scenario scenario_ = scenario(GetParam());
  const Directory& offices_ = testing::permit_framework().directory;
};
INSTANTIATE_TEST_SUITE_P(Seeds, OfSeed, ::testing::Values(1U, 2U, 3U, 77U, 1'000'003U));

std::set<std::string> requests_where(const Scenario& all, bool (*holds)(const Filing&)) {
  std::set<std::string> requests;
  for (const PlannedFiling& planned : all.filings) {
    if (holds(planned.filing)) requests.insert(planned.filing.request_id);
  }
  return requests;
}

TEST_P(OfSeed, FilesInEveryRegionAsManyAsAsked) {
  std::set<std::string> regions;
  for (const PlannedFiling& planned : scenario_.filings) {
    regions.insert(offices_[office(planned.filing.office)].region);
  }
  EXPECT_EQ(regions.size(), 16U);
  EXPECT_EQ(requests_where(scenario_,
                           [](const Filing& filing) {
                             return filing.documents.size() == 2 &&
                                    filing.applicant.citizenship != "KAZ";
                           })
                .size(),
            480U);
}

TEST_P(OfSeed, SomeSetsAreIncompleteAndSomeApplicantsAreCitizens) {
  EXPECT_NEAR(static_cast<double>(
                  requests_where(scenario_,
                                 [](const Filing& filing) { return filing.documents.size() < 2; })
                      .size()),
              0.04 * 480, 1);
  EXPECT_GE(
      requests_where(scenario_,
                     [](const Filing& filing) { return filing.applicant.citizenship == "KAZ"; })
          .size(),
      3U);
}

TEST_P(OfSeed, SomeRequestsAreRepeatedLaterAsTheyWere) {
  std::map<std::string, PlannedFiling> first;
  std::size_t repeats = 0;
  for (const PlannedFiling& planned : scenario_.filings) {
    const auto [original, is_new] = first.emplace(planned.filing.request_id, planned);
    if (is_new) continue;
    ++repeats;
    EXPECT_EQ(original->second.filing, planned.filing);
    EXPECT_LT(original->second.at, planned.at);
  }
  EXPECT_GE(repeats, 3U);
}

TEST_P(OfSeed, FilesInOrderAndWhileTheUnitIsOpen) {
  EXPECT_TRUE(std::ranges::is_sorted(scenario_.filings, {}, &PlannedFiling::at));
  EXPECT_GE(scenario_.filings.front().at, scenario_.start);
  for (const PlannedFiling& planned : scenario_.filings) {
    const OfficeHours hours(demo_country(), office(planned.filing.office));
    ASSERT_EQ(hours.after(planned.at, {}), planned.at) << planned.filing.request_id;
  }
}

TEST_P(OfSeed, EachMisfortuneFallsOnAnotherRegion) {
  std::set<std::string> regions{offices_[office(scenario_.silent.office)].region,
                                offices_[office(scenario_.dying.office)].region};
  std::size_t slow = 0;
  for (const auto& [id, speed] : scenario_.speeds) {
    const Office& of = offices_[office(id)];
    if (speed != Speed::too_slow || of.holds("migration-police-unit")) continue;
    regions.insert(of.region);
    ++slow;
  }
  EXPECT_EQ(slow, 3U);
  EXPECT_EQ(regions.size(), 2 + slow);
  EXPECT_TRUE(offices_[office(scenario_.silent.office)].holds("knb-department"));
  EXPECT_TRUE(offices_[office(scenario_.dying.office)].holds("migration-police-directorate"));
}

TEST_P(OfSeed, EveryOfficeThatGetsWorkHasPeople) {
  for (const PlannedFiling& planned : scenario_.filings) {
    ASSERT_TRUE(scenario_.offices.contains(planned.filing.office)) << planned.filing.office;
  }
  for (const auto& [id, pace] : scenario_.offices) {
    EXPECT_GE(pace.officers, 1U) << id;
    EXPECT_GT(pace.usual.count(), 0) << id;
  }
}

TEST(Scenario, TwoWorkingWeeksFromTheFirstDayInForce) {
  const auto days = days_of_filing(demo_country());
  EXPECT_EQ(days.size(), 10U);
  EXPECT_EQ(days.front(), date("2015-07-13"));
  EXPECT_EQ(days.back(), date("2015-07-24"));
  EXPECT_EQ(start_of_demo(demo_country()), instant("2015-07-13T09:00:00+06:00"));
}

TEST(Scenario, OneOfficeIsSilentForFiveWorkingDays) {
  const Silence silence = scenario(1).silent.silence;
  EXPECT_EQ(
      testing::permit_framework().calendars.latest().five_day.count(silence.from, silence.until),
      WorkingDays{5});
}

TEST(Scenario, TheSameSeedGivesTheSameApplications) {
  const Scenario one = scenario(5);
  const Scenario two = scenario(5);
  const Scenario other = scenario(6);
  ASSERT_EQ(one.filings.size(), two.filings.size());
  for (std::size_t i = 0; i < one.filings.size(); ++i) {
    ASSERT_EQ(one.filings[i].at, two.filings[i].at);
    ASSERT_EQ(one.filings[i].filing, two.filings[i].filing);
  }
  EXPECT_NE(one.filings.front().filing.applicant, other.filings.front().filing.applicant);
}

TEST(Scenario, RefusesTooFewCases) {
  EXPECT_THROW(static_cast<void>(scenario(1, 399)), BadInput);
  EXPECT_THROW(static_cast<void>(scenario(1, 20'001)), BadInput);
  EXPECT_GE(scenario(1, 400).filings.size(), 400U);
}

}  // namespace
}  // namespace reglament::demo
