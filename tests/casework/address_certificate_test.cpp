// The decisions of the engine on the address certificate: minutes at the bureau, days by post and
// through a centre, the return of a package with its two terms, a certificate nobody collects.
// Bureaus are open 9 to 18 with a break from 13 to 14, centres 9 to 20 from Monday to Saturday.
#include <gtest/gtest.h>

#include "engine/base/fault.hpp"
#include "tests/casework/driven_case.hpp"

namespace reglament {
namespace {

using testing::address_filing;
using testing::DrivenCase;
using testing::instant;
using testing::permit_framework;

constexpr std::string_view kAstana = "kz.psc.astana.esil";
constexpr std::string_view kAtbasar = "kz.psc.akmola.atbasar";

class AddressCertificate : public ::testing::Test {
 protected:
  Entry file(std::string_view at, std::string channel, std::string_view office) {
    std::vector<std::string> documents{"application", "identity-document"};
    if (channel == "written") documents = {"written-request"};
    return case_.file(instant(at), address_filing(std::move(channel), office, documents));
  }
  Entry answer(std::string_view at, std::string_view step, std::string outcome,
               std::string ground = {}) {
    return case_.answer(instant(at), step, std::move(outcome), std::move(ground));
  }
  // Accepted on Monday, 4 February 2013, and brought to the bureau at four.
  void bring(std::string_view centre) {
    file("2013-02-04T10:00:00+06:00", "psc", centre);
    answer("2013-02-04T10:05:00+06:00", "accept", "accepted");
    answer("2013-02-04T12:00:00+06:00", "accumulate", "gathered");
    answer("2013-02-04T16:00:00+06:00", "courier-to-authority", "delivered");
  }
  // At the centre again, a day before the date of issue.
  void bring_back() {
    bring(kAstana);
    answer("2013-02-05T10:00:00+06:00", "authority-check", "complete");
    answer("2013-02-05T15:00:00+06:00", "fill", "filled");
    answer("2013-02-06T15:00:00+06:00", "hand-over-to-psc", "delivered");
  }

  DrivenCase case_{permit_framework()};
};

// ---- At the bureau -----------------------------------------------------------------------------

TEST_F(AddressCertificate, Par7InPersonItTakesTenWorkingMinutes) {
  file("2013-02-04T10:00:00+06:00", "direct", "kz.ab.akmola");
  EXPECT_EQ(case_.deadline().due_at, instant("2013-02-04T10:10:00+06:00"));
  EXPECT_EQ(case_.deadline("serve-in-person").due_at, instant("2013-02-04T10:10:00+06:00"));
  answer("2013-02-04T10:09:00+06:00", "serve-in-person", "issued");
  EXPECT_EQ(case_.state().result.view(), "granted");
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::met);
}

TEST_F(AddressCertificate, Par9TheBreakIsNotCounted) {
  file("2013-02-04T12:55:00+06:00", "direct", "kz.ab.akmola");
  EXPECT_EQ(case_.deadline().due_at, instant("2013-02-04T14:05:00+06:00"));
}

TEST_F(AddressCertificate, Par7AnOverdueWindowIsReportedAndGoesOn) {
  file("2013-02-04T10:00:00+06:00", "direct", "kz.ab.akmola");
  const auto alarms = case_.alarms_until(instant("2013-02-04T10:10:00+06:00"));
  ASSERT_EQ(alarms.size(), 2U);  // the service and the step
  EXPECT_EQ(alarms.back().paragraph, "002 §7.1");
  answer("2013-02-04T10:20:00+06:00", "serve-in-person", "issued");
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::breached);
}

TEST_F(AddressCertificate, Par17TheBureauRefusesWithAGround) {
  file("2013-02-04T10:00:00+06:00", "direct", "kz.ab.akmola");
  answer("2013-02-04T10:05:00+06:00", "serve-in-person", "refused", "ADDR-R1");
  EXPECT_EQ(case_.state().result.view(), "refused");
}

TEST_F(AddressCertificate, Par7AWrittenRequestIsAnsweredInFiveWorkingDays) {
  file("2013-02-04T10:00:00+06:00", "written", "kz.ab.vko.semey");
  EXPECT_EQ(case_.deadline().due_at, instant("2013-02-11T18:00:00+06:00"));
  answer("2013-02-04T11:00:00+06:00", "register-incoming", "registered");
  answer("2013-02-06T11:00:00+06:00", "fill-request", "filled");
  EXPECT_EQ(case_.deadline("send-answer").due_at, instant("2013-02-11T18:00:00+06:00"));
  EXPECT_EQ(case_.state().holder().view(), "kz.ab.vko.semey");
  answer("2013-02-11T17:00:00+06:00", "send-answer", "sent");
  EXPECT_EQ(case_.state().result.view(), "granted");
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::met);
}

