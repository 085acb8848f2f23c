// `deploy rabbitmq`: what it writes, where the passwords are, and that others cannot read them.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class DeployRabbitmq : public Program {
 protected:
  Ended deploy(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"deploy", "rabbitmq", "--passwords", path("passwords")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_plain(arguments);
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] unsigned mode(const std::string& name) const {
    struct stat facts {};
    EXPECT_EQ(stat(path(name).c_str(), &facts), 0);
    return facts.st_mode & 07777U;
  }
};

const Json* named(const Json& list, const std::string& key, const std::string& name) {
  for (const Json& one : list) {
    if (one[key] == name) return &one;
  }
  return nullptr;
}

TEST_F(DeployRabbitmq, GivesEachOfficeItsQueueAndItsRights) {
  const Ended ended = deploy();
  ASSERT_EQ(ended.exit, 0) << ended.err;
  const Json all = Json::parse(ended.out);
  EXPECT_EQ(all["vhosts"].size(), 5U);
  EXPECT_EQ(all["users"].size(), 584U + 1U);
  const Json* office = named(all["permissions"], "user", "office.kz.knb.akmola");
  ASSERT_NE(office, nullptr);
  EXPECT_EQ((*office)["vhost"], "knb");
  EXPECT_EQ((*office)["configure"], "^$");
  EXPECT_EQ((*office)["write"], R"(^reglament\.outcomes$)");
  EXPECT_EQ((*office)["read"], R"(^desk\.kz\.knb\.akmola$)");
  const Json* queue = named(all["queues"], "name", "desk.kz.knb.akmola");
  ASSERT_NE(queue, nullptr);
  EXPECT_EQ((*queue)["arguments"]["x-queue-type"], "quorum");
  EXPECT_EQ((*queue)["arguments"]["x-delivery-limit"], 20);
}

TEST_F(DeployRabbitmq, IsTheSameForTheSamePasswords) {
  const Ended first = deploy();
  const std::string passwords = text("passwords");
  const Ended second = deploy();
  EXPECT_EQ(first.out, second.out);
  EXPECT_EQ(text("passwords"), passwords);
  EXPECT_NE(deploy({"--partitions", "5"}).out, first.out);
}

TEST_F(DeployRabbitmq, WritesPrivateFiles) {
  const Ended ended =
      deploy({"--output", path("definitions.json"), "--vhost-prefix", "reglament."});
  ASSERT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(mode("passwords"), 0600U);
  EXPECT_EQ(mode("definitions.json"), 0600U);
  const Json all = Json::parse(text("definitions.json"));
  EXPECT_NE(named(all["vhosts"], "name", "reglament.police"), nullptr);
  // No password stands in the definitions.
  const std::string line = text("passwords").substr(0, text("passwords").find('\n'));
  ASSERT_THAT(line, HasSubstr("engine "));
  EXPECT_EQ(text("definitions.json").find(line.substr(7)), std::string::npos);
}

TEST_F(DeployRabbitmq, KeepsPasswordsThatArePresent) {
  write("passwords", "engine known\nsomebody else\n");
  fs::permissions(path("passwords"), fs::perms::owner_read | fs::perms::owner_write);
  const Json all = Json::parse(deploy().out);
  EXPECT_THAT(text("passwords"), HasSubstr("engine known\n"));
  EXPECT_THAT(text("passwords"), HasSubstr("somebody else\n"));
  EXPECT_THAT(text("passwords"), HasSubstr("office.kz.knb.akmola "));
  EXPECT_EQ(named(all["users"], "name", "somebody"), nullptr);
}

TEST_F(DeployRabbitmq, RefusesPasswordsThatOthersCanReadOrThatAreNone) {
  write("passwords", "engine known\n");
  fs::permissions(path("passwords"), fs::perms::owner_read | fs::perms::others_read);
  const Ended open = deploy();
  EXPECT_EQ(open.exit, 78);
  EXPECT_THAT(open.err, HasSubstr("found mode 404"));
  fs::permissions(path("passwords"), fs::perms::owner_read | fs::perms::owner_write);
  write("passwords", "engine known\nengine other\n");
  const Ended twice = deploy();
  EXPECT_EQ(twice.exit, 78);
  EXPECT_THAT(twice.err, HasSubstr("passwords:2"));
  EXPECT_EQ(deploy({"--output", path("no/such/folder/file")}).exit, 78);
  write("passwords", "");
  EXPECT_EQ(deploy({"--output", path("no/such/folder/file")}).exit, 69);
  EXPECT_EQ(deploy({"--partitions", "0"}).exit, 64);
}

}  // namespace
}  // namespace reglament::testing
