// The desk that shares nothing with us but proto/: on a real RabbitMQ, with the rights of its
// office.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "adapters/clock/zones.hpp"
#include "deploy/program/rabbitmq_definitions.hpp"
#include "processes/offices/kazakhstan.hpp"
#include "tests/fault/process.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament::testing {
namespace {

// Debian's, for which Debian's pika and Protobuf are.
constexpr const char* kPython = "/usr/bin/python3";
constexpr const char* kScripts = REGLAMENT_SOURCE_DIR "/tests/python_desk/";
constexpr const char* kMessages = REGLAMENT_BINARY_DIR "/python-messages";
constexpr const char* kOffice = "kz.knb.akmola";

TEST(PythonDesk, AnswersTasksAndKeepsTheContract) {
  const LocalRabbit server;
  const Directory offices = kazakhstan_directory(read_zone);
  program::Passwords passwords;
  for (const std::string& user : program::rabbitmq_users(offices)) passwords[user] = user + "-word";
  server.import_definitions(program::rabbitmq_definitions(offices, passwords, {"", 2, 20}).dump());
  const std::string rules = (server.folder() / "rules.json").string();
  std::ofstream(rules) << R"({"knb-review": "agreed"})";
  const std::string user = std::string("office.") + kOffice;
  const Ended ended =
      run({kPython, std::string(kScripts) + "desk_check.py",
           server.url("engine", passwords.at("engine"), "knb"), kOffice, kMessages, kPython,
           std::string(kScripts) + "desk.py", "--url", server.url(user, passwords.at(user), "knb"),
           "--office", kOffice, "--rules", rules, "--messages", kMessages});
  EXPECT_EQ(ended.exit, 0) << ended.text();
}

}  // namespace
}  // namespace reglament::testing
