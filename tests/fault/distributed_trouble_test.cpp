// What is between a failure and good order: a bad network, a full disk of the broker, messages that
// nobody can use, a department that is away. Cases flow through it, and in the end it is as if
// nothing had been.
//
// REGLAMENT_SEED and REGLAMENT_RUNS as in distributed_kill_test. REGLAMENT_BACKLOG=N: so many tasks
// wait for the department, 1,000 in the suite: the 10,000 of a day away take minutes, for each is a
// case that has gone through three steps before.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "tests/fault/distributed_office.hpp"
#include "tests/support/cutting_proxy.hpp"

namespace reglament::testing {
namespace {

using ::testing::HasSubstr;
using Flow = CuttingProxy::Flow;

const std::string kUnit = DistributedOffice::offices.at(0);
const std::string kKnb = DistributedOffice::offices.at(2);

// ---- The network -------------------------------------------------------------------------------

// Before the nodes, and before the desks.
class BadNetwork {
 public:
  enum class Fault : std::uint8_t { cut_before_confirms, delay, silence };

  void play(unsigned rounds) {
    std::vector<std::pair<CuttingProxy*, Fault>> faults;
    for (CuttingProxy* proxy : {&to_nodes_, &to_desks_}) {
      for (const Fault fault : {Fault::cut_before_confirms, Fault::delay, Fault::silence}) {
        faults.emplace_back(proxy, fault);
      }
    }
    for (unsigned round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
      SCOPED_TRACE(fmt::format("round {}", round));
      if (round % faults.size() == 0) dice_.shuffle(faults);
      const auto [proxy, fault] = faults.at(round % faults.size());
      load(20 + dice_.below(20), dice_.below(40));
      if (fault == Fault::cut_before_confirms) cut_before_confirms(*proxy);
      if (fault == Fault::delay) delay(*proxy);
      if (fault == Fault::silence) fall_silent(*proxy);
    }
    working_.end();
    if (!::testing::Test::HasFailure()) working_.judge_all();
  }
  [[nodiscard]] unsigned cut_between() const { return cut_between_; }
  [[nodiscard]] std::size_t cases() { return working_.ledger().cases().size(); }

 private:
  // Waits until a part of it is done.
  void load(std::size_t cases, std::size_t part) {
    const std::size_t before = working_.progress();
    working_.filer().file(cases);
    working_.await_progress(before + part);
  }
  // What is published arrives, its confirmation does not: it is sent again over the next
  // connection, and has to count once. There may be nothing under way at just that moment.
  void cut_before_confirms(CuttingProxy& proxy) {
    bool is_between = false;
    for (int attempt = 0; attempt < 10 && !is_between; ++attempt) {
      const auto before = proxy.publishes();
      working_.filer().file(10);
      EXPECT_TRUE(comes_true([&] { return proxy.publishes() > before; }));
      proxy.let_flow(Flow::to_server);
      const auto withheld = proxy.publishes();
      is_between =
          comes_true([&] { return proxy.publishes() > withheld; }, std::chrono::seconds(1));
      if (is_between) proxy.cut_all();
      proxy.let_flow(Flow::both_ways);
    }
    cut_between_ += is_between ? 1 : 0;
  }
  // Shorter than a heartbeat.
  void delay(CuttingProxy& proxy) {
    proxy.delay(std::chrono::milliseconds(10 + dice_.below(90)));
    load(10, 20);
    proxy.delay(std::chrono::milliseconds(0));
  }
  // Until somebody notices by the heartbeats that do not come.
  void fall_silent(CuttingProxy& proxy) {
    const std::size_t before = working_.complaints().size();
    proxy.let_flow(Flow::neither);
    EXPECT_TRUE(comes_true([&] { return working_.complaints().size() > before; }));
    proxy.let_flow(Flow::both_ways);
  }

