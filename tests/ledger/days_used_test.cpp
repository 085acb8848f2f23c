#include "engine/ledger/days_used.hpp"

#include <gtest/gtest.h>

#include "engine/ledger/office_time.hpp"
#include "tests/ledger/case_life.hpp"

namespace reglament {
namespace {

using testing::CaseLife;
using testing::instant;
using testing::kDirectorate;
using testing::kKnb;
using testing::kLocalUnit;
using testing::permit_framework;

WorkingTime unit_time() {
  const Framework& framework = permit_framework();
  return office_time(framework.directory, office_named(framework.directory, kLocalUnit),
                     "border-zone-permit", framework.calendars.latest().five_day);
}

std::vector<Holding> holdings(const CaseLife& life, std::string_view now) {
  return life.days_used(instant(now), unit_time()).holdings;
}

TEST(DaysUsed, AttributesEachTaskToItsOffice) {
  CaseLife life;
  life.file(instant("2015-07-14T10:00:00+06:00"));
  life.answer(instant("2015-07-14T11:30:00+06:00"), 1, kLocalUnit, "accepted");
  life.answer(instant("2015-07-14T12:00:00+06:00"), 2, kLocalUnit, "forwarded");
  life.answer(instant("2015-07-15T10:00:00+06:00"), 3, kDirectorate, "forwarded");
  const auto found = holdings(life, "2015-07-15T12:00:00+06:00");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0], (Holding{HolderKind::office, Symbol(kLocalUnit), Symbol("accept"),
                               instant("2015-07-14T10:00:00+06:00"),
                               instant("2015-07-14T11:30:00+06:00"), WorkingMinutes{90}}));
  EXPECT_EQ(found[1].step.view(), "forward-to-dvd");
  EXPECT_EQ(found[1].working, WorkingMinutes{30});
  // 12:00 to 13:00, 14:30 to 18:00 and 9:00 to 10:00 of the next day.
  EXPECT_EQ(found[2].office.view(), kDirectorate);
  EXPECT_EQ(found[2].working, WorkingMinutes{60 + 210 + 60});
  // Open still: up to now.
  EXPECT_EQ(found[3].office.view(), kKnb);
  EXPECT_EQ(found[3].to, instant("2015-07-15T12:00:00+06:00"));
}

TEST(DaysUsed, WarningsAndExpiriesDoNotCutAHolding) {
  CaseLife life;
  life.file(instant("2015-07-14T10:00:00+06:00"));
  life.pass(instant("2015-07-20T10:00:00+06:00"));
  ASSERT_GT(life.decisions().size(), 2U);
  EXPECT_EQ(holdings(life, "2015-07-20T10:00:00+06:00").size(), 1U);
}

TEST(DaysUsed, EndsWithTheResult) {
  CaseLife life;
  life.file(instant("2015-07-14T10:00:00+06:00"));
  life.answer(instant("2015-07-14T11:30:00+06:00"), 1, kLocalUnit, "incomplete");
  ASSERT_FALSE(life.state().is_open());
  // Late answers are recorded and hold nothing.
  life.answer(instant("2015-07-16T11:30:00+06:00"), 1, kLocalUnit, "accepted");
  const auto used = life.days_used(instant("2015-08-14T11:30:00+06:00"), unit_time());
  ASSERT_EQ(used.holdings.size(), 1U);
  EXPECT_EQ(used.holdings[0].to, instant("2015-07-14T11:30:00+06:00"));
  EXPECT_EQ(used.working, WorkingMinutes{90});
}

TEST(DaysUsed, TheWayOfAPackageIsTransportWhoeverSendsIt) {
  constexpr std::string_view centre = "kz.psc.astana.esil";
  CaseLife life;
  life.file(instant("2013-02-04T10:00:00+06:00"),
            testing::address_filing("psc", centre, {"application", "identity-document"}));
  life.answer(instant("2013-02-04T10:05:00+06:00"), 1, centre, "accepted");
  life.answer(instant("2013-02-04T12:00:00+06:00"), 2, centre, "gathered");
  life.answer(instant("2013-02-04T16:00:00+06:00"), 3, centre, "delivered");
  const auto found = holdings(life, "2013-02-04T17:00:00+06:00");
  ASSERT_EQ(found.size(), 4U);
  std::vector<HolderKind> holders;
  for (const Holding& holding : found) holders.push_back(holding.holder);
  EXPECT_EQ(holders, (std::vector{HolderKind::office, HolderKind::office, HolderKind::transport,
                                  HolderKind::office}));
  EXPECT_EQ(found[2].step.view(), "courier-to-authority");
  EXPECT_EQ(found[2].from, instant("2013-02-04T12:00:00+06:00"));
  EXPECT_EQ(found[2].to, instant("2013-02-04T16:00:00+06:00"));
}

