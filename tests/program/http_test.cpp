#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <latch>
#include <thread>
#include <vector>

#include "adapters/http/client.hpp"
#include "adapters/http/server.hpp"
#include "engine/base/fault.hpp"

namespace reglament::http {
namespace {

class Http : public ::testing::Test {
 protected:
  Http() {
    std::string name = (std::filesystem::temp_directory_path() / "reglament-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~Http() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path socket() const { return folder_ / "s.sock"; }
  [[nodiscard]] Client client() const {
    auto connected = Client::connect(socket());
    EXPECT_TRUE(connected.has_value());
    return std::move(*connected);
  }

  std::filesystem::path folder_;
};

Response echo(const Request& request) {
  return {200, request.method + " " + request.target + " " + request.body, "text/plain"};
}

TEST_F(Http, AnswersSeveralRequestsOfOneConnection) {
  const Server server(socket(), echo);
  Client one = client();
  EXPECT_EQ(one.send({"POST", "/a", "x"}).body, "POST /a x");
  EXPECT_EQ(one.send({"GET", "/b", ""}).body, "GET /b ");
  EXPECT_EQ(one.send({"GET", "/b", ""}).content_type, "text/plain");
}

TEST_F(Http, AnswersSeveralConnectionsAtOnce) {
  constexpr std::ptrdiff_t kClients = 8;
  std::latch all_here(kClients);
  // No handler returns before all of them run.
  const Server server(socket(), [&](const Request& request) {
    all_here.arrive_and_wait();
    return echo(request);
  });
  std::vector<std::string> bodies(kClients);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    threads.emplace_back([&, i] {
      bodies[i] = client().send({"POST", "/", std::to_string(i)}).body;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < bodies.size(); ++i)
    EXPECT_EQ(bodies[i], "POST / " + std::to_string(i));
}

TEST_F(Http, CarriesALargeBodyAndRefusesATooLargeOne) {
  const Server server(socket(), [](const Request& request) {
    return Response{200, std::to_string(request.body.size()), "text/plain"};
  });
  EXPECT_EQ(client().send({"POST", "/", std::string(body_limit, 'x')}).body,
            std::to_string(body_limit));
  EXPECT_EQ(client().send({"POST", "/", std::string(body_limit + 1, 'x')}).status, 413);
}

TEST_F(Http, AHandlerThatFailsIsAnsweredWith500) {
  const Server server(socket(), [](const Request&) -> Response { throw BadInput("no"); });
  Client one = client();
  EXPECT_EQ(one.send({"GET", "/", ""}).status, 500);
  EXPECT_EQ(one.send({"GET", "/", ""}).status, 500);
}

TEST_F(Http, NobodyListeningIsNoClient) {
  EXPECT_FALSE(Client::connect(socket()).has_value());
  { const Server server(socket(), echo); }
  EXPECT_FALSE(Client::connect(socket()).has_value());
}

TEST_F(Http, AStaleSocketIsReplaced) {
  { std::filesystem::create_symlink("nowhere", socket()); }
  const Server server(socket(), echo);
  EXPECT_EQ(client().send({"GET", "/", ""}).status, 200);
}

TEST_F(Http, StopAnswersWhatHasArrivedAndThenRefuses) {
  std::latch arrived(1);
  std::latch go_on(1);
  Server server(socket(), [&](const Request& request) {
    arrived.count_down();
    go_on.wait();
    return echo(request);
  });
  Client idle = client();
  std::string body;
  std::thread asking([&] { body = client().send({"GET", "/slow", ""}).body; });
  arrived.wait();
  std::thread stopping([&] { server.stop(); });
  go_on.count_down();
  stopping.join();
  asking.join();
  EXPECT_EQ(body, "GET /slow ");
  EXPECT_FALSE(Client::connect(socket()).has_value());
  EXPECT_THROW(static_cast<void>(idle.send({"GET", "/", ""})), Unavailable);
}

TEST_F(Http, OnlyTheOwnerMayOpenTheSocket) {
  const Server server(socket(), echo);
  EXPECT_EQ(std::filesystem::status(socket()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Http, AFolderThatIsMissingIsUnavailable) {
  EXPECT_THROW(Server(folder_ / "none" / "s.sock", echo), Unavailable);
  EXPECT_THROW(static_cast<void>(Client::connect(folder_ / "none" / "s.sock")), Unavailable);
}

}  // namespace
}  // namespace reglament::http