// ---- Through a centre --------------------------------------------------------------------------

TEST_F(AddressCertificate, Par14TheDayOfAcceptanceAtTheCentre) {
  file("2013-02-04T10:00:00+06:00", "psc", kAstana);
  EXPECT_EQ(case_.state().service_deadline(), nullptr);  // it starts at the bureau
  EXPECT_EQ(case_.deadline("accept").due_at, instant("2013-02-04T10:10:00+06:00"));
  const Entry accepted = answer("2013-02-04T10:05:00+06:00", "accept", "accepted");
  EXPECT_EQ(accepted.notices.at(0).kind, "receipt");
  EXPECT_EQ(accepted.notices.at(0).paragraph, "002 §15");
  EXPECT_EQ(case_.deadline("accumulate").due_at, instant("2013-02-04T20:00:00+06:00"));
  answer("2013-02-04T12:00:00+06:00", "accumulate", "gathered");
  EXPECT_EQ(case_.deadline("courier-to-authority").due_at, instant("2013-02-04T20:00:00+06:00"));
}

TEST_F(AddressCertificate, Par7ThreeWorkingDaysFromTheArrivalInAstana) {
  bring(kAstana);
  EXPECT_EQ(case_.state().variant.view(), "astana-or-regional-centre");
  EXPECT_EQ(case_.deadline().due_at, instant("2013-02-07T20:00:00+06:00"));
  EXPECT_EQ(case_.deadline("authority-check").due_at, instant("2013-02-07T18:00:00+06:00"));
  EXPECT_EQ(case_.state().holder().view(), "kz.ab.astana");
  answer("2013-02-05T10:00:00+06:00", "authority-check", "complete");
  answer("2013-02-05T15:00:00+06:00", "fill", "filled");
  EXPECT_EQ(case_.deadline("hand-over-to-psc").due_at, instant("2013-02-06T18:00:00+06:00"));
}

TEST_F(AddressCertificate, Par7FiveWorkingDaysInAnotherTown) {
  bring(kAtbasar);
  EXPECT_EQ(case_.state().variant.view(), "other-centre-incl-almaty");
  EXPECT_EQ(case_.deadline().due_at, instant("2013-02-11T20:00:00+06:00"));
  EXPECT_EQ(case_.state().holder().view(), "kz.ab.akmola");
}

TEST_F(AddressCertificate, Par7FiveWorkingDaysInAlmaty) {
  bring("kz.psc.almatycity.medeu");
  EXPECT_EQ(case_.deadline().due_at, instant("2013-02-11T20:00:00+06:00"));
  EXPECT_EQ(case_.state().holder().view(), "kz.ab.almatycity");
}

TEST_F(AddressCertificate, Par16IsHandedOutAtTheWindow) {
  bring_back();
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::met);
  EXPECT_FALSE(case_.deadline().is_open());
  EXPECT_EQ(case_.state().holder().view(), kAstana);
  // The applicant is late, and nobody's term suffers by it.
  EXPECT_TRUE(case_.alarms_until(instant("2013-02-08T12:00:00+06:00")).empty());
  answer("2013-02-08T12:00:00+06:00", "issue", "handed-out");
  EXPECT_EQ(case_.state().result.view(), "granted");
}

TEST_F(AddressCertificate, Par14ALateHandOverIsMissedBeforeTheService) {
  bring(kAstana);
  answer("2013-02-05T10:00:00+06:00", "authority-check", "complete");
  answer("2013-02-05T15:00:00+06:00", "fill", "filled");
  answer("2013-02-07T10:00:00+06:00", "hand-over-to-psc", "delivered");
  EXPECT_EQ(case_.deadline("hand-over-to-psc").status(), DeadlineStatus::breached);
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::met);
}

TEST_F(AddressCertificate, Par14WhatIsAcceptedOnSaturdayReachesTheBureauOnMonday) {
  file("2013-02-09T11:00:00+06:00", "psc", kAstana);
  answer("2013-02-09T11:05:00+06:00", "accept", "accepted");
  EXPECT_EQ(case_.due("accumulate"), "2013-02-11");
}

TEST_F(AddressCertificate, Par17TheCentreDoesNotAcceptWithoutTheDocuments) {
  file("2013-02-04T10:00:00+06:00", "psc", kAtbasar);
  answer("2013-02-04T10:05:00+06:00", "accept", "refused", "ADDR-R1");
  EXPECT_EQ(case_.state().result.view(), "not-accepted");
}

