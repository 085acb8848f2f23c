// Nodes on one PostgreSQL and one RabbitMQ: the program as it is installed on several machines.
// Commands find them, or host a node where none lives; a node that dies or is stopped for longer
// than its lease loses its partitions to the others, and nothing else.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <thread>

#include "adapters/http/client.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "deploy/program/world.hpp"
#include "tests/program/program.hpp"
#include "tests/support/local_servers.hpp"
#include "tests/support/node_configuration.hpp"

namespace reglament::testing {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> kOffices{"kz.dvd.akmola.kokshetau", "kz.dvd.akmola.mp",
                                        "kz.knb.akmola"};
constexpr std::size_t kPartitions = 4;

LocalPostgres& postgres() {
  static LocalPostgres running;
  return running;
}
LocalRabbit& rabbit() {
  static LocalRabbit running;
  return running;
}

// A node that was started and said that it is ready.
class ServingNode {
 public:
  ServingNode(const std::vector<std::string>& arguments, const std::filesystem::path& folder)
      : process_(arguments, folder) {
    const std::string line = process_.read_line();
    EXPECT_TRUE(Json::accept(line)) << line << process_.errors();
    if (Json::accept(line)) socket_ = Json::parse(line).at("socket").get<std::string>();
  }

  [[nodiscard]] Running& process() { return process_; }
  // What it says of itself.
  [[nodiscard]] Json ask() const {
    auto client = http::Client::connect(socket_);
    if (!client) return {};
    return Json::parse(client->send({"GET", "/v1/node", ""}).body);
  }
  [[nodiscard]] std::set<int> partitions() const {
    std::set<int> numbers;
    const Json said = ask();
    if (!said.is_object()) return numbers;
    for (const Json& partition : said.at("partitions")) {
      if (partition.at("trouble").is_null()) numbers.insert(partition.at("partition").get<int>());
    }
    return numbers;
  }

 private:
  Running process_;
  std::string socket_;
};

class Nodes : public Program {
 protected:
  Nodes() {
    static int count = 0;
    const std::string name = fmt::format("nodes_{}", ++count);
    url_ = postgres().create_database(name);
    prefix_ = name + ".";
    make_agencies();
    const NodeConfiguration configuration{.db = url_,
                                          .broker = rabbit().url(),
                                          .vhost_prefix = prefix_,
                                          .passwords = write_passwords(),
                                          .lease_seconds = 2};
    config_ = write("nodes.toml", configuration.text());
  }

  Ended command(std::vector<std::string> arguments, const std::string& input = "") {
    arguments.insert(arguments.begin(), {"--config", config_, "--json"});
    return run_plain(std::move(arguments), input);
  }
  void init() {
    const Ended made = command({"init", "--virtual-clock", "2015-07-14T10:15:00+06:00",
                                "--partitions", std::to_string(kPartitions)});
    ASSERT_EQ(made.exit, 0) << made.err;
  }
  std::unique_ptr<ServingNode> serve() {
    return std::make_unique<ServingNode>(
        std::vector<std::string>{"--config", config_, "--json", "serve"}, folder_);
  }
  std::unique_ptr<Running> start_desk() {
    std::vector<std::string> arguments{"--config",     config_,        "--json",  "desk",
                                       "--favourable", "--until-idle", "--office"};
    arguments.insert(arguments.end(), kOffices.begin(), kOffices.end());
    return std::make_unique<Running>(arguments, folder_);
  }
  void work_until_idle() {
    const auto desk = start_desk();
    while (!desk->read_line().empty()) {
    }
    EXPECT_EQ(desk->wait(), 0) << desk->errors();
  }
  std::vector<std::string> file(int count, const std::string& name) {
    std::string input;
    for (int i = 0; i < count; ++i) input += application(name + std::to_string(i)).dump() + "\n";
    const Ended ended = command({"file", "-"}, input);
    EXPECT_EQ(ended.exit, 0) << ended.err << ended.out;
    std::vector<std::string> talons;
    for (const Json& line : ended.lines()) talons.push_back(line.value("talon", ""));
    EXPECT_EQ(talons.size(), static_cast<std::size_t>(count));
    return talons;
  }
  // The oracle: what was filed is there once and granted, and the standing checks find nothing.
  void expect_all_granted(const std::vector<std::string>& talons) {
    const auto rows = command({"case", "list"}).lines();
    EXPECT_EQ(rows.size(), talons.size());
    std::map<std::string, Json> cases;
    for (const Json& row : rows) cases[row.at("talon").get<std::string>()] = row;
    for (const std::string& talon : talons) {
      EXPECT_EQ(cases[talon]["result"], "granted") << talon;
    }
    expect_sound();
  }
  void expect_sound() {
    const Ended checked = command({"check"});
    EXPECT_EQ(checked.exit, 0) << checked.out << checked.err;
    const Ended verified = command({"history", "verify"});
    EXPECT_EQ(verified.exit, 0) << verified.out << verified.err;
  }