  Dice dice_;
  DistributedOffice office_;
  CuttingProxy to_nodes_{office_.rabbit().port()};
  CuttingProxy to_desks_{office_.rabbit().port()};
  WorkingOffice working_{office_, {to_nodes_.port(), to_desks_.port()}};
  unsigned cut_between_ = 0;
};

TEST(BadNetworkBetweenParts, LosesNothingAndRepeatsNothing) {
  BadNetwork network;
  network.play(number_from_environment("REGLAMENT_RUNS", 6));
  std::printf("cases %zu, cut between a publish and its confirm %u\n", network.cases(),
              network.cut_between());
  EXPECT_GE(network.cut_between(), 1U);
}

// ---- The broker's disk, and dead letters -------------------------------------------------------

class TroubledOffice : public ::testing::Test {
 protected:
  // As the user of the office, or as the engine's for what goes to an office.
  void send_nonsense(const rabbitmq::Address& address, std::string_view exchange,
                     const std::string& key) {
    rabbitmq::Connection connection(address, {});
    connection.open_channel(1);
    rabbitmq::Mail mail;
    mail.exchange = exchange;
    mail.routing_key = key;
    mail.user_id = address.user;
    mail.body = "nonsense for " + key;
    connection.publish(1, mail, true);
  }
  // A desk of another make takes a task of the office and refuses it for good.
  void refuse_a_task(const std::string& office) {
    rabbitmq::Connection connection(office_.office_address(office), {});
    connection.open_channel(1);
    connection.limit_unacknowledged(1, 1);
    connection.consume(1, rabbitmq::names::desk_queue(office), true);
    std::optional<rabbitmq::Event> event;
    ASSERT_TRUE(comes_true([&] { return (event = connection.next()).has_value(); }));
    connection.refuse(1, std::get<rabbitmq::Delivered>(*event).tag);
  }
  std::vector<Json> letters() const {
    const Ended ended = office_.run({"dead-letters", "list"});
    EXPECT_EQ(ended.exit, 0) << ended.text();
    return json_lines(ended.out);
  }
  // Of the letters that were in that queue.
  std::string id_of_letter(const std::string& queue) const {
    for (const Json& letter : letters()) {
      if (letter.at("queue") == queue) return letter.at("id").get<std::string>();
    }
    ADD_FAILURE() << "expected a dead letter from " << queue;
    return {};
  }
  // The server may still be putting back what `list` has just looked at.
  void act(const char* what, const std::string& id) const {
    EXPECT_TRUE(comes_true([&] { return office_.run({"dead-letters", what, id}).exit == 0; }));
  }

  // Tasks in the queue of a desk that is away.
  unsigned waiting_for_knb() const {
    rabbitmq::Connection connection(office_.engine_address("knb"), {});
    connection.open_channel(1);
    return connection.count_waiting(1, rabbitmq::names::desk_queue(kKnb));
  }

