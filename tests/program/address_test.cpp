// The address certificate through the program: each channel to its end, and the return of a
// package.
#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class Address : public Program {
 protected:
  void SetUp() override { init_virtual("2013-02-04T10:00:00+06:00"); }

  std::string file_address(const std::string& channel, const std::string& office,
                           const std::vector<std::string>& documents) {
    Json filing = application(channel + "-1");
    filing["regulation"] = "address-certificate";
    filing["office"] = office;
    filing["channel"] = channel;
    filing["documents"] = documents;
    const Ended filed = run_json({"file", "-"}, filing.dump() + "\n");
    EXPECT_EQ(filed.exit, 0) << filed.err << filed.out;
    return filed.json().at("talon");
  }
};

TEST_F(Address, FavourableAnswersLeadEveryChannelToAGrant) {
  const std::vector<std::string> talons{
      file_address("direct", "kz.ab.akmola", {"identity-document"}),
      file_address("written", "kz.ab.vko.semey", {"written-request"}),
      file_address("psc", "kz.psc.astana.esil", {"application", "identity-document"})};
  ASSERT_EQ(run({"desk", "--all", "--favourable", "--until-idle"}).exit, 0);
  for (const std::string& talon : talons) {
    EXPECT_EQ(run_json({"case", "show", talon}).json().at("result"), "granted") << talon;
  }
  EXPECT_EQ(run({"check"}).exit, 0);
  EXPECT_EQ(run({"history", "verify"}).exit, 0);
}

TEST_F(Address, AReturnedPackageGoesThroughTheCentreToTheApplicant) {
  const std::string talon =
      file_address("psc", "kz.psc.akmola.atbasar", {"application", "written-request"});
  const std::string rules = write("rules.jsonl",
                                  "{\"step\":\"accept\",\"outcome\":\"accepted\"}\n"
                                  "{\"step\":\"accumulate\",\"outcome\":\"gathered\"}\n"
                                  "{\"step\":\"courier-to-authority\",\"outcome\":\"delivered\"}\n"
                                  "{\"step\":\"authority-check\",\"outcome\":\"sent-back\","
                                  "\"reason\":\"ADDR-R2\",\"fields\":{\"reasons\":\"no stamp\"}}\n"
                                  "{\"step\":\"notify-applicant\",\"outcome\":\"told\"}\n");
  const Ended desk = run_json({"desk", "--all", "--until-idle", "--answers", rules});
  EXPECT_EQ(desk.exit, 0) << desk.err;
  EXPECT_EQ(run_json({"case", "show", talon}).json().at("result"), "returned");
}

TEST_F(Address, TheRegulationIsListedShownAndDrawn) {
  EXPECT_NE(run({"regulation", "list"}).out.find("address-certificate"), std::string::npos);
  const Json shown = run_json({"regulation", "show", "address-certificate"}).json();
  EXPECT_EQ(shown.at("norm").at("percent"), 100);
  EXPECT_EQ(shown.at("documents").size(), 5U);
  EXPECT_NE(run({"regulation", "steps", "address-certificate"}).out.find("courier-to-authority"),
            std::string::npos);
  EXPECT_EQ(run({"regulation", "diagram", "address-certificate"}).exit, 0);
  EXPECT_EQ(run({"regulation", "check"}).exit, 0);
}

}  // namespace
}  // namespace reglament::testing