  template <class Condition>
  static bool comes_true(Condition condition) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > give_up) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return true;
  }
  // Each runs its part, and together they run everything.
  static bool share(const ServingNode& one, const ServingNode& other) {
    const auto ours = one.partitions();
    const auto theirs = other.partitions();
    std::set<int> all = ours;
    all.insert(theirs.begin(), theirs.end());
    return ours.size() == kPartitions / 2 && theirs.size() == kPartitions / 2 &&
           all.size() == kPartitions;
  }

  std::string url_;
  std::string config_;

 private:
  void make_agencies() const {
    Json definitions{
        {"vhosts", Json::array()}, {"users", Json::array()}, {"permissions", Json::array()}};
    std::set<std::string> agencies;
    for (const Office& office : program::world().directory.offices())
      agencies.insert(office.agency);
    for (const std::string& agency : agencies) {
      definitions["vhosts"].push_back({{"name", prefix_ + agency}});
      definitions["permissions"].push_back({{"user", rabbit().user()},
                                            {"vhost", prefix_ + agency},
                                            {"configure", ".*"},
                                            {"write", ".*"},
                                            {"read", ".*"}});
    }
    for (const std::string& office : kOffices) {
      const Directory& directory = program::world().directory;
      const std::string agency = directory[*directory.find(office)].agency;
      definitions["users"].push_back(
          {{"name", "office." + office}, {"password", "secret"}, {"tags", ""}});
      definitions["permissions"].push_back({{"user", "office." + office},
                                            {"vhost", prefix_ + agency},
                                            {"configure", "^$"},
                                            {"write", "^reglament\\.outcomes$"},
                                            {"read", "^desk\\." + office + "$"}});
    }
    rabbit().import_definitions(definitions.dump());
    for (const std::string& office : kOffices) declare_desk(office);
  }
  void declare_desk(const std::string& office) const {
    const Directory& directory = program::world().directory;
    const std::string vhost = prefix_ + directory[*directory.find(office)].agency;
    rabbitmq::Connection connection(rabbitmq::parse_address(rabbit().url(vhost)), {});
    connection.open_channel(1);
    rabbitmq::declare_exchanges(connection, 1);
    rabbitmq::declare_desk(connection, 1, office, rabbitmq::default_delivery_limit);
  }
  std::string write_passwords() {
    std::string lines;
    for (const std::string& office : kOffices) lines += "office." + office + " secret\n";
    const std::string path = write("passwords.txt", lines);
    std::filesystem::permissions(
        path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path;
  }

  std::string prefix_;
};

TEST_F(Nodes, CommandsHostANodeWhereNoneLives) {
  init();
  const auto talons = file(6, "r");
  work_until_idle();
  expect_all_granted(talons);
  const Ended again = command({"file", "-"}, application("r0").dump());
  EXPECT_EQ(again.json().value("talon", ""), talons[0]) << again.err;
}

TEST_F(Nodes, SecondNodeTakesItsPartAndTheWholeWhenTheFirstIsKilled) {
  init();
  const auto first = serve();
  EXPECT_EQ(first->partitions().size(), kPartitions);
  const auto second = serve();
  EXPECT_TRUE(comes_true([&] { return share(*first, *second); })) << second->ask().dump();
  EXPECT_EQ(second->ask().at("peers").size(), 1U);

  const auto talons = file(40, "r");
  const auto desk = start_desk();
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(desk->read_line().empty()) << desk->errors();
  first->process().signal(SIGKILL);
  first->process().wait();
  while (!desk->read_line().empty()) {
  }
  EXPECT_EQ(desk->wait(), 0) << desk->errors();
  EXPECT_TRUE(comes_true([&] { return second->partitions().size() == kPartitions; }));
  work_until_idle();
  expect_all_granted(talons);
  // The broker handed out again what the first node had taken, and the desk answered again what
  // the second one offered again: none of that is a fact of a case.
  for (const std::string& talon : talons) {
    for (const Json& entry : command({"case", "show", talon}).json().at("history")) {
      EXPECT_NE(entry.at("kind"), "rejected") << entry.dump();
    }
  }
}

TEST_F(Nodes, NodeThatWasStoppedLongerThanItsLeaseComesBackAsAnyOther) {
  init();
  const auto first = serve();
  const auto second = serve();
  ASSERT_TRUE(comes_true([&] { return share(*first, *second); }));
  first->process().signal(SIGSTOP);
  EXPECT_TRUE(comes_true([&] { return second->partitions().size() == kPartitions; }));
  auto talons = file(20, "a");
  first->process().signal(SIGCONT);
  EXPECT_TRUE(comes_true([&] { return share(*first, *second); })) << first->ask().dump();
  const auto more = file(20, "b");
  talons.insert(talons.end(), more.begin(), more.end());
  work_until_idle();
  expect_all_granted(talons);
}

