// The desk that shares nothing with us but proto/: on a real RabbitMQ, with the rights that
// `deploy rabbitmq` gives to its office and no more.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fault/process.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament::testing {
namespace {

using Json = nlohmann::json;

constexpr const char* kPython = "/usr/bin/python3";  // Debian's, for which Debian's pika is
constexpr const char* kScripts = REGLAMENT_SOURCE_DIR "/tests/python_desk/";
constexpr const char* kMessages = REGLAMENT_BINARY_DIR "/python-messages";
constexpr const char* kReglament = REGLAMENT_BINARY_DIR "/reglament";
constexpr const char* kRules = R"({
  "accept": {"outcome": "accepted"}, "forward-to-dvd": {"outcome": "forwarded"},
  "dvd-check": {"outcome": "forwarded"}, "knb-review": {"outcome": "agreed"},
  "issue": {"outcome": "issued"}})";
constexpr int kApplications = 5;

Ended run_well(const std::vector<std::string>& command) {
  Ended ended = run(command);
  EXPECT_EQ(ended.exit, 0) << command.front() << ' ' << command.at(1) << ": " << ended.text();
  return ended;
}

// A RabbitMQ that knows the offices, and their passwords.
class Departments {
 public:
  Departments() {
    run_well({kReglament, "deploy", "rabbitmq", "--passwords", file("passwords"), "--output",
              file("offices.json")});
    server_.control({"import_definitions", file("offices.json")});
    std::ifstream passwords(file("passwords"));
    for (std::string user, password; passwords >> user >> password;) passwords_[user] = password;
    std::ofstream(file("rules.json")) << kRules;
  }

  [[nodiscard]] std::string url(const std::string& user, const std::string& vhost) const {
    return server_.url(user, passwords_.at(user), vhost);
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (server_.folder() / name).string();
  }
  [[nodiscard]] std::vector<std::string> desk(const std::string& office,
                                              const std::string& agency) const {
    return {kPython,      std::string(kScripts) + "desk.py",
            "--url",      url("office." + office, agency),
            "--office",   office,
            "--rules",    file("rules.json"),
            "--messages", kMessages};
  }
  // Ends by itself when so many of its answers were accepted.
  [[nodiscard]] std::unique_ptr<Process> start_desk(const std::string& office,
                                                    const std::string& agency, int answers) const {
    std::vector<std::string> command = desk(office, agency);
    command.insert(command.end(), {"--until-answered", std::to_string(answers)});
    return std::make_unique<Process>(command);
  }

 private:
  LocalRabbit server_;
  std::map<std::string, std::string> passwords_;
};

const Departments& departments() {
  static const Departments all;
  return all;
}

TEST(PythonDesk, AnswersTasksAndKeepsTheContract) {
  const std::string office = "kz.knb.aktobe";
  std::vector<std::string> command{kPython, std::string(kScripts) + "desk_check.py",
                                   departments().url("engine", "knb"), office, kMessages};
  const std::vector<std::string> desk = departments().desk(office, "knb");
  command.insert(command.end(), desk.begin(), desk.end());
  run_well(command);
}

std::string applications() {
  std::string lines;
  for (int i = 0; i < kApplications; ++i) {
    const Json one = {
        {"request_id", "request-" + std::to_string(i)},
        {"regulation", "border-zone-permit"},
        {"office", "kz.dvd.akmola.kokshetau"},
        {"channel", "direct"},
        {"applicant",
         {{"name", "Aibek Sultanov"}, {"citizenship", "KGZ"}, {"document", "AC1234567"}}},
        {"documents", {"application", "identity-document"}},
        {"fields",
         {{"destination", "Zerendi district"},
          {"purpose", "visit"},
          {"from", "2015-08-01"},
          {"to", "2015-08-20"}}}};
    lines += one.dump() + '\n';
  }
  return lines;
}

void expect_all_granted(const std::vector<std::string>& reglament) {
  std::vector<std::string> command = reglament;
  command.insert(command.end(), {"--json", "case", "list"});
  std::istringstream lines(run_well(command).out);
  int granted = 0;
  for (std::string line; std::getline(lines, line);) {
    granted += Json::parse(line).at("result") == "granted" ? 1 : 0;
  }
  EXPECT_EQ(granted, kApplications) << lines.str();
}

// Three offices of two agencies, an engine as a process, both servers.
TEST(PythonDesk, WorksThroughTheBorderZonePermit) {
  const LocalPostgres postgres;
  const std::vector<std::string> reglament{kReglament, "--db", postgres.url(), "--broker",
                                           departments().url("engine", "police")};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), reglament.begin(), reglament.end());
    return more;
  };
  run_well(with({"init", "--virtual-clock", "2015-07-14T10:15:00+06:00"}));
  Process engine(with({"serve"}));
  ASSERT_TRUE(engine.says("ready")) << engine.wait(std::chrono::milliseconds(1)).text();
  std::map<std::string, std::unique_ptr<Process>> desks;
  // The unit has three steps of each case, the others one.
  desks["unit"] = departments().start_desk("kz.dvd.akmola.kokshetau", "police", 3 * kApplications);
  desks["directorate"] = departments().start_desk("kz.dvd.akmola.mp", "police", kApplications);
  desks["knb"] = departments().start_desk("kz.knb.akmola", "knb", kApplications);
  const std::string file = departments().file("applications.jsonl");
  std::ofstream(file) << applications();
  run_well(with({"file", file}));
  for (const auto& [name, desk] : desks) {
    const Ended ended = desk->wait();
    EXPECT_EQ(ended.exit, 0) << name << ": " << ended.text();
    EXPECT_EQ(ended.out.find("rejected"), std::string::npos) << name << ": " << ended.out;
  }
  expect_all_granted(reglament);
  engine.send(SIGTERM);
  const Ended ended = engine.wait();
  EXPECT_EQ(ended.exit, 0) << ended.text();
}

}  // namespace
}  // namespace reglament::testing
