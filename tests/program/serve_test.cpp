#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "adapters/http/client.hpp"
#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

class Serve : public Program {
 protected:
  void SetUp() override { init_virtual("2015-07-14T10:15:00+06:00"); }

  std::unique_ptr<Running> serve() {
    auto running = std::make_unique<Running>(
        std::vector<std::string>{"--db", database(), "--json", "serve"}, folder_);
    const std::string ready = running->read_line();
    EXPECT_NE(ready, "") << running->errors();
    if (!ready.empty()) expect_keys(Json::parse(ready), {"ready", "socket", "pid"});
    return running;
  }

  http::Response call(const std::string& method, const std::string& target,
                      const std::string& body = "") {
    auto client = http::Client::connect(database() + ".sock");
    EXPECT_TRUE(client.has_value());
    return client ? client->send({method, target, body}) : http::Response{0, "", ""};
  }
};

TEST_F(Serve, CommandsUseTheEngineThatRuns) {
  const auto running = serve();
  const auto talons = file_good(3);
  const Ended desk = run_json({"desk", "--all", "--favourable", "--until-idle"});
  EXPECT_EQ(desk.exit, 0) << desk.err;
  EXPECT_EQ(desk.lines().size(), 15U);
  for (const std::string& talon : talons) {
    EXPECT_EQ(run_json({"case", "show", talon}).json().at("result"), "granted");
  }
  running->signal(SIGTERM);
  EXPECT_EQ(running->wait(), 0) << running->errors();
  EXPECT_FALSE(std::filesystem::exists(database() + ".sock"));
}

// The socket of a service manager: what it is told, one word a datagram.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), address.sun_path);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    const timeval patience{60, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  ~NotifySocket() { close(socket_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  [[nodiscard]] std::string next() const {
    std::array<char, 256> text{};
    const ssize_t size = recv(socket_, text.data(), text.size(), 0);
    return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  int socket_;
};

TEST_F(Serve, TellsTheServiceManagerHowItGoes) {
  const std::string path = (folder_ / "notify").string();
  const NotifySocket manager(path);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  const auto running = serve();
  unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(manager.next(), "READY=1");
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
  running->signal(SIGTERM);
  std::string said = manager.next();
  while (said == "WATCHDOG=1") said = manager.next();
  EXPECT_EQ(said, "STOPPING=1");
  EXPECT_EQ(running->wait(), 0) << running->errors();
}

TEST_F(Serve, AnswersAsAnEngineHostedByTheCommandDoes) {
  std::string input = application("a").dump() + "\n" + "not json\n";
  Json refused = application("b");
  refused["documents"] = Json::array();
  input += refused.dump() + "\n";
  Json unknown = application("c");
  unknown["office"] = "kz.nowhere";
  input += unknown.dump() + "\n";
  Json future = application("d");
  future["filed_at"] = "2016-07-14T10:15:00+06:00";
  input += future.dump() + "\n";
  Ended remote;
  {
    const auto running = serve();
    remote = run_json({"file", "-"}, input);
  }
  std::filesystem::remove(database());
  std::filesystem::remove(database() + "-wal");
  std::filesystem::remove(database() + "-shm");
  init_virtual("2015-07-14T10:15:00+06:00");
  const Ended hosted = run_json({"file", "-"}, input);
  EXPECT_EQ(remote.out, hosted.out);
  EXPECT_EQ(remote.exit, hosted.exit);
}

TEST_F(Serve, RulesWithTimeMoveItsClock) {
  const auto running = serve();
  const std::string talon = file_good(1).front();
  const Ended desk =
      run_json({"desk", "--all", "--until-idle", "--answers",
                write("rules", R"({"step":"accept","outcome":"accepted","after":"P2D"})")});
  EXPECT_EQ(desk.exit, 0) << desk.err;
  EXPECT_EQ(run_json({"clock", "show"}).json().at("now"), "2015-07-16T04:15:00Z");
  EXPECT_EQ(run_json({"clock", "advance", "--by", "PT1H"}).json().at("now"),
            "2015-07-16T05:15:00Z");
  EXPECT_EQ(run({"clock", "advance", "--to", "2015-07-14T10:15:00+06:00"}).exit, 65);
}