TEST_F(Nodes, ClockMovesOnAllOfThemAndDeadlinesExpireAtTheirInstants) {
  init();
  const auto first = serve();
  const auto second = serve();
  ASSERT_TRUE(comes_true([&] { return share(*first, *second); }));
  const auto talons = file(12, "r");
  const Ended moved = command({"clock", "advance", "--by", "P30D"});
  EXPECT_EQ(moved.exit, 0) << moved.err;
  EXPECT_EQ(moved.json().at("now"), "2015-08-13T04:15:00Z");
  for (const std::string& talon : talons) {
    const Json shown = command({"case", "show", talon}).json();
    std::vector<std::string> expired;
    for (const Json& entry : shown.at("history")) {
      if (entry.at("kind") == "expired") expired.push_back(entry.at("at").get<std::string>());
    }
    EXPECT_EQ(expired,
              (std::vector<std::string>{"2015-07-15T18:00:00+06:00", "2015-07-23T18:00:00+06:00"}))
        << shown.dump(2);
  }
  expect_sound();
  first->process().signal(SIGTERM);
  EXPECT_EQ(first->process().wait(), 0) << first->process().errors();
  EXPECT_TRUE(comes_true([&] { return second->partitions().size() == kPartitions; }));
}

TEST_F(Nodes, LegalActReachesItsCaseWhileANodeRunsIt) {
  init();
  const auto node = serve();
  const auto talons = file(4, "r");
  // This regulation knows no withdrawal: rejected, on the record.
  const Ended act = command({"case", "withdraw", talons[0], "--reason", "the journey is off"});
  EXPECT_EQ(act.exit, 1) << act.err << act.out;
  EXPECT_TRUE(act.json().value("rejected", false)) << act.out;
  work_until_idle();
  EXPECT_TRUE(comes_true([&] { return node->partitions().size() == kPartitions; }));
  expect_all_granted(talons);
}

TEST_F(Nodes, PublishedCalendarMovesTheDeadlinesOfEveryPartitionWhileNodesRun) {
  init();
  const auto first = serve();
  const auto second = serve();
  ASSERT_TRUE(comes_true([&] { return share(*first, *second); }));
  const auto talons = file(12, "r");
  const Ended published =
      command({"calendar", "publish", write("decree.csv", "date,kind\n2015-07-20,day_off\n"),
               "--decree", "Resolution 1 of 2015-07-14"});
  ASSERT_EQ(published.exit, 0) << published.err;
  for (const Json& row : command({"case", "list"}).lines()) {
    EXPECT_EQ(row.at("due_date"), "2015-07-24") << row.dump();
  }
  EXPECT_TRUE(comes_true([&] { return share(*first, *second); }));
  const auto more = file(12, "s");
  work_until_idle();
  expect_sound();
  EXPECT_EQ(command({"case", "list"}).lines().size(), talons.size() + more.size());
}

TEST_F(Nodes, WhatCannotBeReachedOrIsNotAllowedEndsWithOneLine) {
  const Ended no_tables = command({"serve"});
  EXPECT_EQ(no_tables.exit, 69) << no_tables.err;
  init();
  const auto with_broker = [&](const std::string& broker) {
    return run_plain({"--config", config_, "--broker", broker, "serve"});
  };
  const Ended wrong_password = with_broker(rabbit().url("office." + kOffices[0], "wrong", "/"));
  EXPECT_EQ(wrong_password.exit, 78) << wrong_password.err;
  EXPECT_EQ(wrong_password.err.find("wrong"), std::string::npos) << wrong_password.err;
  EXPECT_EQ(with_broker("amqp://engine:secret@127.0.0.1:1").exit, 69);
  EXPECT_EQ(with_broker("amqp://engine:secret@127.0.0.1:port").exit, 78);
  std::filesystem::permissions(folder_ / "passwords.txt", std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const Ended open_passwords = command({"desk", "--favourable", "--office", kOffices[0]});
  EXPECT_EQ(open_passwords.exit, 78) << open_passwords.err;
  EXPECT_THAT(open_passwords.err, HasSubstr("found mode 640"));
  const Ended file_database =
      run_plain({"--db", database(), "--broker", rabbit().url(), "file", write("one.json", "{}")});
  EXPECT_EQ(file_database.exit, 78) << file_database.err;
  EXPECT_THAT(file_database.err, HasSubstr("postgresql://"));
}

}  // namespace
}  // namespace reglament::testing
