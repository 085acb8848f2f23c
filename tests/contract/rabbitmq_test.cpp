// RabbitMQ: what strangers may send, where it ends that cannot be used, and who is let in.
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "adapters/rabbitmq/acknowledgements.hpp"
#include "adapters/rabbitmq/arrivals.hpp"
#include "adapters/rabbitmq/confirmations.hpp"
#include "adapters/rabbitmq/dead_letters.hpp"
#include "adapters/rabbitmq/filing_channel.hpp"
#include "adapters/rabbitmq/pace.hpp"
#include "adapters/rabbitmq/replies.hpp"
#include "adapters/rabbitmq/reply_address.hpp"
#include "tests/contract/rabbitmq_world.hpp"

namespace reglament::contract {
namespace {

using rabbitmq::Address;
using rabbitmq::DeadLetter;
using rabbitmq::FilingChannel;
using rabbitmq::parse_address;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// ---- The address -------------------------------------------------------------------------------

TEST(RabbitAddress, IsReadFromItsUrl) {
  const Address plain = parse_address("amqp://office.kz.a:se%2Fcret@broker.example/police");
  EXPECT_EQ(plain.host, "broker.example");
  EXPECT_EQ(plain.port, 5672);
  EXPECT_EQ(plain.user, "office.kz.a");
  EXPECT_EQ(plain.password, "se/cret");
  EXPECT_EQ(plain.vhost, "police");
  EXPECT_FALSE(plain.tls);
  EXPECT_EQ(plain.text(), "amqp://office.kz.a@broker.example:5672/police");
  const Address safe = parse_address("amqps://u:p@[::1]:5679/?cacertfile=/etc/ca.pem");
  EXPECT_TRUE(safe.tls);
  EXPECT_EQ(safe.port, 5679);
  EXPECT_EQ(safe.vhost, "/");
  EXPECT_EQ(safe.ca_file, "/etc/ca.pem");
  EXPECT_EQ(safe.in("knb").vhost, "knb");
}

TEST(RabbitAddress, RefusesWhatIsNoneWithoutRepeatingThePassword) {
  for (const char* url : {"http://u:secret@h/", "amqp://u:secret@h:x/", "", "amqp://u:secret@h:0/",
                          "amqp://u:secret@h/?cacertfile=a", "amqps://u:secret@h/?verify=none",
                          "amqps://u:secret@h/?cacertfile="}) {
    line_of<BadConfiguration>([&] { static_cast<void>(parse_address(url)); });
  }
}

// ---- Who is let in -----------------------------------------------------------------------------

TEST_F(OnRabbit, TroubleWithTheConnectionIsOneLine) {
  const auto connect = [](const Address& address) {
    return [address] { const rabbitmq::Connection connection(address, {}); };
  };
  Address address = agency_.office(kA);
  address.password = "wrong";
  EXPECT_THAT(line_of<BadConfiguration>(connect(address)), HasSubstr("ACCESS_REFUSED"));
  EXPECT_THAT(line_of<BadConfiguration>(connect(agency_.office(kA).in("nowhere"))),
              HasSubstr("nowhere"));
  address = agency_.office(kA);
  address.port = 1;
  EXPECT_THAT(line_of<Unavailable>(connect(address)), HasSubstr(":1/"));
  address.host = "no.such.host.invalid";
  line_of<Unavailable>(connect(address));
}

TEST_F(OnRabbit, AnOfficeHasItsOwnQueueAndNothingElse) {
  auto settings = agency_.desk_settings(kA);
  settings.office = kB;
  EXPECT_THAT(line_of<BadConfiguration>([&] { const RabbitDesk desk(settings); }),
              HasSubstr("ACCESS_REFUSED"));
  // What is not there looks the same as what belongs to another.
  settings.office = "kz.test.unknown";
  EXPECT_THAT(line_of<BadConfiguration>([&] { const RabbitDesk desk(settings); }),
              HasSubstr("ACCESS_REFUSED"));
  auto broker = agency_.broker_settings();
  broker.address = agency_.office(kA);
  line_of<BadConfiguration>([&] { const RabbitBroker wrong(broker); });
}

TEST_F(OnRabbit, NobodyPublishesInTheNameOfAnother) {
  rabbitmq::Connection connection(agency_.office(kA), {});
  connection.open_channel(1);
  Mail forged = outcome(answer_to(task_of(1, kB)));
  forged.user_id = "office." + kB;
  connection.publish(1, forged, true);
  EXPECT_THAT(
      line_of<BadConfiguration>([&] { eventually([&] { return connection.next().has_value(); }); }),
      HasSubstr("user_id"));
}

// A certificate authority of our own and a certificate of it, for the server at this name.
class Certificates {
 public:
  explicit Certificates(const std::filesystem::path& folder) : folder_(folder) {
    std::filesystem::create_directories(folder_);
    run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca "
        "-keyout ca.key -out ca.pem");
  }
  void issue(const std::string& name, const std::string& subject) const {
    std::ofstream(folder_ / "names") << "subjectAltName=" << subject << "\n";
    run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=server -keyout " + name +
        ".key -out " + name + ".csr");
    run("x509 -req -in " + name +
        ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "
        "names -out " +
        name + ".pem");
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_ / name).string();
  }

 private:
  void run(const std::string& arguments) const {
    const std::string command =
        "cd " + folder_.string() + " && openssl " + arguments + " >openssl.log 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  std::filesystem::path folder_;
};

