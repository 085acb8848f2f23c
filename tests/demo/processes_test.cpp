// The demo on a real PostgreSQL and a real RabbitMQ, with each department as a process of its own:
// the same demo as in one process, to the letter; and what becomes of it when one side dies.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "deploy/demo/scenario.hpp"
#include "deploy/program/world.hpp"
#include "tests/demo/shown_text.hpp"
#include "tests/program/program.hpp"
#include "tests/support/local_servers.hpp"
#include "tests/support/node_configuration.hpp"

namespace reglament::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kCases = 400;
constexpr std::uint64_t kSeed = 5;
constexpr std::size_t kDepartments = 4;  // three roles, and the desk that dies

LocalPostgres& postgres() {
  static LocalPostgres running;
  return running;
}
LocalRabbit& rabbit() {
  static LocalRabbit running;
  return running;
}

// Each process with the one that started it, by /proc.
std::set<pid_t> children_of(pid_t parent) {
  std::set<pid_t> children;
  for (const auto& folder : std::filesystem::directory_iterator("/proc")) {
    const std::string name = folder.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(folder.path() / "stat");
    std::string line;
    std::getline(file, line);
    const auto end = line.rfind(") ");  // of the name, which may hold anything
    if (end == std::string::npos) continue;
    std::istringstream fields(line.substr(end + 2));
    std::string state;
    pid_t starter = 0;
    fields >> state >> starter;
    if (starter == parent && state != "Z") children.insert(std::stoi(name));
  }
  return children;
}

// Its memory is gone too when nobody has collected it yet.
bool runs(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/cmdline", process));
  return file.get() != std::ifstream::traits_type::eof();
}

template <class Condition>
bool comes_true(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

class DemoInProcesses : public Program {
 protected:
  // Agencies and a database of its own for each test.
  DemoInProcesses() {
    static int count = 0;
    const std::string name = fmt::format("demo_{}", ++count);
    url_ = postgres().create_database(name);
    prefix_ = name + ".";
    passwords_ = (folder_ / "passwords").string();
    const Ended made =
        run_plain({"deploy", "rabbitmq", "--passwords", passwords_, "--vhost-prefix", prefix_});
    EXPECT_EQ(made.exit, 0) << made.err;
    Json definitions = Json::parse(made.out);
    // The demo declares the queues that it needs; to make all 600 takes long.
    definitions["queues"] = Json::array();
    definitions["bindings"] = Json::array();
    rabbit().import_definitions(definitions.dump());
    write_config(passwords_);
  }

  void write_config(const std::string& passwords) {
    const NodeConfiguration configuration{.vhost_prefix = prefix_, .passwords = passwords};
    config_ = write("demo.toml", configuration.text());
  }
  std::string engine_password() const {
    std::ifstream file(passwords_);
    for (std::string user, password; file >> user >> password;) {
      if (user == "engine") return password;
    }
    return "";
  }
  std::string broker() const { return rabbit().url("engine", engine_password(), ""); }

  std::vector<std::string> on_servers(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--config", config_, "--broker", broker(), "--db", url_});
    return arguments;
  }
  static std::vector<std::string> demo() {
    return {"demo", "--cases", std::to_string(kCases), "--seed", std::to_string(kSeed)};
  }
  // One that has filed for a day and goes on.
  std::unique_ptr<Running> start() {
    auto running = std::make_unique<Running>(on_servers(demo()), folder_);
    EXPECT_THAT(running->read_line(), HasSubstr("filed")) << running->errors();
    EXPECT_EQ(children_of(running->pid()).size(), kDepartments);
    return running;
  }
  // Messages in the queues of whoever works in the demo, and of the engine.
  std::uint32_t count_waiting() const {
    const program::World& world = program::world();
    const Framework law = program::framework(WorkingDays{1});
    const demo::Scenario scenario =
        demo::make_scenario(demo::Country{law, world.six_day}, {kCases, kSeed});
    std::map<std::string, std::vector<std::string>> queues;
    for (const auto& [office, pace] : scenario.offices) {
      queues[world.directory[*world.directory.find(office)].agency].push_back(
          rabbitmq::names::desk_queue(office));
    }
    std::uint32_t count = 0;
    for (auto& [agency, names] : queues) {
      for (LogId partition = 0; partition < 4; ++partition) {
        names.push_back(rabbitmq::names::partition_queue(partition));
      }
      names.emplace_back(rabbitmq::names::dead);
      rabbitmq::Connection connection(
          rabbitmq::parse_address(rabbit().url("engine", engine_password(), prefix_ + agency)), {});
      connection.open_channel(1);
      for (const std::string& name : names) count += connection.count_waiting(1, name);
    }
    return count;
  }
  void give_wrong_password(const std::string& user) const {
    std::string changed;
    std::ifstream file(passwords_);
    for (std::string line; std::getline(file, line);) {
      changed += (line.starts_with(user + " ") ? user + " wrong" : line) + "\n";
    }
    std::ofstream(passwords_) << changed;
  }
  void expect_one_line(const Ended& ended, int exit, const std::string& part) {
    EXPECT_EQ(ended.exit, exit) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(part));
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
  }

  std::string url_;
  std::string prefix_;
  std::string passwords_;
  std::string config_;
};