TEST_F(Serve, ASecondOneIsRefusedAndNamesTheFirst) {
  const auto running = serve();
  const Ended second = run({"serve"});
  EXPECT_EQ(second.exit, 75);
  EXPECT_NE(second.err.find(std::to_string(running->pid())), std::string::npos) << second.err;
  EXPECT_EQ(run_json({"clock", "show"}).exit, 0);
  file_good(1);  // the first still answers
}

TEST_F(Serve, StartsAgainAfterItWasKilled) {
  auto running = serve();
  const std::string talon = file_good(1).front();
  running->signal(SIGKILL);
  EXPECT_EQ(running->wait(), 128 + SIGKILL);
  EXPECT_TRUE(std::filesystem::exists(database() + ".sock"));
  running = serve();
  EXPECT_EQ(run_json({"case", "show", talon}).json().at("step"), "accept");
  EXPECT_EQ(run_json({"desk", "--all", "--favourable", "--until-idle"}).lines().size(), 5U);
}

TEST_F(Serve, ADeskStopsWhenItIsTold) {
  const auto running = serve();
  file_good(1);
  Running desk({"--db", database(), "--json", "desk", "--all", "--favourable"}, folder_);
  for (int i = 0; i < 5; ++i) EXPECT_NE(desk.read_line(), "");
  desk.signal(SIGTERM);
  EXPECT_EQ(desk.wait(), 0);
}

TEST_F(Serve, TroubleIsAProblemObjectWithItsExitCode) {
  const auto running = serve();
  for (const auto& [method, target, body, status, exit] :
       std::vector<std::tuple<std::string, std::string, std::string, int, int>>{
           {"GET", "/", "", 404, 65},
           {"POST", "/v1/clock", "{}", 400, 65},
           {"POST", "/v1/clock", "not json", 400, 65},
           {"POST", "/v1/clock", R"({"to":"2015-07-14T00:00:00Z"})", 400, 65},
           {"POST", "/v1/desks", R"({"offices":["kz.nowhere"]})", 400, 65},
           {"POST", "/v1/desks", R"({"offices":7})", 400, 65},
           {"POST", "/v1/desks/77/take", R"({"limit":1})", 404, 75},
           {"PUT", "/v1/clock", "", 404, 65}}) {
    const http::Response response = call(method, target, body);
    EXPECT_EQ(response.status, status) << target << response.body;
    EXPECT_EQ(response.content_type, "application/problem+json");
    const Json problem = Json::parse(response.body);
    EXPECT_EQ(problem.at("status"), status);
    EXPECT_EQ(problem.at("exit"), exit);
  }
}

TEST_F(Serve, TasksOfADeskThatIsClosedGoBack) {
  const auto running = serve();
  file_good(1);
  const std::string first =
      Json::parse(call("POST", "/v1/desks", R"({"offices":[]})").body).at("desk");
  const auto take = [&](const std::string& desk) {
    return Json::parse(call("POST", "/v1/desks/" + desk + "/take", R"({"limit":9})").body)
        .at("tasks")
        .size();
  };
  EXPECT_EQ(take(first), 1U);
  const std::string second =
      Json::parse(call("POST", "/v1/desks", R"({"offices":[]})").body).at("desk");
  EXPECT_EQ(take(second), 0U);
  EXPECT_EQ(call("DELETE", "/v1/desks/" + first).status, 200);
  EXPECT_EQ(take(second), 1U);
}

TEST_F(Serve, TakesADatabaseWithAVeryLongPath) {
  const std::filesystem::path deep = folder_ / std::string(120, 'd') / std::string(120, 'e');
  std::filesystem::create_directories(deep);
  const std::string path = (deep / "r.db").string();
  ASSERT_EQ(run_plain({"--db", path, "init", "--virtual-clock", "2015-07-14T10:15:00+06:00"}).exit,
            0);
  Running running({"--db", path, "serve"}, folder_);
  EXPECT_NE(running.read_line(), "") << running.errors();
  EXPECT_EQ(run_plain({"--db", path, "--json", "file", "-"}, application("r").dump()).exit, 0);
  running.signal(SIGINT);
  EXPECT_EQ(running.wait(), 0);
}

}  // namespace
}  // namespace reglament::testing
