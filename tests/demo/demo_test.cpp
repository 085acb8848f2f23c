// Whole demos of one seed: one in this process, one by the program, whose output is no terminal
// here.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "deploy/demo/demo.hpp"
#include "deploy/demo/department_desks.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/engine_port.hpp"
#include "deploy/program/world.hpp"
#include "tests/demo/shown_text.hpp"
#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F);
  });
}

class Demo : public Program {
 protected:
  // The demo in this process: what the command prints, and what it is printed from.
  struct Shown {
    std::string text;
    demo::Summary summary;
  };
  Shown run_here(const demo::ScenarioSettings& settings) {
    program::Globals globals;
    globals.db = (folder_ / "here.db").string();
    const Framework law = program::framework(globals.warn_before);
    const demo::Country country{law, program::world().six_day};
    const demo::Scenario scenario = demo::make_scenario(country, settings);
    program::create_database(globals, scenario.start, 4);
    Shown shown;
    {
      const auto engine = program::connect_engine(globals);
      const auto reader = program::open_reader(globals);
      const auto progress =
          demo::progress_lines([&](std::string_view text) { shown.text += text; });
      demo::Staff staff(country, scenario, demo::departments_here(*engine, country, scenario));
      demo::run(*engine, *reader, country, scenario, staff, *progress);
    }
    shown.summary = demo::summarize(*program::open_reader(globals), country, settings.seed);
    shown.text += demo::text_of(shown.summary, country) + "\n";
    return shown;
  }
};

std::size_t count_of(const demo::Findings& findings, std::string_view kind,
                     std::string_view reason) {
  std::size_t count = 0;
  for (const demo::OutcomeLine& line : findings.outcomes) {
    if (line.kind == kind && line.reason == reason) count += line.count;
  }
  return count;
}

TEST_F(Demo, KeepsWhatItPromisesAndIsTheSameForTheSameSeed) {
  const Shown here = run_here({400, 5});
  const demo::Findings& findings = here.summary.findings;
  EXPECT_EQ(findings.accepted, 400U);
  EXPECT_EQ(findings.open, 0U);
  EXPECT_EQ(findings.regions, 16U);
  EXPECT_GE(count_of(findings, "granted", ""), 300U);
  EXPECT_GE(count_of(findings, "refused", "BZP-KNB"), 1U);
  EXPECT_GE(count_of(findings, "refused", "BZP-R1"), 1U);
  EXPECT_GE(count_of(findings, "not-accepted", ""), 1U);
  EXPECT_GE(count_of(findings, "refused-at-filing", "documents-missing"), 1U);
  EXPECT_GE(count_of(findings, "refused-at-filing", "not-entitled"), 1U);
  EXPECT_GE(findings.missed_terms, 1U);
  ASSERT_EQ(findings.most_overdue.size(), 3U);
  EXPECT_GE(findings.most_overdue[0].late, findings.most_overdue[2].late);
  EXPECT_FALSE(findings.most_overdue[0].holders.empty());
  ASSERT_EQ(findings.returned.size(), 1U);
  EXPECT_GE(findings.returned[0].count, 3U);
  ASSERT_TRUE(findings.longest_silence);
  EXPECT_GE(findings.longest_silence->days, WorkingDays{5});
  EXPECT_TRUE(here.summary.evidence.holds());

  const Ended there = run({"demo", "--cases", "400", "--seed", "5"});
  EXPECT_EQ(there.exit, 0) << there.err;
  EXPECT_EQ(without_root(there.out), without_root(here.text));
  EXPECT_FALSE(has_control_characters(there.out));
}

TEST_F(Demo, JsonEndsWithASummaryAndTheDatabaseHolds) {
  const Ended ended = run_json({"demo", "--cases", "400", "--seed", "9"});
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const std::vector<Json> lines = ended.lines();
  ASSERT_GT(lines.size(), 10U);
  EXPECT_EQ(lines.front().at("date"), "2015-07-13");
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) EXPECT_EQ(lines[i].at("event"), "day");
  const Json& summary = lines.back();
  EXPECT_EQ(summary.at("event"), "summary");
  EXPECT_EQ(summary.at("accepted"), lines[lines.size() - 2].at("closed"));
  EXPECT_EQ(summary.at("check").at("ok"), true);
  EXPECT_EQ(run_json({"check"}).json().at("ok"), true);
  const Json verified = run_json({"history", "verify"}).json();
  EXPECT_EQ(verified.at("ok"), true);
  EXPECT_EQ(verified.at("entries"), summary.at("history").at("entries"));
  EXPECT_EQ(verified.at("root"), summary.at("history").at("root"));
}

TEST_F(Demo, RefusesADatabaseThatIsThere) {
  init_virtual();
  const Ended ended = run({"demo"});
  EXPECT_EQ(ended.exit, 65);
  EXPECT_NE(ended.err.find(database()), std::string::npos) << ended.err;
}

TEST_F(Demo, RefusesTooFewCases) {
  EXPECT_EQ(run({"demo", "--cases", "399"}).exit, 64);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

}  // namespace
}  // namespace reglament::testing
