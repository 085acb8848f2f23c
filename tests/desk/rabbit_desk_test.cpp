// The desk as a process of its own on a real RabbitMQ: it shares nothing with the engine but the
// broker. The engine is a model here: it accepts one answer to each task.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <thread>

#include "engine/runtime/partition.hpp"
#include "tests/desk/tasks.hpp"
#include "tests/fault/permit_office.hpp"
#include "tests/fault/process.hpp"
#include "tests/support/rabbit_agency.hpp"

namespace reglament::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using TaskKey = std::pair<CaseNumber, std::uint32_t>;

constexpr const char* kProgram = REGLAMENT_BINARY_DIR "/reglament";
const std::string kOffice = "kz.knb.akmola";

// A desk that is killed again and again gets the same deliveries again and again.
constexpr std::uint32_t kDeliveryLimit = 1'000;

LocalRabbit& server() {
  static LocalRabbit server;
  return server;
}

bool eventually(const std::function<bool()>& condition) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < give_up) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

class ModelEngine {
 public:
  explicit ModelEngine(const RabbitAgency& agency) : broker_(settings_of(agency)) {
    broker_.set_answer_sink(
        [this](const Answer& answer, const std::function<void(const Verdict&)>& on_verdict) {
          on_verdict(judge(answer));
        });
  }

  void offer(CaseNumber first, CaseNumber last) {
    std::vector<OutboxMessage> messages;
    for (CaseNumber number = first; number <= last; ++number) {
      TaskMessage task = task_of(number);
      task.reply_to = partition_of(number, RabbitAgency::partitions);
      messages.push_back({++last_id_, task.reply_to, std::move(task)});
    }
    broker_.publish(messages);
  }
  void revoke(CaseNumber number) {
    const OutboxMessage message{++last_id_, 0, Revocation{number, 1, Symbol(kOffice)}};
    broker_.publish(std::span(&message, 1));
  }

  [[nodiscard]] std::size_t accepted() const {
    const std::lock_guard lock(mutex_);
    return accepted_.size();
  }
  // Of each task, every id that an answer to it came under.
  [[nodiscard]] std::map<TaskKey, std::set<std::string>> ids() const {
    const std::lock_guard lock(mutex_);
    return ids_;
  }
  [[nodiscard]] std::vector<Answer> answers() const {
    const std::lock_guard lock(mutex_);
    return answers_;
  }
  [[nodiscard]] std::size_t repeats() const {
    const std::lock_guard lock(mutex_);
    return repeats_;
  }

 private:
  static rabbitmq::RabbitBrokerSettings settings_of(const RabbitAgency& agency) {
    rabbitmq::RabbitBrokerSettings settings = agency.broker_settings();
    settings.delivery_limit = kDeliveryLimit;
    return settings;
  }

  Verdict judge(const Answer& answer) {
    const std::lock_guard lock(mutex_);
    const TaskKey key{answer.case_number, answer.task};
    ids_[key].insert(answer.message_id);
    const auto [place, is_first] = accepted_.emplace(key, answer.message_id);
    if (is_first) {
      answers_.push_back(answer);
      return std::nullopt;
    }
    ++repeats_;
    if (place->second == answer.message_id) return std::nullopt;
    return Rejection{"late", "engine", "an answer to an open task", "task 1 was answered before"};
  }

  mutable std::mutex mutex_;
  std::map<TaskKey, std::string> accepted_;
  std::map<TaskKey, std::set<std::string>> ids_;
  std::vector<Answer> answers_;
  std::size_t repeats_ = 0;
  std::uint64_t last_id_ = 0;
  rabbitmq::RabbitBroker broker_;
};

class RabbitDeskProcess : public ::testing::Test {
 protected:
  RabbitDeskProcess() { agency_.declare(kDeliveryLimit); }

  std::string inbox() const { return (folder_.path() / "knb.db").string(); }

  std::vector<std::string> desk_command(const std::vector<std::string>& more) const {
    const rabbitmq::Address address = agency_.office(kOffice);
    std::vector<std::string> command{
        kProgram,   "--json",
        "--broker", server().url(address.user, address.password, address.vhost),
        "desk",     "--office",
        kOffice,    "--inbox",
        inbox()};
    command.insert(command.end(), more.begin(), more.end());
    return command;
  }
  std::unique_ptr<Process> desk(const std::vector<std::string>& more) const {
    auto started = std::make_unique<Process>(desk_command(more));
    EXPECT_TRUE(started->says("\"ready\":true")) << started->wait().text();
    return started;
  }
  Ended clerk(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {kProgram, "--json", "inbox", "--inbox", inbox()});
    return run(arguments);
  }
  std::string stage(CaseNumber number) const {
    const Ended ended = clerk({"show", fmt::format("{}/1", number)});
    return ended.exit == 0 ? Json::parse(ended.out).at("stage").get<std::string>() : "";
  }

  TemporaryFolder folder_;
  RabbitAgency agency_{server(), {kOffice}};
};