  DistributedOffice office_;
  WorkingOffice working_{office_};
};

TEST_F(TroubledOffice, WaitsWhileTheBrokerHasNoRoomOnItsDisk) {
  working_.desk(kKnb).stop();
  working_.filer().file(20);
  ASSERT_TRUE(comes_true([&] { return waiting_for_knb() == 20; })) << working_.complaints();
  office_.rabbit().control({"set_disk_free_limit", "900000GB"});
  working_.filer().file(20);
  working_.start_desk(kKnb);
  EXPECT_TRUE(comes_true([&] {
    return working_.desk(kKnb).complaints().find("takes nothing more") != std::string::npos;
  })) << working_.complaints();
  EXPECT_LT(working_.filer().answered(), working_.filer().filed());
  EXPECT_GE(office_.open_cases(), 20U);
  office_.rabbit().control({"set_disk_free_limit", "50MB"});
  EXPECT_TRUE(comes_true([&] {
    return working_.desk(kKnb).complaints().find("takes messages again") != std::string::npos;
  })) << working_.complaints();
  working_.end();
  if (!HasFailure()) working_.judge_all();
}

TEST_F(TroubledOffice, SetsAsideWhatNobodyCanUseAndGoesOn) {
  working_.desk(kKnb).stop();
  send_nonsense(office_.engine_address("knb"), rabbitmq::names::tasks, kKnb);
  send_nonsense(office_.office_address(kUnit), rabbitmq::names::outcomes, "2");
  working_.start_desk(kKnb);
  working_.filer().file(10);
  ASSERT_TRUE(comes_true([&] { return letters().size() == 2; })) << working_.complaints();
  for (const Json& letter : letters()) {
    const bool is_task = letter.at("vhost") == "knb";
    EXPECT_EQ(letter.at("queue"), is_task ? "desk." + kKnb : "partition.2") << letter;
    EXPECT_THAT(letter.at("reason").get<std::string>(),
                HasSubstr(is_task ? "rejected" : "expected"));
    EXPECT_EQ(letter.at("user"), is_task ? "engine" : "office." + kUnit) << letter;
  }
  // Nonsense that is put back comes again.
  act("put-back", id_of_letter("partition.2"));
  ASSERT_TRUE(comes_true([&] { return letters().size() == 2; }));
  act("drop", id_of_letter("partition.2"));
  act("drop", id_of_letter("desk." + kKnb));
  EXPECT_EQ(office_.run({"dead-letters", "drop", "0123456789abcdef"}).exit, 65);
  working_.end();
  if (!HasFailure()) working_.judge_all();
}

TEST_F(TroubledOffice, PutsBackATaskThatADeskRefusedForGood) {
  working_.desk(kKnb).stop();
  working_.filer().file(3);
  refuse_a_task(kKnb);
  ASSERT_TRUE(comes_true([&] { return letters().size() == 1; }));
  const Json letter = letters().at(0);
  EXPECT_EQ(letter.at("queue"), "desk." + kKnb);
  EXPECT_EQ(letter.at("reason"), "rejected");
  EXPECT_EQ(letter.at("type"), "task");
  const auto talon = letter.at("case").get<std::string>();
  EXPECT_TRUE(working_.ledger().cases().contains(talon)) << letter;
  working_.start_desk(kKnb);
  ASSERT_TRUE(comes_true([&] { return office_.open_cases() == 1; })) << working_.complaints();
  EXPECT_EQ(office_.run({"case", "show", talon}).exit, 0);
  act("put-back", letter.at("id").get<std::string>());
  working_.end();
  if (!HasFailure()) working_.judge_all();
}

// ---- A department that is away -----------------------------------------------------------------

// Cases in the order in which a step of theirs was answered, by partition.
std::map<LogId, std::vector<CaseNumber>> answered_in_order(const Archive& archive,
                                                           std::string_view step) {
  std::map<LogId, std::vector<CaseNumber>> order;
  const auto reader = archive.open();
  for (const StoredLog& log : reader->logs()) {
    reader->for_each_entry(log.log, 0, [&](const StoredEntry& stored) {
      const Entry entry = decode_entry(stored.bytes);
      if (entry.kind == entry_kind::answered && entry.step == step) {
        order[log.log].push_back(entry.case_number);
      }
      return true;
    });
  }
  return order;
}

TEST_F(TroubledOffice, DrainsTheBacklogOfADepartmentThatWasAwayOldestFirst) {
  const unsigned backlog = number_from_environment("REGLAMENT_BACKLOG", 1'000);
  working_.desk(kKnb).stop();
  working_.filer().file(backlog);
  ASSERT_TRUE(comes_true([&] { return waiting_for_knb() == backlog; }, std::chrono::seconds(600)))
      << waiting_for_knb() << working_.complaints();
  const Ended day = office_.run({"clock", "advance", "--by", "P1D"});
  EXPECT_EQ(day.exit, 0) << day.text();
  working_.start_desk(kKnb);
  ASSERT_TRUE(comes_true([&] { return office_.open_cases() == 0; }, std::chrono::seconds(600)))
      << office_.open_cases() << working_.complaints();
  working_.end();
  if (HasFailure()) return;
  working_.judge_all();
  EXPECT_EQ(answered_in_order(office_.archive(), "knb-review"),
            answered_in_order(office_.archive(), "dvd-check"));
}

}  // namespace
}  // namespace reglament::testing