TEST_F(DemoInProcesses, IsTheSameAsInOneProcess) {
  const Ended here = run(demo());
  ASSERT_EQ(here.exit, 0) << here.err;
  const Ended there = run_plain(on_servers(demo()));
  ASSERT_EQ(there.exit, 0) << there.err;
  EXPECT_EQ(there.err, "");
  EXPECT_EQ(without_root(there.out), without_root(here.out));
  // RabbitMQ itself has counted how often it delivered them: a process held them and was killed.
  EXPECT_THAT(there.out, HasSubstr("tasks came back from the desk that died"));

  const Ended checked = run_plain(on_servers({"check"}));
  EXPECT_EQ(checked.exit, 0) << checked.out << checked.err;
  const Ended verified = run_plain(on_servers({"history", "verify"}));
  EXPECT_EQ(verified.exit, 0) << verified.out << verified.err;
  EXPECT_EQ(count_waiting(), 0U);

  expect_one_line(run_plain(on_servers(demo())), 65, "expected no tables of this program yet");
}

TEST_F(DemoInProcesses, TellsThatADepartmentHasDiedAndEnds) {
  const auto running = start();
  const std::set<pid_t> departments = children_of(running->pid());
  ASSERT_FALSE(departments.empty());
  ::kill(*departments.begin(), SIGKILL);
  while (!running->read_line().empty()) {
  }
  EXPECT_EQ(running->wait(), 69);
  const std::string said = running->errors();
  EXPECT_THAT(said, HasSubstr(fmt::format("process {} has ended: signal 9", *departments.begin())));
  EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  EXPECT_TRUE(comes_true([&] { return std::ranges::none_of(departments, runs); }));
  // What they held is in the queues again: it is not for the next demo.
  EXPECT_TRUE(comes_true([&] { return count_waiting() > 0; }));
  url_ = postgres().create_database(prefix_.substr(0, prefix_.size() - 1) + "_next");
  expect_one_line(run_plain(on_servers(demo())), 69, "expected empty queues");
}

TEST_F(DemoInProcesses, LeavesNoDepartmentBehindWhenItDies) {
  const auto running = start();
  const std::set<pid_t> departments = children_of(running->pid());
  running->signal(SIGKILL);
  EXPECT_EQ(running->wait(), 128 + SIGKILL);
  EXPECT_TRUE(comes_true([&] { return std::ranges::none_of(departments, runs); }));
}

TEST_F(DemoInProcesses, WhatIsWrongIsOneLineAndNoDatabaseIsMade) {
  write_config("");
  expect_one_line(run_plain(on_servers(demo())), 78, "or its password in the file");
  write_config((folder_ / "nowhere").string());
  expect_one_line(run_plain(on_servers(demo())), 78, "expected a file of passwords");
  give_wrong_password("office.kz.dvd.akmola.mp");
  write_config(passwords_);
  expect_one_line(run_plain(on_servers(demo())), 78, "office.kz.dvd.akmola.mp");

  const auto with = [&](const std::string& broker, const std::string& db) {
    std::vector<std::string> arguments{"--config", config_, "--broker", broker, "--db", db};
    const std::vector<std::string> rest = demo();
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    return run_plain(std::move(arguments));
  };
  expect_one_line(with(rabbit().url("engine", "wrong", ""), url_), 78, "engine@");
  expect_one_line(with("amqp://engine:secret@127.0.0.1:1/", url_), 69, "127.0.0.1:1");
  expect_one_line(with("amqp://engine:secret@127.0.0.1:99999/", url_), 78, "expected amqp[s]://");
  expect_one_line(with(broker(), "demo.db"), 78, "expected a postgresql:// address");
  expect_one_line(run_plain(on_servers({"check"})), 69, "expected");
}

}  // namespace
}  // namespace reglament::testing