TEST_F(RabbitDeskProcess, AnswersByRulesUntilIdle) {
  ModelEngine engine(agency_);
  engine.offer(1, 300);
  const Ended ended = run(desk_command({"--favourable", "--until-idle"}));
  ASSERT_EQ(ended.exit, 0) << ended.text();
  EXPECT_EQ(engine.accepted(), 300U);
  const auto answers = engine.answers();
  for (const Answer& answer : answers) {
    EXPECT_EQ(answer.office, kOffice);
    EXPECT_EQ(answer.actor, "desk:" + kOffice);
  }
  EXPECT_EQ(std::ranges::count(ended.out, '\n'), 301) << "ready, and a line an answer";
  EXPECT_EQ(clerk({"list"}).out, "");
}

TEST_F(RabbitDeskProcess, KilledAgainAndAgainItAnswersEverythingOnce) {
  const unsigned seed = number_from_environment("REGLAMENT_KILL_SEED", std::random_device{}());
  std::printf("REGLAMENT_KILL_SEED=%u\n", seed);
  std::mt19937 random(seed);
  ModelEngine engine(agency_);
  constexpr CaseNumber kEach = 400;
  constexpr unsigned kKills = 12;
  unsigned under_way = 0;
  for (unsigned round = 0; round < kKills; ++round) {
    engine.offer(round * kEach + 1, (round + 1) * kEach);
    const auto running = desk({"--favourable"});
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 150'000));
    running->send(SIGKILL);
    EXPECT_EQ(running->wait().signal, SIGKILL);
    under_way += engine.accepted() < (round + 1) * kEach ? 1 : 0;
  }
  const Ended ended = run(desk_command({"--favourable", "--until-idle"}));
  ASSERT_EQ(ended.exit, 0) << ended.text();
  EXPECT_EQ(engine.accepted(), kKills * kEach) << "lost";
  for (const auto& [key, ids] : engine.ids()) {
    ASSERT_EQ(ids.size(), 1U) << "case " << key.first << " was answered under two ids";
  }
  EXPECT_EQ(clerk({"list"}).out, "");
  std::printf("killed with work left %u times of %u; answers repeated %zu\n", under_way, kKills,
              engine.repeats());
  EXPECT_GE(under_way, 3U);
}

TEST_F(RabbitDeskProcess, AClerkWorksWhileTheEngineIsAway) {
  std::optional<ModelEngine> engine(std::in_place, agency_);
  engine->offer(1, 2);
  const auto running = desk({"--manual"});
  ASSERT_TRUE(eventually([&] { return stage(2) == "received"; }));
  engine.reset();
  EXPECT_EQ(clerk({"claim", "1/1", "--person", "aigul"}).exit, 0);
  EXPECT_EQ(clerk({"answer", "1/1", "--outcome", "objected", "--reason", "BZP-KNB", "--field",
                   "signed_by=A. Aigul"})
                .exit,
            0);
  EXPECT_NE(stage(1), "accepted");
  engine.emplace(agency_);
  ASSERT_TRUE(eventually([&] { return stage(1) == "accepted"; }));
  const auto answers = engine->answers();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].actor, "aigul");
  EXPECT_EQ(answers[0].ground, "BZP-KNB");
  EXPECT_EQ(answers[0].fields.at("signed_by"), "A. Aigul");

  engine->revoke(2);
  EXPECT_TRUE(eventually([&] { return stage(2) == "revoked"; }));
  EXPECT_EQ(clerk({"claim", "2/1", "--person", "aigul"}).exit, 65);
}

TEST_F(RabbitDeskProcess, OutlivesItsBroker) {
  ModelEngine engine(agency_);
  const auto running = desk({"--favourable"});
  engine.offer(1, 50);
  ASSERT_TRUE(eventually([&] { return engine.accepted() == 50; }));
  server().keep_queues();
  server().kill();
  engine.offer(51, 100);
  server().start();
  EXPECT_TRUE(eventually([&] { return engine.accepted() == 100; }));
  for (const auto& [key, ids] : engine.ids()) EXPECT_EQ(ids.size(), 1U);
  running->send(SIGTERM);
  EXPECT_EQ(running->wait().exit, 0);
}

TEST_F(RabbitDeskProcess, WhatIsWrongWithTheBrokerIsOneLine) {
  const rabbitmq::Address address = agency_.office(kOffice);
  const auto refused = [&](const std::string& url, int exit, const std::string& found) {
    const Ended ended = run(
        {kProgram, "--broker", url, "desk", "--office", kOffice, "--inbox", inbox(), "--manual"});
    EXPECT_EQ(ended.exit, exit) << ended.text();
    EXPECT_THAT(ended.err, HasSubstr(found));
    EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.err;
    EXPECT_EQ(ended.err.find("pass-word"), std::string::npos) << "the password is nobody's";
  };
  refused("amqp://office." + kOffice + ":pass-word@127.0.0.1:1/knb", 69, "127.0.0.1");
  refused(server().url(address.user, "pass-word", address.vhost), 78, address.user);
  refused("amqp://:pass-word", 78, "expected");
}

}  // namespace
}  // namespace reglament::testing