TEST(DaysUsed, ACaseThatWasJustFiledHasUsedNothing) {
  CaseLife life;
  life.file(instant("2015-07-14T10:00:00+06:00"));
  const auto used = life.days_used(instant("2015-07-14T10:00:00+06:00"), unit_time());
  EXPECT_TRUE(used.holdings.empty());
  EXPECT_EQ(used.working, WorkingMinutes{0});
}

// Entries of a regulation with a way between offices, an applicant's step and a side task; no law
// is asked.
class HoldingsOfRoles : public ::testing::Test {
 protected:
  HoldingsOfRoles() { provisions_.steps = steps_; }

  Entry& entry(std::string_view at, std::string_view kind, std::string_view next_step = {}) {
    Entry made;
    made.kind = kind;
    made.at = instant(at);
    made.next_step = next_step;
    entries_.push_back(made);
    return entries_.back();
  }

  std::vector<Holding> found(std::string_view now) {
    HoldingHistory history(provisions_);
    for (const Entry& one : entries_) history.add(one);
    return history.days_used(instant(now), unit_time()).holdings;
  }

  static StepLine step(std::string_view code, std::string_view role, bool transport = false) {
    StepLine line{};
    line.code = code;
    line.role = role;
    line.transport = transport;
    return line;
  }

  std::vector<StepLine> steps_{step("accept", "desk"), step("carry", "desk", true),
                               step("complete-set", "applicant"), step("notify", "desk")};
  Provisions provisions_;
  std::deque<Entry> entries_;
};

TEST_F(HoldingsOfRoles, TheWayBetweenOfficesIsTransportAndTheApplicantHimself) {
  entry("2015-07-14T10:00:00+06:00", entry_kind::filed, "carry").offered = {
      {1, 1, "carry", kLocalUnit}};
  Entry& arrived = entry("2015-07-14T11:00:00+06:00", entry_kind::answered, "complete-set");
  arrived.task = 1;
  arrived.offered = {{2, 1, "complete-set", kLocalUnit}};
  entry("2015-07-14T12:00:00+06:00", entry_kind::answered).task = 2;
  const auto holdings = found("2015-07-14T12:30:00+06:00");
  ASSERT_EQ(holdings.size(), 3U);
  EXPECT_EQ(holdings[0].holder, HolderKind::transport);
  EXPECT_EQ(holdings[1].holder, HolderKind::applicant);
  // Nobody holds a task: the case is on its way.
  EXPECT_EQ(holdings[2].holder, HolderKind::transport);
  EXPECT_TRUE(holdings[2].office.is_empty());
}

TEST_F(HoldingsOfRoles, OfTwoTasksTheMainStepsHolderHasTheTime) {
  entry("2015-07-14T10:00:00+06:00", entry_kind::filed, "accept").offered = {
      {1, 1, "accept", kLocalUnit}};
  entry("2015-07-14T11:00:00+06:00", entry_kind::answered).offered = {
      {2, 1, "notify", kDirectorate}};
  entries_.back().task = 9;  // of another task: the main one stays open
  Entry& done = entry("2015-07-14T12:00:00+06:00", entry_kind::answered, "carry");
  done.task = 1;
  const auto holdings = found("2015-07-14T12:30:00+06:00");
  ASSERT_EQ(holdings.size(), 2U);
  EXPECT_EQ(holdings[0].office.view(), kLocalUnit);
  EXPECT_EQ(holdings[0].working, WorkingMinutes{120});
  EXPECT_EQ(holdings[1].office.view(), kDirectorate);  // only the side task is left
}