// ---- The return of a package -------------------------------------------------------------------

TEST_F(AddressCertificate, Par17ThreeDaysForTheReturnAndOneForTheNotice) {
  bring(kAstana);
  EXPECT_EQ(case_.due("authority-check"), "2013-02-07");
  const Entry back = answer("2013-02-07T17:00:00+06:00", "authority-check", "sent-back", "ADDR-R2");
  EXPECT_EQ(back.paragraph, "002 §17");
  EXPECT_EQ(case_.deadline("authority-check").status(), DeadlineStatus::met);
  // The return is what the term of the service could be kept with; the notice has its own.
  EXPECT_FALSE(case_.deadline().is_open());
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::met);
  EXPECT_EQ(case_.state().holder().view(), kAstana);
  EXPECT_EQ(case_.deadline("notify-applicant").due_at, instant("2013-02-08T20:00:00+06:00"));
  const Entry told = answer("2013-02-08T19:00:00+06:00", "notify-applicant", "told");
  EXPECT_EQ(told.notices.at(0).kind, "returned");
  EXPECT_EQ(case_.state().result.view(), "returned");
  EXPECT_EQ(case_.deadline("notify-applicant").status(), DeadlineStatus::met);
  EXPECT_FALSE(case_.state().alarm());
}

TEST_F(AddressCertificate, Par17BothTermsOfAReturnCanBeMissed) {
  bring(kAtbasar);
  answer("2013-02-08T10:00:00+06:00", "authority-check", "sent-back", "ADDR-R1");
  EXPECT_EQ(case_.deadline("authority-check").status(), DeadlineStatus::breached);
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::met);  // five days here
  EXPECT_EQ(case_.due("notify-applicant"), "2013-02-11");
  answer("2013-02-12T10:00:00+06:00", "notify-applicant", "told");
  EXPECT_EQ(case_.deadline("notify-applicant").status(), DeadlineStatus::breached);
  EXPECT_EQ(case_.state().result.view(), "returned");
}

// ---- Nobody comes ------------------------------------------------------------------------------

TEST_F(AddressCertificate, Par17ACertificateIsKeptForAMonth) {
  bring_back();
  answer("2013-02-07T19:30:00+06:00", "issue", "not-collected");
  EXPECT_EQ(case_.deadline("keep-result").due_at, instant("2013-03-07T20:00:00+06:00"));
  answer("2013-03-01T10:00:00+06:00", "keep-result", "handed-out");
  EXPECT_EQ(case_.state().result.view(), "granted");
}

TEST_F(AddressCertificate, Par17AfterAMonthItGoesToTheBureau) {
  bring_back();
  answer("2013-02-07T19:30:00+06:00", "issue", "not-collected");
  const auto alarms = case_.alarms_until(instant("2013-03-07T20:00:00+06:00"));
  ASSERT_FALSE(alarms.empty());
  EXPECT_EQ(alarms.back().paragraph, "002 §17");
  EXPECT_EQ(case_.state().result.view(), "withdrawn");
  EXPECT_EQ(case_.state().step.view(), "unclaimed");
  EXPECT_FALSE(case_.state().alarm());
  EXPECT_EQ(case_.deadline().status(), DeadlineStatus::met);
}

// ---- Where it is filed -------------------------------------------------------------------------

TEST_F(AddressCertificate, EachChannelHasItsOffices) {
  const Entry at_bureau = file("2013-02-04T10:00:00+06:00", "psc", "kz.ab.akmola");
  EXPECT_EQ(at_bureau.kind, entry_kind::filing_refused);
  EXPECT_EQ(at_bureau.rejection->code, rejection_code::wrong_office);
  EXPECT_EQ(at_bureau.paragraph, "002 §13");
  const Entry at_centre = file("2013-02-04T10:00:00+06:00", "direct", kAstana);
  EXPECT_EQ(at_centre.rejection->code, rejection_code::wrong_office);
  EXPECT_EQ(at_centre.rejection->expected, "an office with the role address-bureau");
}

TEST_F(AddressCertificate, AnOfficeThatTakesNoSuchFilingIsNoInput) {
  EXPECT_THROW(check_filing(address_filing("psc", "kz.knb.akmola", {}), permit_framework()),
               BadInput);
  EXPECT_NO_THROW(check_filing(address_filing("psc", kAstana, {}), permit_framework()));
  EXPECT_NO_THROW(check_filing(address_filing("direct", "kz.ab.akmola", {}), permit_framework()));
}

}  // namespace
}  // namespace reglament