TEST_F(OnRabbit, TlsChecksTheServersCertificateAndName) {
  const Certificates ours(server().folder() / "tls");
  const Certificates others(server().folder() / "tls-others");
  ours.issue("good", "DNS:localhost");
  ours.issue("elsewhere", "DNS:elsewhere.example");
  server().control({"eval", "application:ensure_all_started(ssl)."});
  const auto listen = [&](const std::string& name) {
    const int port = server().port() + 5'000 + (name == "good" ? 1 : 2);
    server().control(
        {"eval", fmt::format(R"(rabbit_networking:start_ssl_listener({}, [{{cacertfile,"{}"}},)"
                             R"({{certfile,"{}"}},{{keyfile,"{}"}}], 2).)",
                             port, ours.file("ca.pem"), ours.file(name + ".pem"),
                             ours.file(name + ".key"))});
    Address address = agency_.engine();
    address.tls = true;
    address.host = "localhost";
    address.port = port;
    return address;
  };
  Address address = listen("good");
  address.ca_file = ours.file("ca.pem");
  {
    auto settings = agency_.broker_settings();
    settings.address = address;
    broker_ = std::make_unique<RabbitBroker>(settings);
    publish({task_of(1, kA)});
    EXPECT_TRUE(eventually([&] { return all_confirmed(); }));
    broker_.reset();
  }
  const auto refusal = [&] {
    return line_of<BadConfiguration>([&] { const rabbitmq::Connection connection(address, {}); });
  };
  address.ca_file = others.file("ca.pem");
  EXPECT_THAT(refusal(), HasSubstr("certificate"));
  address.ca_file.clear();
  EXPECT_THAT(refusal(), HasSubstr("certificate"));
  address.ca_file = ours.file("none.pem");
  EXPECT_THAT(refusal(), HasSubstr("none.pem"));
  address = listen("elsewhere");
  address.ca_file = ours.file("ca.pem");
  EXPECT_THAT(refusal(), HasSubstr("certificate"));
}

// ---- What strangers send -----------------------------------------------------------------------

