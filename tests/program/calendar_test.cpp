#include <csignal>

#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class CalendarCommand : public Program {
 protected:
  Ended publish(const std::string& days, std::vector<std::string> more = {}) {
    std::vector<std::string> command{"calendar", "publish",
                                     write("decree.csv", "date,kind\n" + days), "--decree",
                                     "Resolution 1 of 2015-07-14"};
    command.insert(command.end(), more.begin(), more.end());
    return run_json(command);
  }
  std::string due_date(const std::string& talon) {
    return run_json({"case", "show", talon}).json().at("due_date");
  }
};

TEST_F(CalendarCommand, NeedsNoDatabase) {
  const Ended added = run_json({"calendar", "add", "2014-04-10", "15", "--known-on", "2014-04-17"});
  EXPECT_EQ(added.json().at("date"), "2014-05-02");
  EXPECT_EQ(run_json({"calendar", "add", "2014-04-10", "15", "--known-on", "2014-04-18"})
                .json()
                .at("date"),
            "2014-05-04");
}

TEST_F(CalendarCommand, PublishMovesOpenDeadlinesWithAnEntry) {
  init_virtual("2015-07-14T10:15:00+06:00");
  const std::string talon = file_good(1).front();
  ASSERT_EQ(due_date(talon), "2015-07-23");
  const Ended published = publish("2015-07-20,day_off\n");
  ASSERT_EQ(published.exit, 0) << published.err;
  expect_keys(published.json(), {"edition", "changed"});
  EXPECT_EQ(published.json().at("edition"), "kz-2015-07-14");
  EXPECT_EQ(published.json().at("changed"), 1);
  const Json shown = run_json({"case", "show", talon}).json();
  EXPECT_EQ(shown.at("due_date"), "2015-07-24");
  EXPECT_EQ(shown.at("deadlines").at(0).at("calendar"), "kz-five-day-2015-07-14");
  const Json& entry = shown.at("history").back();
  EXPECT_EQ(entry.at("kind"), "calendar");
  EXPECT_EQ(entry.at("ground"), "Resolution 1 of 2015-07-14");
  EXPECT_EQ(entry.at("outcome"), "kz-2015-07-14");
  EXPECT_EQ(entry.at("moved").at(0).at("due_date"), "2015-07-24");
  EXPECT_EQ(entry.at("moved").at(0).at("old_due_date"), "2015-07-23");
  const Ended for_people = run({"case", "show", talon});
  EXPECT_EQ(for_people.exit, 0) << for_people.err;
  EXPECT_NE(for_people.out.find("due 2015-07-23 -> 2015-07-24"), std::string::npos);
  EXPECT_NE(for_people.out.find("kz-five-day-2015-07-14"), std::string::npos);
  for (const char* by : {"regulation", "office", "step"}) {
    EXPECT_EQ(run({"sla", "report", "--by", by}).exit, 0) << by;
  }
  EXPECT_EQ(run({"history", "verify"}).exit, 0);
  EXPECT_EQ(run({"history", "replay"}).exit, 0);
  EXPECT_EQ(run({"check"}).exit, 0);
}

TEST_F(CalendarCommand, DatabaseCountsWithItsDecreesAndRemembersWhatWasKnown) {
  init_virtual("2015-07-14T10:15:00+06:00");
  ASSERT_EQ(publish("2015-07-20,day_off\n").exit, 0);
  EXPECT_EQ(run_json({"calendar", "add", "2015-07-17", "1"}).json().at("date"), "2015-07-21");
  const Ended before = run_json({"calendar", "add", "2015-07-17", "1", "--known-on", "2015-07-13"});
  EXPECT_EQ(before.json().at("date"), "2015-07-20");
}

TEST_F(CalendarCommand, DryRunListsWhatWouldMoveAndChangesNothing) {
  init_virtual("2015-07-14T10:15:00+06:00");
  const auto talons = file_good(3);
  const std::string before = snapshot();
  const Ended listed = publish("2015-07-15,day_off\n", {"--dry-run"});
  ASSERT_EQ(listed.exit, 0) << listed.err;
  const std::vector<Json> lines = listed.lines();
  ASSERT_EQ(lines.size(), 7U);  // two deadlines of each case, and the sum
  expect_keys(lines.front(),
              {"talon", "scope", "step", "office", "due_date", "new_due_date", "new_due_at"});
  EXPECT_EQ(lines.front().at("due_date"), "2015-07-23");
  EXPECT_EQ(lines.front().at("new_due_date"), "2015-07-24");
  EXPECT_EQ(lines.back().at("changed"), 6);
  EXPECT_EQ(lines.back().at("dry_run"), true);
  EXPECT_EQ(snapshot(), before);
  EXPECT_EQ(publish("2015-07-15,day_off\n").json().at("changed"), 6);
}

