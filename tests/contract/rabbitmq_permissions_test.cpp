// The generated definitions on a real RabbitMQ: it takes them, and each office can do its own work
// and nothing else.
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

// Debian's, for which Debian's pika is.
constexpr const char* kPython = "/usr/bin/python3";
constexpr const char* kProbe = REGLAMENT_SOURCE_DIR "/tests/python_desk/probe.py";
constexpr const char* kKnb = "kz.knb.akmola";
constexpr const char* kDvd = "kz.dvd.akmola.mp";

// A broker that has imported what the program generates for the offices of one region.
class Rabbitmq : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new LocalRabbit;
    const Directory all = kazakhstan_directory(read_zone);
    for (const std::string& user : program::rabbitmq_users(all)) passwords_[user] = user + "-word";
    definitions_ = program::rabbitmq_definitions(all, passwords_, {"reglament.", 2, 20}).dump(2);
    server_->import_definitions(definitions_);
  }
  static void TearDownTestSuite() { delete server_; }

  // What the broker answers to a user of the office (or "engine") in an agency's virtual host.
  static std::string attempt(const std::string& user, const std::string& agency,
                             std::vector<std::string> deed) {
    std::vector<std::string> command{
        kPython, kProbe, server_->url(user, passwords_.at(user), "reglament." + agency)};
    command.insert(command.end(), deed.begin(), deed.end());
    Ended ended = run(command);
    if (ended.exit != 0) return ended.text();
    return ended.out.substr(0, ended.out.find('\n'));
  }
  static std::string knb(std::vector<std::string> deed) {
    return attempt(std::string("office.") + kKnb, "knb", std::move(deed));
  }

  static inline LocalRabbit* server_ = nullptr;
  static inline program::Passwords passwords_;
  static inline std::string definitions_;
};

TEST_F(Rabbitmq, TakesTheDefinitionsAgainAndAgain) {
  server_->import_definitions(definitions_);
  const std::string vhosts = server_->control({"list_vhosts", "name"});
  for (const char* agency : {"police", "knb", "psc", "defence", "mfa"}) {
    EXPECT_NE(vhosts.find(std::string("reglament.") + agency), std::string::npos) << vhosts;
  }
  const std::string queues = server_->control(
      {"list_queues", "--vhost", "reglament.knb", "name", "type", "policy", "arguments"});
  EXPECT_NE(queues.find("desk.kz.knb.akmola\tquorum\treglament"), std::string::npos) << queues;
  EXPECT_NE(queues.find("partition.1\tquorum\treglament"), std::string::npos) << queues;
  EXPECT_EQ(queues.find("kz.dvd"), std::string::npos) << queues;
}

TEST_F(Rabbitmq, LetsAnOfficeReadItsOwnQueueAndSendOutcomes) {
  EXPECT_EQ(knb({"get", std::string("desk.") + kKnb}), "ok");
  EXPECT_EQ(knb({"publish", "reglament.outcomes", "1"}), "ok");
  EXPECT_EQ(knb({"publish", "reglament.outcomes", "1", std::string("office.") + kKnb}), "ok");
  EXPECT_EQ(knb({"publish", "reglament.outcomes", "7"}), "unroutable");
}

TEST_F(Rabbitmq, KeepsAnOfficeFromTheQueueOfAnotherAgency) {
  const std::string other = std::string("desk.") + kDvd;
  EXPECT_EQ(knb({"get", other}), "403");   // before the broker looks whether there is one
  EXPECT_EQ(knb({"look", other}), "404");  // and in its own virtual host there is none
  const std::string user = std::string("office.") + kKnb;
  EXPECT_EQ(attempt(user, "police", {"connect"}), "no access");
  EXPECT_EQ(attempt(user, "police", {"get", other}), "no access");
  // No more than of one that does not exist at all.
  EXPECT_EQ(attempt(user, "nowhere", {"connect"}), "no access");
}

TEST_F(Rabbitmq, KeepsAnOfficeFromTheQueueOfAnotherOfItsAgency) {
  EXPECT_EQ(knb({"get", "desk.kz.knb.almaty"}), "403");
  EXPECT_EQ(knb({"get", "partition.0"}), "403");
  EXPECT_EQ(knb({"get", "reglament.dead"}), "403");
  // The dots of a name are dots: this is another name that a careless pattern would let through.
  EXPECT_EQ(attempt("engine", "knb", {"declare", "desk.kz-knb-akmola"}), "ok");
  EXPECT_EQ(knb({"get", "desk.kz-knb-akmola"}), "403");
  EXPECT_EQ(attempt("engine", "knb", {"declare", "desk.kz.knb.akmola.2"}), "ok");
  EXPECT_EQ(knb({"get", "desk.kz.knb.akmola.2"}), "403");
}

TEST_F(Rabbitmq, KeepsAnOfficeFromSpeakingAsAnother) {
  EXPECT_EQ(knb({"publish", "reglament.outcomes", "1", std::string("office.") + kDvd}), "406");
  EXPECT_EQ(knb({"publish", "reglament.outcomes", "1", "engine"}), "406");
  EXPECT_EQ(knb({"publish", "reglament.tasks", kKnb}), "403");
  EXPECT_EQ(knb({"publish", "", std::string("desk.") + kKnb}), "403");
  EXPECT_EQ(knb({"publish", "reglament.dead", ""}), "403");
}

TEST_F(Rabbitmq, LetsAnOfficeChangeNothing) {
  EXPECT_EQ(knb({"declare", "desk.kz.knb.akmola.more"}), "403");
  EXPECT_EQ(knb({"declare", "desk.kz.knb.akmola"}), "403");
  EXPECT_EQ(knb({"bind", "desk.kz.knb.akmola", "reglament.tasks", "kz.knb.almaty"}), "403");
  EXPECT_EQ(knb({"purge", "partition.0"}), "403");
  EXPECT_EQ(knb({"purge", "desk.kz.knb.almaty"}), "403");
}

TEST_F(Rabbitmq, GivesTheEngineAllItsVirtualHostsAndNoOther) {
  for (const char* agency : {"police", "knb", "psc", "defence", "mfa"}) {
    EXPECT_EQ(attempt("engine", agency, {"get", "partition.0"}), "ok") << agency;
  }
  EXPECT_EQ(attempt("engine", "police", {"publish", "reglament.tasks", kDvd}), "ok");
  const std::string root = server_->url("engine", passwords_.at("engine"), "/");
  EXPECT_EQ(run({kPython, kProbe, root, "connect"}).out, "no access\n");
}

}  // namespace
}  // namespace reglament::testing