TEST_F(OnRabbit, WhatCannotBeReadGoesToTheDeadLettersAndTheConsumerGoesOn) {
  open_broker();
  const Answer good = answer_to(task_of(1, kA));
  Mail nonsense = outcome(good);
  nonsense.body = "this is not Protobuf";
  send(kA, nonsense);
  Mail other_version = outcome(good);
  other_version.body[1] = 9;
  send(kA, other_version);
  Mail huge = outcome(good);
  huge.body.assign(50'000'000, 'x');
  send(kA, huge);
  Mail anonymous = outcome(good);
  anonymous.user_id.clear();
  send(kA, anonymous);
  Mail astray = outcome(good);
  astray.routing_key = std::to_string((partition_of(1, RabbitAgency::partitions) + 1) % 4);
  send(kA, astray);
  Mail of_the_engine = outcome(good);
  of_the_engine.body = wire::encode(Message(task_of(1, kA)));
  send(kA, of_the_engine);

  const auto desk = open_desk(kA);
  EXPECT_EQ(answer(*desk, good), std::optional<Verdict>(Verdict{}));
  EXPECT_THAT(inbox_.accepted(), ElementsAre(good));
  std::vector<DeadLetter> letters;
  ASSERT_TRUE(eventually([&] {
    letters = rabbitmq::list_dead_letters(agency_.engine());
    return letters.size() == 6;
  }));
  std::string reasons;
  for (const DeadLetter& letter : letters) {
    reasons += letter.reason + "\n";
    EXPECT_THAT(letter.queue, HasSubstr("partition."));
    EXPECT_LE(letter.bytes, 100'000U);
  }
  for (const char* part :
       {"that are none", "version", "50000000", "user_id", "routing key", "found a task"}) {
    EXPECT_THAT(reasons, HasSubstr(part));
  }
  EXPECT_TRUE(eventually([&] {
    rabbitmq::Connection connection(agency_.engine(), {});
    connection.open_channel(1);
    for (LogId partition = 0; partition < RabbitAgency::partitions; ++partition) {
      if (connection.count_waiting(1, rabbitmq::names::partition_queue(partition)) > 0)
        return false;
    }
    return true;
  }));
}

TEST(Pace, NothingWaitsWhereLittleArrives) {
  using namespace std::chrono_literals;
  rabbitmq::Pace pace;
  rabbitmq::Pace::Moment now{1s};
  for (int i = 0; i < 1000; ++i) {
    now += std::chrono::milliseconds(i % 7 + 1);
    EXPECT_EQ(pace.next_turn(1, now), now);
  }
}

TEST(Pace, ACrowdGathersUntilItIsGone) {
  using namespace std::chrono_literals;
  rabbitmq::Pace pace;
  rabbitmq::Pace::Moment now{1s};
  EXPECT_EQ(pace.next_turn(1, now), now);
  // One event in 100 us: the thread turns as often, until the first 5 ms are over.
  for (int i = 0; i < 49; ++i) EXPECT_EQ(pace.next_turn(1, now += 100us), now);
  for (int i = 0; i < 20; ++i) {
    const auto next = pace.next_turn(i == 0 ? 1 : 50, now += i == 0 ? 100us : 5ms);
    EXPECT_EQ(next, now + rabbitmq::Pace::gathering);
  }
  EXPECT_EQ(pace.next_turn(9, now += 5ms), now) << "no crowd any more";
}

Mail reply_to(const std::string& address, const std::string& id, std::size_t bytes = 4) {
  Mail mail;
  mail.routing_key = address;
  mail.type = rabbitmq::message_type::verdict;
  mail.message_id = id;
  mail.body = std::string(bytes, 'x');
  return mail;
}

TEST(Replies, ThoseToOneAddressTravelTogetherWhereItsReaderKnowsHow) {
  rabbitmq::Replies replies;
  replies.add(reply_to("one", "1"), true);
  replies.add(reply_to("two", "2"), true);
  replies.add(reply_to("three", "3"), false);
  replies.add(reply_to("three", "4"), false);
  replies.add(reply_to("one", "5"), true);
  Mail traced = reply_to("one", "6");
  traced.headers[std::string(rabbitmq::trace_header)] = "00-1-2-01";
  replies.add(traced, true);

  std::multimap<std::string, std::string> types;
  std::multimap<std::string, std::string> ids;
  for (const Mail& mail : replies.take()) {
    types.emplace(mail.routing_key, mail.type);
    if (mail.type != rabbitmq::message_type::bundle) {
      ids.emplace(mail.routing_key, mail.message_id);
      continue;
    }
    for (const wire::BundledAnswer& one : wire::decode_bundle(mail.body)) {
      ids.emplace(mail.routing_key, one.message_id);
      EXPECT_EQ(one.envelope, "xxxx");
    }
  }
  EXPECT_THAT(types, UnorderedElementsAre(Pair("one", "bundle"), Pair("one", "verdict"),
                                          Pair("two", "verdict"), Pair("three", "verdict"),
                                          Pair("three", "verdict")));
  EXPECT_THAT(ids, UnorderedElementsAre(Pair("one", "1"), Pair("one", "5"), Pair("one", "6"),
                                        Pair("two", "2"), Pair("three", "3"), Pair("three", "4")));
  EXPECT_TRUE(replies.take().empty());
}

TEST(Replies, ABundleKeepsWithinItsLimits) {
  rabbitmq::Replies replies;
  for (int i = 0; i < 1000; ++i) replies.add(reply_to("one", std::to_string(i)), true);
  for (int i = 0; i < 9; ++i) replies.add(reply_to("long", std::to_string(i), 60'000), true);
  std::size_t answers = 0;
  std::size_t alone = 0;
  for (const Mail& mail : replies.take()) {
    if (mail.type == rabbitmq::message_type::bundle) {
      answers += wire::decode_bundle(mail.body).size();
    } else {
      ++alone;
    }
  }
  EXPECT_EQ(answers, 1000U);
  EXPECT_EQ(alone, 9U);
}

TEST_F(OnRabbit, AVerdictTellsItsAskerTheAddressThatMayBeNamedFromThenOn) {
  open_broker();
  rabbitmq::Connection connection(agency_.office(kA), {});
  connection.open_channel(1);
  connection.consume(1, rabbitmq::direct_reply, false);
  const auto ask = [&](CaseNumber number, const std::string& address) {
    const Answer answer = answer_to(task_of(number, kA));
    Mail question = outcome(answer);
    question.reply_to = address;
    connection.publish(1, question, true);
    std::optional<rabbitmq::Event> event;
    EXPECT_TRUE(eventually([&] { return (event = connection.next()).has_value(); }));
    if (!event) return std::string();
    const Mail& verdict = std::get<rabbitmq::Delivered>(*event).mail;
    EXPECT_EQ(verdict.message_id, answer.message_id);
    return verdict.reply_to;
  };
  const std::string address = ask(1, std::string(rabbitmq::direct_reply));
  EXPECT_THAT(address, ::testing::StartsWith(std::string(rabbitmq::direct_reply) + "."));
  EXPECT_EQ(ask(2, address), address);
}

// Made by the broker, but for a channel that is gone; the node is reply@94686644.
const std::string kGoneProcess = "g1h2AA5yZXBseUA5NDY4NjY0NAAAA1QAAAAAawh2Vw==";
const std::string kKey = "fNWlfZnAWj1EAwTnHbFIXw==";

const std::vector<std::string> kNoAddresses = {
    "",
    ".",
    "..",
    ".a.b",
    "." + kGoneProcess,
    "." + kGoneProcess + ".",
    "." + kGoneProcess + ".x",
    "." + kGoneProcess + "." + kKey + "." + kKey,
    "." + kGoneProcess + "." + kKey + "\n",
    "g" + kGoneProcess + "." + kKey,
    ".." + kKey,
    ".g2QA." + kKey,                                      // not a whole term
    ".\xD0\xB0\xD0\xB0." + kKey,                          // not base64
    ".g1h2AAlyZXBseUBhYmMAAANUAAAAAGsIdlc=." + kKey,      // reply@abc
    ".g1h2AAtyYWJiaXRAaG9zdAAAA1QAAAAAawh2Vw==." + kKey,  // rabbit@host
    ".g1h2AAVyZXBseQAAA1QAAAAAawh2Vw==." + kKey,          // reply
    ".g1h2AAAAAANUAAAAAGsIdlc=." + kKey,                  // no node
    ".g2d2AAhyZXBseUAxMgAAAAAAAAAAAA==." + kKey,          // a PID_EXT
    ".g1h2AAhyZXBseUAxMgAAAAAAAAAAAAAA." + kKey,          // a byte is missing
    ".g1h2AAhyZXBseUAxMgAAAAAAAAAAAAAAAAA=." + kKey,      // one too many
    "." + std::string(200, 'x') + "." + kKey,
};

TEST(ReplyAddress, IsOneThatTheBrokerCouldHaveMade) {
  const std::string prefix(rabbitmq::direct_reply);
  EXPECT_TRUE(rabbitmq::is_direct_reply_address(prefix + "." + kGoneProcess + "." + kKey));
  EXPECT_TRUE(rabbitmq::is_direct_reply_address(prefix + ".g1h3B3JlcGx5QDEAAANUAAAAAGsIdlc=." +
                                                kKey));  // reply@1, a short atom
  for (const std::string& address : kNoAddresses) {
    EXPECT_FALSE(rabbitmq::is_direct_reply_address(prefix + address)) << address;
  }
  EXPECT_FALSE(rabbitmq::is_direct_reply_address("desk.kz.test.b." + kGoneProcess + "." + kKey));
}

TEST_F(OnRabbit, AReplyAddressThatLeadsNowhereHarmsNobodyElse) {
  open_broker();
  const auto desk = open_desk(kB);
  CaseNumber number = 0;
  std::vector<std::string> addresses = kNoAddresses;
  addresses.push_back("." + kGoneProcess + "." + kKey);
  for (const std::string& address : addresses) {
    if (address.empty()) continue;  // that one the broker takes for a wish
    Mail forged = outcome(answer_to(task_of(++number, kA)));
    forged.reply_to = std::string(rabbitmq::direct_reply) + address;
    send(kA, forged);
  }
  EXPECT_TRUE(answer(*desk, answer_to(task_of(100, kB))));
  EXPECT_TRUE(eventually([&] { return inbox_.accepted_count() == number + 1; }));
  EXPECT_EQ(agency_.reports().all(), "") << "the engine's connection holds";
}

// In form it is one, but no node of the broker has that number: RabbitMQ ends the connection that
// replies to it, each time.
TEST_F(OnRabbit, AReplyAddressOfANodeThatIsGoneIsGivenUp) {
  open_broker();
  Mail forged = outcome(answer_to(task_of(1, kA)));
  forged.reply_to =
      std::string(rabbitmq::direct_reply) + ".g1h2AAhyZXBseUAxMgAAA1QAAAAAAAAAAQ==." + kKey;
  ASSERT_TRUE(rabbitmq::is_direct_reply_address(forged.reply_to));
  send(kA, forged);
  const auto desk = open_desk(kB);
  EXPECT_TRUE(answer(*desk, answer_to(task_of(100, kB))));
  rabbitmq::Connection engine(agency_.engine(), {});
  engine.open_channel(1);
  EXPECT_EQ(engine.count_waiting(1, rabbitmq::names::dead), 0U) << agency_.reports().all();
  EXPECT_EQ(inbox_.accepted_count(), 2U);
}

TEST_F(OnRabbit, ARejectionWithoutReplyAddressGoesToTheQueueOfTheOffice) {
  open_broker();
  const Answer good = answer_to(task_of(1, kA));
  inbox_.reject_next(kDuplicate);
  Mail mail = outcome(good);
  mail.headers[std::string(rabbitmq::trace_header)] = "00-1-2-01";
  mail.reply_to = rabbitmq::names::desk_queue(kB);  // would write where the office may not
  send(kA, mail);
  rabbitmq::Connection connection(agency_.office(kA), {});
  connection.open_channel(1);
  connection.consume(1, rabbitmq::names::desk_queue(kA), true);
  std::optional<rabbitmq::Event> event;
  ASSERT_TRUE(eventually([&] { return (event = connection.next()).has_value(); }));
  const auto& delivered = std::get<rabbitmq::Delivered>(*event);
  EXPECT_EQ(wire::decode_verdict(delivered.mail.body),
            (wire::AnswerVerdict{good.message_id, kDuplicate}));
  EXPECT_EQ(delivered.mail.type, "verdict");
  EXPECT_EQ(delivered.mail.message_id, good.message_id);
  EXPECT_EQ(delivered.mail.headers.at(std::string(rabbitmq::trace_header)), "00-1-2-01");
  rabbitmq::Connection engine(agency_.engine(), {});
  engine.open_channel(1);
  EXPECT_EQ(engine.count_waiting(1, rabbitmq::names::desk_queue(kB)), 0U);
}

TEST_F(OnRabbit, AFaultOfTheEngineOnlyDelaysTheAnswer) {
  std::atomic<int> calls = 0;
  broker_ = std::make_unique<RabbitBroker>(agency_.broker_settings());
  broker_->set_answer_sink(
      [&](const Answer&, const std::function<void(const Verdict&)>& on_verdict) {
        const int call = ++calls;
        if (call == 1) throw Unavailable("the store is full");
        if (call > 2) on_verdict(std::nullopt);  // the second is dropped uncalled
      });
  const auto desk = open_desk(kA);
  EXPECT_EQ(answer(*desk, answer_to(task_of(1, kA))), std::optional<Verdict>(Verdict{}));
  EXPECT_EQ(calls, 3);
}

// ---- Arrivals ----------------------------------------------------------------------------------

TEST_F(OnRabbit, ADeskTellsWhateverArrives) {
  open_broker();
  rabbitmq::Arrivals arrivals;
  auto settings = agency_.desk_settings(kA);
  settings.on_arrival = [&arrivals] { arrivals.add(); };
  RabbitDesk desk(std::move(settings));
  const auto more_than = [&arrivals](std::uint64_t seen) {
    return arrivals.wait_beyond(seen, std::chrono::steady_clock::now() + std::chrono::seconds(10));
  };
  publish({task_of(1, kA)});
  ASSERT_TRUE(more_than(0));
  EXPECT_EQ(desk.take(10).size(), 1U);
  const std::uint64_t seen = arrivals.count();
  publish({Revocation{1, 1, Symbol(kA)}});
  ASSERT_TRUE(more_than(seen));
  EXPECT_EQ(desk.take_revoked().size(), 1U);
}

// ---- Dead letters ------------------------------------------------------------------------------

TEST_F(OnRabbit, ATaskThatKeepsComingBackIsSetAsideAndCanBePutBack) {
  auto settings = agency_.broker_settings();
  broker_ = std::make_unique<RabbitBroker>(settings);
  publish({task_of(1, kA), task_of(2, kA)});
  auto desk = open_desk(kA);
  for (std::uint32_t i = 0; i <= rabbitmq::default_delivery_limit; ++i) {
    for (const TaskDelivery& one : take(*desk, 1)) {
      if (one.task.case_number == 1) {
        EXPECT_LE(one.deliveries, rabbitmq::default_delivery_limit + 1);
        desk->give_back(one.tag);
      } else {
        desk->settle(std::vector{one.tag});
        --i;
      }
    }
  }
  std::vector<DeadLetter> letters;
  ASSERT_TRUE(eventually([&] {
    letters = rabbitmq::list_dead_letters(agency_.engine());
    return letters.size() == 1;
  }));
  EXPECT_EQ(letters[0].reason, "delivery_limit");
  EXPECT_EQ(letters[0].queue, rabbitmq::names::desk_queue(kA));
  EXPECT_EQ(letters[0].correlation_id, task_of(1, kA).talon);
  EXPECT_EQ(rabbitmq::put_back_dead_letters(agency_.engine(), "no such id"), 0U);
  // The server may still be putting back what the list has looked at.
  EXPECT_TRUE(eventually(
      [&] { return rabbitmq::put_back_dead_letters(agency_.engine(), letters[0].id) == 1; }));
  EXPECT_EQ(take(*desk, 1).at(0).task, task_of(1, kA));
  EXPECT_THAT(rabbitmq::list_dead_letters(agency_.engine()), IsEmpty());
}

TEST_F(OnRabbit, AnOutcomeThatWasPutBackStillSpeaksForItsOffice) {
  open_broker();
  Mail astray = outcome(answer_to(task_of(2, kA)));
  astray.type = "outcome";
  ASSERT_NE(astray.routing_key, "0");
  astray.routing_key = "0";
  send(kA, astray);
  std::vector<DeadLetter> letters;
  ASSERT_TRUE(eventually([&] {
    letters = rabbitmq::list_dead_letters(agency_.engine());
    return letters.size() == 1;
  }));
  EXPECT_EQ(letters[0].user, "office." + kA);
  // With all cases in one partition it would have been right: that engine takes it.
  broker_.reset();
  auto settings = agency_.broker_settings();
  settings.speaks_for = [&](const std::string& user, const std::string& office) {
    EXPECT_EQ(user, "office." + kA);
    return user == "office." + office;
  };
  settings.partition_count = 1;
  broker_ = std::make_unique<RabbitBroker>(settings);
  broker_->set_answer_sink(inbox_.sink());
  EXPECT_EQ(rabbitmq::put_back_dead_letters(agency_.engine(), letters[0].id), 1U);
  ASSERT_TRUE(eventually([&] { return inbox_.accepted_count() == 1; }));
  EXPECT_EQ(inbox_.accepted()[0].office, kA);
}

TEST_F(OnRabbit, ADeskRefusesWhatIsNotItsOwn) {
  rabbitmq::Connection engine(agency_.engine(), {});
  engine.open_channel(1);
  for (const std::string& body : {wire::encode(Message(task_of(1, kB))), std::string("nonsense"),
                                  wire::encode(Message(task_of(2, kA)))}) {
    Mail mail;
    mail.exchange = rabbitmq::names::tasks;
    mail.routing_key = kA;
    mail.body = body;
    engine.publish(1, mail, true);
  }
  const auto desk = open_desk(kA);
  EXPECT_EQ(take(*desk, 1).at(0).task.case_number, 2U);
  EXPECT_TRUE(agency_.reports().have("expected tasks of kz.test.a, found one of kz.test.b"));
  ASSERT_TRUE(
      eventually([&] { return rabbitmq::list_dead_letters(agency_.engine()).size() == 2; }));
}

// ---- Filings -----------------------------------------------------------------------------------

Filing filing_of(const std::string& request_id) {
  Filing filing;
  filing.request_id = request_id;
  filing.regulation = "border-zone-permit";
  filing.office = kA;
  filing.channel = "psc";
  filing.applicant = {"Ибраимов Бакыт", "KGZ", "AN 1234567"};
  filing.documents = {"application"};
  return filing;
}

TEST_F(OnRabbit, AFilingComesOverTheBrokerAndItsReplyGoesBack) {
  open_broker();
  std::atomic<int> calls = 0;
  broker_->set_filing_sink(
      [&](const Filing& filing,
          const std::function<void(std::exception_ptr, const FilingReply&)>& on_filed) {
        FilingReply reply;
        reply.regulation = filing.regulation;
        if (filing.request_id == "bad") {
          return on_filed(std::make_exception_ptr(BadInput("expected x, found y")), reply);
        }
        if (filing.request_id == "busy" && ++calls == 1) {
          return on_filed(std::make_exception_ptr(TryAgain("busy")), reply);
        }
        if (filing.request_id == "refused") {
          reply.refused = kDuplicate;
          return on_filed(nullptr, reply);
        }
        reply.talon = "talon-" + filing.request_id;
        reply.case_number = 7;
        reply.edition = "2015-07-13";
        reply.office = filing.office;
        on_filed(nullptr, reply);
      });
  FilingChannel channel(agency_.office(kA), RabbitAgency::partitions, agency_.link_settings());
  const auto file = [&](const std::string& request_id) {
    auto promise = std::make_shared<std::promise<FilingReply>>();
    auto reply = promise->get_future();
    channel.file(filing_of(request_id),
                 [promise](std::exception_ptr fault, const FilingReply& given) {
                   if (fault) promise->set_exception(fault);
                   if (!fault) promise->set_value(given);
                 });
    EXPECT_EQ(reply.wait_for(std::chrono::seconds(10)), std::future_status::ready);
    return reply.get();
  };
  EXPECT_EQ(file("good").talon, "talon-good");
  EXPECT_EQ(file("busy").talon, "talon-busy");
  EXPECT_EQ(file("refused").refused, kDuplicate);
  EXPECT_EQ(line_of<BadInput>([&] { file("bad"); }), "expected x, found y");
  EXPECT_EQ(channel.unanswered(), 0U);
}

// ---- Parts -------------------------------------------------------------------------------------

TEST(Confirmations, PassAMessageOnlyWhenAllBeforeItHaveArrived) {
  rabbitmq::Confirmations confirmations;
  EXPECT_EQ(confirmations.through(), 0U);
  for (const std::uint64_t id : {4, 5, 9}) confirmations.expect(id);
  EXPECT_EQ(confirmations.through(), 3U);
  confirmations.confirm(5);
  EXPECT_EQ(confirmations.through(), 3U);
  confirmations.confirm(4);
  EXPECT_EQ(confirmations.through(), 8U);
  confirmations.expect(9);  // once more
  confirmations.confirm(9);
  EXPECT_EQ(confirmations.through(), 8U);
  confirmations.confirm(9);
  confirmations.expect(0);
  EXPECT_EQ(confirmations.through(), 9U);
}

}  // namespace
}  // namespace reglament::contract
