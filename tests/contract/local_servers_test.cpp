// The servers that other tests start: they keep their data and their port through a kill, and leave
// nothing behind.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/local_servers.hpp"

namespace reglament::testing {
namespace {

namespace fs = std::filesystem;

LocalRabbit& rabbit() {
  static LocalRabbit server;
  return server;
}

// Until the condition holds; false when a minute has passed.
template <typename Condition>
bool eventually(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

TEST(LocalPostgres, KeepsItsDataAndItsAddressThroughAKill) {
  LocalPostgres server(Disk::durable);
  const std::string url = server.url();
  const std::string other = server.create_database("other");
  EXPECT_EQ(other.substr(other.rfind('/')), "/other");
  server.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)");
  EXPECT_EQ(server.execute("SHOW fsync"), "on");
  server.kill();
  EXPECT_FALSE(server.runs());
  EXPECT_THROW(server.execute("SELECT 1"), std::runtime_error);
  server.start();
  EXPECT_EQ(server.url(), url);
  EXPECT_EQ(server.execute("SELECT n FROM kept"), "7");
  server.stop();
  EXPECT_FALSE(server.runs());
}

TEST(LocalPostgres, AnswersNothingWhileItIsPaused) {
  LocalPostgres server;
  EXPECT_EQ(server.execute("SHOW fsync"), "off");
  server.pause();
  std::thread asks([&] { EXPECT_EQ(server.execute("SELECT 1"), "1"); });
  EXPECT_TRUE(server.runs());
  server.resume();
  asks.join();
}

TEST(LocalRabbit, KeepsUsersThroughAKillAndAnswersOnItsOldPort) {
  const std::string url = rabbit().url();
  rabbit().add_vhost("police");
  rabbit().add_user("clerk", "secret");
  rabbit().permit("police", "clerk", "^$", "^out$", "^in$");
  rabbit().set_policy("police", "limit", ".*", R"({"delivery-limit":5})");
  rabbit().kill();
  EXPECT_FALSE(rabbit().runs());
  rabbit().start();
  EXPECT_EQ(rabbit().url(), url);
  EXPECT_EQ(rabbit().control({"list_permissions", "--vhost", "police"}),
            "clerk\t^$\t^out$\t^in$\nreglament\t.*\t.*\t.*");
}

TEST(LocalRabbit, TakesDefinitions) {
  rabbit().import_definitions(R"({
    "vhosts": [{"name": "knb"}],
    "queues": [{"name": "desk", "vhost": "knb", "durable": true, "auto_delete": false,
                "arguments": {"x-queue-type": "quorum"}}]})");
  EXPECT_EQ(rabbit().control({"list_queues", "--vhost", "knb", "name", "type"}), "desk\tquorum");
  EXPECT_THROW(rabbit().import_definitions("not JSON"), std::runtime_error);
}

// In a child process: starts a server, says where, and dies without a word.
[[noreturn]] void start_and_die(int report) {
  LocalPostgres server;
  const std::string folder = server.folder().string();
  pid_t id = 0;
  std::ifstream(server.folder() / "postgresql.pid") >> id;
  const std::string line = std::to_string(id) + ' ' + folder;
  if (write(report, line.data(), line.size()) < 0) _exit(1);
  raise(SIGKILL);
  _exit(1);
}

TEST(LocalServer, IsGoneWithItsFolderWhenTheTestIsKilled) {
  std::array<int, 2> report{};
  ASSERT_EQ(pipe2(report.data(), O_CLOEXEC), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) start_and_die(report[1]);
  close(report[1]);
  std::array<char, 512> line{};
  ASSERT_GT(read(report[0], line.data(), line.size() - 1), 0);
  close(report[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  char* folder = nullptr;
  const auto server = static_cast<pid_t>(std::strtol(line.data(), &folder, 10));
  ASSERT_GT(server, 1);
  EXPECT_TRUE(eventually([&] { return !fs::exists(folder + 1); }));
  // A zombie counts as gone: whether somebody collects it is not ours to say.
  EXPECT_TRUE(eventually([&] {
    std::string text;
    std::getline(std::ifstream("/proc/" + std::to_string(server) + "/cmdline"), text);
    return text.empty();
  }));
}

}  // namespace
}  // namespace reglament::testing
