#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class Usage : public Program {};

const std::vector<std::vector<std::string>>& commands() {
  static const std::vector<std::vector<std::string>> all = {
      {"init"},          {"file"},         {"desk"},
      {"case"},          {"case", "show"}, {"case", "list"},
      {"clock", "show"}, {"clock"},        {"clock", "advance"},
      {"serve"},         {"calendar"},     {"regulation"},
      {"office"},        {"sla"},          {"history"},
      {"check"},         {"demo"},         {"bench"},
      {"dead-letters"}};
  return all;
}

TEST_F(Usage, EveryCommandHelpsWithAnExample) {
  std::vector<std::vector<std::string>> all = commands();
  all.emplace_back();
  for (std::vector<std::string> command : all) {
    command.emplace_back("--help");
    const Ended ended = run_plain(command);
    EXPECT_EQ(ended.exit, 0) << command.front();
    EXPECT_NE(ended.out.find("Example: reglament"), std::string::npos) << ended.out;
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(Usage, WrongFlagsAreOneLineAndExit64) {
  for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
           {},
           {"nonsense"},
           {"init", "--no-such-flag"},
           {"init", "superfluous"},
           {"file"},
           {"file", "a", "b"},
           {"desk", "--favourable"},
           {"desk", "--all"},
           {"desk", "--all", "--office", "kz.dvd.akmola", "--favourable"},
           {"desk", "--all", "--favourable", "--answers", "f"},
           {"desk", "--office", "--favourable"},
           {"case"},
           {"case", "show"},
           {"case", "list", "--office"},
           {"clock"},
           {"clock", "advance"},
           {"clock", "advance", "--to", "2015-07-14T10:15:00+06:00", "--by", "P1D"},
           {"serve", "now"}}) {
    const Ended ended = run_plain(wrong);
    EXPECT_EQ(ended.exit, 64) << ::testing::PrintToString(wrong) << ended.err;
    EXPECT_EQ(ended.out, "") << ::testing::PrintToString(wrong);
    EXPECT_TRUE(ended.err.starts_with("reglament: ")) << ended.err;
    EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << "one line: " << ended.err;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Usage, GlobalOptionsStandBeforeAndAfterTheCommand) {
  init_virtual();
  EXPECT_EQ(run_plain({"--db", database(), "--json", "clock", "show"}).exit, 0);
  const Ended after = run_plain({"clock", "show", "--json", "--db", database()});
  EXPECT_EQ(after.json().at("now"), "2015-07-14T04:15:00Z");
}

TEST_F(Usage, VerboseLogsGoToStandardError) {
  init_virtual();
  const Ended ended = run_json({"--verbose", "file", "-"}, application("r").dump());
  EXPECT_EQ(ended.exit, 0);
  expect_keys(ended.json(), {"talon"});
  EXPECT_NE(ended.err, "");
}

TEST_F(Usage, AnOutputThatIsFullIsUnavailable) {
  init_virtual();
  file_good(1);
  output_ = "/dev/full";
  const Ended ended = run({"case", "list"});
  EXPECT_EQ(ended.exit, 69);
  EXPECT_NE(ended.err.find("standard output"), std::string::npos) << ended.err;
}

TEST_F(Usage, AnOutputThatIsClosedEndsQuietly) {
  init_virtual();
  file_good(300);
  Running listing({"--db", database(), "--json", "case", "list"}, folder_);
  EXPECT_NE(listing.read_line(), "");
  listing.close_output();
  EXPECT_EQ(listing.wait(), 69);
  EXPECT_EQ(listing.errors(), "");
}

}  // namespace
}  // namespace reglament::testing
