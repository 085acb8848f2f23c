// The program on a PostgreSQL database with the broker inside: the same commands, the same answers.
#include <fmt/format.h>

#include <csignal>

#include "tests/program/program.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament::testing {
namespace {

LocalPostgres& postgres() {
  static LocalPostgres running;
  return running;
}

// Each test has a database of its own.
class OnPostgresql : public Program {
 protected:
  OnPostgresql() {
    static int count = 0;
    url_ = postgres().create_database(fmt::format("program_{}", ++count));
    environment_ = {"REGLAMENT_DB=" + url_};
    EXPECT_EQ(run_plain({"init", "--virtual-clock", "2015-07-14T10:15:00+06:00"}).exit, 0);
  }

  std::string file(const std::string& request_id) {
    const Ended ended = run_plain({"--json", "file", "-"}, application(request_id).dump() + "\n");
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return ended.json().value("talon", "");
  }
  // It fails with that code and says why in one line, which holds `text` and no password.
  void expect_refused(const std::vector<std::string>& arguments, int exit,
                      const std::string& text) {
    const Ended ended = run_plain(arguments);
    EXPECT_EQ(ended.exit, exit) << ended.err;
    EXPECT_NE(ended.err.find(text), std::string::npos) << ended.err;
    EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << "one line: " << ended.err;
    EXPECT_EQ(ended.err.find(password()), std::string::npos) << ended.err;
  }
  [[nodiscard]] std::string password() const {
    const std::size_t begin = url_.find(':', url_.find("//")) + 1;
    return url_.substr(begin, url_.find('@') - begin);
  }

  std::string url_;
};

TEST_F(OnPostgresql, CasesGoTheirWayAndTheEvidenceHolds) {
  const std::string talon = file("a");
  EXPECT_EQ(file("a"), talon);
  const Ended desk = run_plain({"--json", "desk", "--all", "--favourable", "--until-idle"});
  EXPECT_EQ(desk.lines().size(), 5U) << desk.err;
  EXPECT_EQ(run_plain({"--json", "case", "show", talon}).json().at("result"), "granted");
  EXPECT_EQ(run_plain({"check"}).exit, 0);
  EXPECT_EQ(run_plain({"history", "verify"}).exit, 0);
  EXPECT_EQ(run_plain({"clock", "advance", "--by", "P3D"}).exit, 0);
}

TEST_F(OnPostgresql, InitAndMigrateKnowWhatIsThere) {
  expect_refused({"init"}, 65, "no tables of this program yet");
  const Json done = run_plain({"--json", "migrate"}).json();
  EXPECT_EQ(done.at("from"), done.at("to"));
}

TEST_F(OnPostgresql, CommandsFindTheEngineThatRuns) {
  Running serve({"--db", url_, "--json", "serve"}, folder_);
  const std::string ready = serve.read_line();
  ASSERT_NE(ready, "") << serve.errors();
  EXPECT_EQ(ready.find(password()), std::string::npos);
  const std::string talon = file("a");
  // The server is killed, and the engine goes on with the next one.
  postgres().kill();
  postgres().start();
  EXPECT_EQ(file("a"), talon);
  EXPECT_NE(file("b"), talon);
  EXPECT_EQ(run_plain({"--json", "desk", "--all", "--favourable", "--until-idle"}).lines().size(),
            10U);
  expect_refused({"serve"}, 75, fmt::format("reglament {}@", serve.pid()));
  serve.signal(SIGTERM);
  EXPECT_EQ(serve.wait(), 0) << serve.errors();
  EXPECT_EQ(run_plain({"check"}).exit, 0);
  EXPECT_EQ(run_plain({"history", "verify"}).exit, 0);
}

TEST_F(OnPostgresql, WhatCannotBeReachedIsOneLine) {
  const std::string host = url_.substr(url_.find('@'));
  expect_refused({"--db", "postgresql://nobody:" + password() + host, "clock", "show"}, 69,
                 "nobody");
  expect_refused({"--db", url_ + "_none", "clock", "show"}, 69, "does not exist");
  expect_refused({"--db", "postgresql://:" + password() + "@[::1/r", "clock", "show"}, 78,
                 "cannot read");
}

}  // namespace
}  // namespace reglament::testing
