#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class ConfigurationFile : public Program {
 protected:
  // The exit code and the line in which the program says what is wrong.
  Ended with(const std::string& text) {
    return run_plain({"--config", write("c.toml", text), "--json", "clock", "show"});
  }
};

TEST_F(ConfigurationFile, NamesTheDatabase) {
  init_virtual();
  EXPECT_EQ(with("db = \"" + database() + "\"\n").json().at("now"), "2015-07-14T04:15:00Z");
}

TEST_F(ConfigurationFile, TheSampleHoldsTheDefaults) {
  init_virtual();
  std::filesystem::rename(database(), folder_ / "reglament.db");
  const Ended shown = run_plain(
      {"--config", REGLAMENT_SOURCE_DIR "/deploy/reglament.toml", "--json", "clock", "show"});
  EXPECT_EQ(shown.json().at("now"), "2015-07-14T04:15:00Z") << shown.err;
}

TEST_F(ConfigurationFile, EnvironmentIsStrongerAndAFlagStrongest) {
  init_virtual();
  const std::string config = write("c.toml", "db = \"missing-from-file.db\"\n");
  environment_ = {"REGLAMENT_DB=" + database()};
  EXPECT_EQ(run_plain({"--config", config, "clock", "show"}).exit, 0);
  environment_ = {"REGLAMENT_DB=missing-from-environment.db"};
  const Ended environment = run_plain({"--config", config, "clock", "show"});
  EXPECT_NE(environment.err.find("missing-from-environment.db"), std::string::npos);
  EXPECT_EQ(run_plain({"--config", config, "--db", database(), "clock", "show"}).exit, 0);
}

TEST_F(ConfigurationFile, MistakesAreNamedWithFileAndLine) {
  init_virtual();
  for (const auto& [text, line] : std::vector<std::pair<std::string, std::string>>{
           {"\nunknown = 1\n", ":2"},
           {"db = 7\n", ":1"},
           {"db = \"\"\n", ":1"},
           {"broker = true\n", ":1"},
           {"deadlines = 3\n", ":1"},
           {"[deadlines]\nwarn = 3\n", ":2"},
           {"[deadlines]\nwarn_before_working_days = -1\n", ":2"},
           {"[deadlines]\nwarn_before_working_days = 31\n", ":2"},
           {"[deadlines]\nwarn_before_working_days = \"1\"\n", ":2"},
           {"rabbitmq = 1\n", ":1"},
           {"[rabbitmq]\nhost = \"here\"\n", ":2"},
           {"[node]\nlease_seconds = 0\n", ":2"},
           {"[node]\nlease_seconds = 301\n", ":2"},
           {"[node]\nname = 7\n", ":2"},
           {"db = \n", ":1"}}) {
    const Ended ended = with(text);
    EXPECT_EQ(ended.exit, 78) << text << ended.err;
    EXPECT_NE(ended.err.find("c.toml" + line), std::string::npos) << ended.err;
    EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << "one line: " << ended.err;
  }
}

TEST_F(ConfigurationFile, MustBeThere) {
  EXPECT_EQ(run_plain({"--config", "none.toml", "clock", "show"}).exit, 78);
  EXPECT_EQ(run_plain({"--config", folder_.string(), "clock", "show"}).exit, 78);
}

TEST_F(ConfigurationFile, SetsTheWarning) {
  init_virtual();
  const std::string config = write("c.toml", "[deadlines]\nwarn_before_working_days = 2\n");
  const Ended filed = run_json({"--config", config, "file", "-"}, application("r").dump());
  ASSERT_EQ(filed.exit, 0) << filed.err;
  // Due on Thursday 23 July after 7 working days; two working days before is Tuesday.
  ASSERT_EQ(run({"clock", "advance", "--to", "2015-07-22T00:00:00+06:00"}).exit, 0);
  const Json shown = run_json({"case", "show", filed.json().at("talon")}).json();
  bool warned = false;
  for (const Json& entry : shown.at("history")) {
    warned = warned || (entry.at("kind") == "warned" && entry.at("outcome") == "service");
  }
  EXPECT_TRUE(warned) << shown.dump(2);
}

TEST_F(ConfigurationFile, BrokerThatIsNoneOrDoesNotFitTheDatabaseIsBadConfiguration) {
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{"--broker", "amqp://localhost", "clock", "show"},
                                             {"--broker", "amqps://localhost", "clock", "show"},
                                             {"--broker", "embedded", "dead-letters", "list"},
                                             {"--broker", "pigeons", "clock", "show"}}) {
    EXPECT_EQ(run_plain(wrong).exit, 78) << wrong.at(1);
  }
  environment_ = {"REGLAMENT_BROKER=pigeons"};
  EXPECT_EQ(run_plain({"clock", "show"}).exit, 78);
}

TEST_F(ConfigurationFile, ABrokerThatIsNotThereIsUnavailable) {
  environment_ = {"REGLAMENT_BROKER=amqp://engine:secret@127.0.0.1:1/"};
  const Ended ended = run({"dead-letters", "list"});
  EXPECT_EQ(ended.exit, 69) << ended.err;
  EXPECT_NE(ended.err.find("engine@127.0.0.1:1"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("secret"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << "one line: " << ended.err;
}

}  // namespace
}  // namespace reglament::testing