TEST_F(HoldingsOfRoles, WhileTheServiceIsSuspendedNobodyUsesItsDays) {
  const auto change = [](std::string_view what, std::string_view scope) {
    DeadlineChange made;
    made.change = what;
    made.scope = scope;
    return made;
  };
  entry("2015-07-14T10:00:00+06:00", entry_kind::filed, "accept").offered = {
      {1, 1, "accept", kLocalUnit}};
  // A step's own term may stand still: its office has the case all the same.
  entry("2015-07-14T10:30:00+06:00", entry_kind::act).deadlines = {
      change(deadline_change::suspended, deadline_scope::step)};
  entry("2015-07-14T11:00:00+06:00", entry_kind::act).deadlines = {
      change(deadline_change::suspended, deadline_scope::service)};
  entry("2015-07-16T11:00:00+06:00", entry_kind::act).deadlines = {
      change(deadline_change::resumed, deadline_scope::service)};
  const auto holdings = found("2015-07-16T12:30:00+06:00");
  ASSERT_EQ(holdings.size(), 3U);
  EXPECT_EQ(holdings[0].working, WorkingMinutes{60});
  EXPECT_EQ(holdings[1].holder, HolderKind::suspension);
  EXPECT_TRUE(holdings[1].office.is_empty());
  EXPECT_EQ(holdings[1].working, WorkingMinutes{2 * 450});
  EXPECT_EQ(holdings[2].office.view(), kLocalUnit);
}

TEST_F(HoldingsOfRoles, ATaskThatIsOfferedAgainOrRevokedPassesOn) {
  entry("2015-07-14T10:00:00+06:00", entry_kind::filed, "accept").offered = {
      {1, 1, "accept", kLocalUnit}};
  entry("2015-07-14T11:00:00+06:00", entry_kind::expired).offered = {
      {1, 2, "accept", kDirectorate}};
  entry("2015-07-14T12:00:00+06:00", entry_kind::expired).revoked = {{1, kDirectorate}};
  const auto holdings = found("2015-07-14T12:30:00+06:00");
  ASSERT_EQ(holdings.size(), 3U);
  EXPECT_EQ(holdings[0].office.view(), kLocalUnit);
  EXPECT_EQ(holdings[1].office.view(), kDirectorate);
  EXPECT_EQ(holdings[2].holder, HolderKind::transport);
}

TEST_F(HoldingsOfRoles, AClockThatWasSetBackMakesNoNegativePart) {
  entry("2015-07-14T10:00:00+06:00", entry_kind::filed, "accept").offered = {
      {1, 1, "accept", kLocalUnit}};
  Entry& early = entry("2015-07-14T09:00:00+06:00", entry_kind::answered, "carry");
  early.task = 1;
  early.offered = {{2, 1, "carry", kLocalUnit}};
  const auto holdings = found("2015-07-14T10:30:00+06:00");
  ASSERT_EQ(holdings.size(), 1U);
  EXPECT_EQ(holdings[0].step.view(), "carry");
  EXPECT_EQ(holdings[0].from, instant("2015-07-14T10:00:00+06:00"));
}

TEST(OfficeTime, AnOfficeWithoutHoursIsMeasuredByWholeDays) {
  const Framework& framework = permit_framework();
  const Directory& directory = framework.directory;
  const OfficeIndex ministry = office_named(directory, "kz.min.mvd.mpc");
  ASSERT_FALSE(are_published(directory.hours(ministry, "border-zone-permit")));
  const WorkingTime time =
      office_time(directory, ministry, "border-zone-permit", framework.calendars.latest().five_day);
  // Friday, Saturday, Sunday, Monday: two working days.
  EXPECT_EQ(
      time.between(instant("2015-07-17T00:00:00+06:00"), instant("2015-07-21T00:00:00+06:00")),
      WorkingMinutes{2 * 24 * 60});
}

TEST(OfficeTime, TheHoursAreThoseThatTheActOfTheServiceGives) {
  const Framework& framework = permit_framework();
  const WorkingTime time =
      office_time(framework.directory, office_named(framework.directory, testing::kMilitary),
                  "benefit-certificate", framework.calendars.latest().five_day);
  // 9 to 13 and 15 to 17.
  EXPECT_EQ(
      time.between(instant("2013-02-04T00:00:00+06:00"), instant("2013-02-05T00:00:00+06:00")),
      WorkingMinutes{6 * 60});
}

}  // namespace
}  // namespace reglament