TEST_F(CalendarCommand, GoesThroughTheEngineThatRuns) {
  init_virtual("2015-07-14T10:15:00+06:00");
  Running serve({"--db", database(), "--json", "serve"}, folder_);
  ASSERT_NE(serve.read_line(), "") << serve.errors();
  const std::string talon = file_good(1).front();
  EXPECT_EQ(publish("2015-07-20,day_off\n").json().at("changed"), 1);
  EXPECT_EQ(due_date(talon), "2015-07-24");
  EXPECT_EQ(publish("2015-07-21,moved_day_off\n").exit, 65);
  EXPECT_EQ(publish("2015-07-20,day_off\n", {"--dry-run"}).exit, 0);
  serve.signal(SIGTERM);
  EXPECT_EQ(serve.wait(), 0) << serve.errors();
}

TEST_F(CalendarCommand, KilledServeLeavesTheRestToTheNextEngine) {
  init_virtual("2015-07-14T10:15:00+06:00");
  const auto talons = file_good(2000);
  {
    Running serve({"--db", database(), "--json", "serve"}, folder_);
    ASSERT_NE(serve.read_line(), "") << serve.errors();
    Running publishing({"--db", database(), "calendar", "publish",
                        write("decree.csv", "date,kind\n2015-07-20,day_off\n"), "--decree",
                        "Resolution 1 of 2015-07-14"},
                       folder_);
    serve.signal(SIGKILL);
    serve.wait();
    publishing.wait();
  }
  ASSERT_EQ(publish("2015-07-20,day_off\n").exit, 0);
  for (const std::string& talon : {talons.front(), talons.at(999), talons.back()}) {
    const Json shown = run_json({"case", "show", talon}).json();
    EXPECT_EQ(shown.at("due_date"), "2015-07-24");
    EXPECT_EQ(shown.at("history").size(), 2U) << "moved once";
  }
  EXPECT_EQ(run({"check"}).exit, 0);
  EXPECT_EQ(run({"history", "verify"}).exit, 0);
}

TEST_F(CalendarCommand, BadFilesAreOneErrorWithFileAndLineAndChangeNothing) {
  init_virtual("2015-07-14T10:15:00+06:00");
  file_good(1);
  const std::string before = snapshot();
  struct Wrong {
    std::string name;
    std::string text;
    std::string says;
  };
  const std::vector<Wrong> all{
      {"twice", "date,kind\n2015-07-20,day_off\n2015-07-20,day_off\n", "line 3"},
      {"no partner", "date,kind\n2015-07-20,moved_day_off\n", "line 2"},
      {"gap in the years", "date,kind\n2030-01-01,holiday\n", "years without a gap"},
      {"not csv", "{\"date\": \"2015-07-20\"}\n", "line 1"},
      {"empty", "", "found none"},
      {"only a header", "date,kind\n", "found none"},
      {"kind", "date,kind\n2015-07-20,holyday\n", "line 2"},
      {"no such date", "date,kind\n2015-02-30,day_off\n", "line 2"},
      {"before all years", "date,kind\n2008-12-31,day_off\n", "line 2"},
      {"too few cells", "date,kind\n2015-07-20\n", "line 2"},
      {"not utf-8", "date,kind\n2015-07-20,day_off\xff\n", ":2"},
      {"weekend", "date,kind\n2015-07-20,working_weekend\n", "line 2"},
  };
  for (const Wrong& wrong : all) {
    const std::string file = write("wrong.csv", wrong.text);
    for (const bool dry : {false, true}) {
      std::vector<std::string> command{"calendar", "publish", file, "--decree", "Resolution 1"};
      if (dry) command.emplace_back("--dry-run");
      const Ended ended = run(command);
      EXPECT_EQ(ended.exit, 65) << wrong.name;
      EXPECT_NE(ended.err.find("wrong.csv"), std::string::npos) << wrong.name << ": " << ended.err;
      EXPECT_NE(ended.err.find(wrong.says), std::string::npos) << wrong.name << ": " << ended.err;
      EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << wrong.name << ": " << ended.err;
    }
  }
  EXPECT_EQ(publish("2015-07-20,day_off\n", {"--known-from", "2015-07-15"}).exit, 65);
  EXPECT_EQ(publish("2015-07-20,day_off\n", {"--known-from", "2014-04-18"}).exit, 65);
  EXPECT_EQ(publish("2015-07-20,day_off\n", {"--known-from", "2015-02-29"}).exit, 65);
  EXPECT_EQ(run({"calendar", "publish", "missing.csv", "--decree", "Resolution 1"}).exit, 65);
  EXPECT_EQ(run({"calendar", "publish", write("d.csv", "date,kind\n"), "--decree", ""}).exit, 65);
  EXPECT_EQ(snapshot(), before);
}

TEST_F(CalendarCommand, WithoutADatabaseNothingIsPublished) {
  EXPECT_EQ(publish("2015-07-20,day_off\n").exit, 69);
}

}  // namespace
}  // namespace reglament::testing
