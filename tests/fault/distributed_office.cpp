#include "tests/fault/distributed_office.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "adapters/http/client.hpp"
#include "adapters/postgresql/postgresql_store.hpp"
#include "adapters/rabbitmq/connection.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "adapters/wire/filing_json.hpp"
#include "engine/base/fault.hpp"
#include "tests/support/node_configuration.hpp"

namespace reglament::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = REGLAMENT_BINARY_DIR "/reglament";
// What leads to a permit, in the steps of DistributedOffice::by_rules.
constexpr std::string_view kRules = R"({"step":"accept","outcome":"accepted"}
{"step":"forward-to-dvd","outcome":"forwarded"}
{"step":"issue","outcome":"issued"}
)";
const std::vector<std::string> kVhosts = {"police", "knb", "psc", "defence", "mfa"};

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Ended run_well(const std::vector<std::string>& command) {
  Ended ended = run(command);
  if (ended.exit != 0) throw std::runtime_error(command.at(1) + ": " + ended.text());
  return ended;
}

// In a shell that the program takes the place of: the process is the program's.
std::vector<std::string> logged(const std::vector<std::string>& command, const fs::path& log) {
  std::vector<std::string> whole{"sh", "-c", R"(exec "$@" >"$0" 2>"$0.errors")", log.string()};
  whole.insert(whole.end(), command.begin(), command.end());
  return whole;
}

// A server with the queues of all 584 offices needs a minute to come back: only ours.
Json only_ours(const Json& all) {
  const auto is_ours = [](const std::string& name, std::string_view before) {
    if (!name.starts_with(before)) return true;
    const auto& offices = DistributedOffice::offices;
    return std::ranges::find(offices, name.substr(before.size())) != offices.end();
  };
  Json ours = all;
  const auto keep = [&](const char* what, const char* key, std::string_view before) {
    Json kept = Json::array();
    for (const Json& one : all.at(what)) {
      if (is_ours(one.at(key).get<std::string>(), before)) kept.push_back(one);
    }
    ours[what] = std::move(kept);
  };
  keep("users", "name", "office.");
  keep("permissions", "user", "office.");
  keep("queues", "name", "desk.");
  keep("bindings", "destination", "desk.");
  return ours;
}

}  // namespace

bool comes_true(const std::function<bool()>& condition, std::chrono::seconds give_up) {
  const auto until = std::chrono::steady_clock::now() + give_up;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

// ---- Members -----------------------------------------------------------------------------------

Member::Member(const std::vector<std::string>& command, const fs::path& log)
    : log_(log), process_(logged(command, log)) {
  // It may complain of something before.
  if (comes_true([&] { return !lines().empty(); }, kPatience)) return;
  process_.send(SIGKILL);
  throw std::runtime_error("did not become ready: " + process_.wait().text() + complaints());
}

void Member::kill() {
  process_.send(SIGKILL);
  const Ended ended = process_.wait();
  EXPECT_EQ(ended.signal, SIGKILL) << "it had ended by itself: " << ended.text() << complaints();
}

void Member::stop() {
  process_.send(SIGTERM);
  const Ended ended = process_.wait();
  EXPECT_EQ(ended.exit, 0) << ended.text() << complaints();
}

std::vector<Json> Member::lines() const { return json_lines(read_text(log_)); }

std::string Member::complaints() const { return read_text(log_.string() + ".errors"); }

std::set<int> Member::partitions() const {
  std::set<int> numbers;
  auto client = http::Client::connect(lines().at(0).at("socket").get<std::string>());
  if (!client) return numbers;
  const Json said = Json::parse(client->send({"GET", "/v1/node", ""}).body);
  for (const Json& partition : said.at("partitions")) {
    if (partition.at("trouble").is_null()) numbers.insert(partition.at("partition").get<int>());
  }
  return numbers;
}

// ---- The office --------------------------------------------------------------------------------

std::string DistributedOffice::vhost_of(const std::string& office) {
  return office.starts_with("kz.knb.") ? "knb" : "police";
}

DistributedOffice::DistributedOffice() {
  import_offices();
  configuration_ = write_configuration("engine.toml", 0);
  const Ended made = run({"init", "--virtual-clock", std::string(kOpening), "--partitions",
                          std::to_string(partitions)});
  if (made.exit != 0) throw std::runtime_error("init: " + made.text());
}

void DistributedOffice::import_offices() {
  run_well({kProgram, "deploy", "rabbitmq", "--partitions", std::to_string(partitions),
            "--passwords", file("passwords"), "--output", file("definitions.json")});
  rabbit_.import_definitions(only_ours(Json::parse(read_text(file("definitions.json")))).dump());
  rabbit_.keep_queues();
  std::ifstream stream(file("passwords"));
  for (std::string user, password; stream >> user >> password;) passwords_[user] = password;
}

std::string DistributedOffice::broker(const std::string& user, const std::string& vhost,
                                      int rabbit_port) const {
  return fmt::format("amqp://{}:{}@127.0.0.1:{}/{}", user, passwords_.at(user),
                     rabbit_port == 0 ? rabbit_.port() : rabbit_port, vhost);
}

// A short lease gives short heartbeats too, to desks as well.
std::string DistributedOffice::write_configuration(const std::string& name, int rabbit_port) const {
  const NodeConfiguration configuration{
      .db = postgres_.url(), .broker = broker("engine", "police", rabbit_port), .lease_seconds = 2};
  std::ofstream(file(name)) << configuration.text();
  fs::permissions(file(name), fs::perms::owner_read | fs::perms::owner_write);
  return file(name).string();
}

fs::path DistributedOffice::next_log(const std::string& name) {
  return file(fmt::format("{}-{}.log", name, ++logs_));
}

std::unique_ptr<Member> DistributedOffice::start_node(int rabbit_port) {
  const std::string configuration =
      rabbit_port == 0 ? configuration_ : write_configuration("through-proxy.toml", rabbit_port);
  return std::make_unique<Member>(
      std::vector<std::string>{kProgram, "--config", configuration, "--json", "serve"},
      next_log("node"));
}

std::unique_ptr<Member> DistributedOffice::start_desk(const std::string& office, int rabbit_port) {
  const std::string lease = file("desk.toml");
  std::ofstream(lease) << NodeConfiguration{.lease_seconds = 2}.text();
  const std::string address = broker("office." + office, vhost_of(office), rabbit_port);
  const std::string inbox = file(office + ".db");
  std::vector<std::string> command{kProgram, "--config", lease,      "--json", "--broker",
                                   address,  "desk",     "--office", office,   "--time",
                                   "tasks",  "--inbox",  inbox};
  if (office == by_rules) {
    const std::string rules = file("rules.jsonl");
    std::ofstream(rules) << kRules;
    command.insert(command.end(), {"--answers", rules});
  } else {
    command.emplace_back("--favourable");
  }
  return std::make_unique<Member>(command, next_log(office));
}

rabbitmq::Address DistributedOffice::engine_address(const std::string& vhost) const {
  return rabbitmq::parse_address(broker("engine", vhost, 0));
}

rabbitmq::Address DistributedOffice::office_address(const std::string& office) const {
  return rabbitmq::parse_address(broker("office." + office, vhost_of(office), 0));
}

Ended DistributedOffice::run(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {kProgram, "--config", configuration_, "--json"});
  return testing::run(arguments);
}

Archive DistributedOffice::archive() const {
  return {[this](std::vector<std::string> arguments) { return run(std::move(arguments)); },
          [this] { return open_postgresql_reader(postgres_.url()); }, file("refiled")};
}

std::string DistributedOffice::queues(const std::string& vhost) const {
  const std::string all = rabbit_.control({"list_queues", "-p", vhost, "name", "messages_ready",
                                           "messages_unacknowledged", "consumers"});
  std::string used;
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) {
    if (!line.ends_with("\t0\t0\t0")) used += line + "\n";
  }
  return used;
}

std::map<std::string, unsigned> DistributedOffice::waiting() const {
  std::map<std::string, unsigned> waiting;
  const auto count = [&](rabbitmq::Connection& connection, const std::string& vhost,
                         const std::string& queue) {
    const unsigned messages = connection.count_waiting(1, queue);
    if (messages > 0) waiting[vhost + ": " + queue] = messages;
  };
  for (const std::string& vhost : kVhosts) {
    rabbitmq::Connection connection(engine_address(vhost), {});
    connection.open_channel(1);
    count(connection, vhost, std::string(rabbitmq::names::dead));
    for (LogId partition = 0; partition < partitions; ++partition) {
      count(connection, vhost, rabbitmq::names::partition_queue(partition));
    }
    for (const std::string& office : offices) {
      if (vhost_of(office) == vhost) {
        count(connection, vhost, rabbitmq::names::desk_queue(office));
      }
    }
  }
  return waiting;
}

std::size_t DistributedOffice::outbox() const {
  std::size_t messages = 0;
  open_postgresql_reader(postgres_.url())
      ->for_each_message(std::nullopt, [&](const OutboxMessage&) { return ++messages, true; });
  return messages;
}

std::size_t DistributedOffice::open_cases() const {
  std::size_t cases = 0;
  open_postgresql_reader(postgres_.url())
      ->for_each_case(std::nullopt, true, [&](const StoredCase&) { return ++cases, true; });
  return cases;
}

// ---- The filer ---------------------------------------------------------------------------------

Filer::Filer(rabbitmq::Address address, Ledger& ledger)
    : address_(std::move(address)), ledger_(ledger) {
  begin_anew();
}

void Filer::file(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    filings_.push_back(application(fmt::format("f{}", filings_.size() + 1)));
    send(filings_.back());
  }
}

void Filer::repeat(std::size_t count, const std::function<std::size_t(std::size_t)>& below) {
  for (std::size_t i = 0; i < count && !filings_.empty(); ++i) {
    send(filings_[below(filings_.size())]);
  }
}

void Filer::begin_anew() {
  channel_.reset();  // its thread calls nothing more
  rabbitmq::LinkSettings settings;
  settings.connection.heartbeat = std::chrono::seconds(1);
  settings.longest_pause = std::chrono::milliseconds(500);
  channel_ = std::make_unique<rabbitmq::FilingChannel>(address_, DistributedOffice::partitions,
                                                       std::move(settings));
  for (const Json& filing : filings_) {
    const auto request = filing.at("request_id").get<std::string>();
    const bool is_known = [&] {
      const std::lock_guard lock(mutex_);
      return answered_.contains(request);
    }();
    if (!is_known) send(filing);
  }
}

std::size_t Filer::answered() const {
  const std::lock_guard lock(mutex_);
  return answered_.size();
}

void Filer::send(const Json& filing) {
  channel_->file(parse_filing(filing.dump()).filing,
                 [this, filing](std::exception_ptr fault, const FilingReply& reply) {
                   const auto request = filing.at("request_id").get<std::string>();
                   if (fault) return ledger_.find("filing " + request + " ended with a fault");
                   Json told = {{"talon", reply.talon}, {"case", reply.case_number}};
                   if (reply.refused) told = {{"paragraph", reply.refused->paragraph}};
                   ledger_.filed(filing, told);
                   const std::lock_guard lock(mutex_);
                   answered_.insert(request);
                 });
}

// ---- At work -----------------------------------------------------------------------------------

WorkingOffice::WorkingOffice(DistributedOffice& office, ProxyPorts ports)
    : office_(office),
      ports_(ports),
      filer_(std::make_unique<Filer>(office.office_address(DistributedOffice::offices.front()),
                                     ledger_)) {
  for (std::size_t number = 0; number < nodes; ++number) start_node(number);
  for (const std::string& each : DistributedOffice::offices) start_desk(each);
}

void WorkingOffice::start_node(std::size_t number) {
  nodes_.at(number) = office_.start_node(ports_.nodes);
}

void WorkingOffice::start_desk(const std::string& office) {
  desks_[office].push_back(office_.start_desk(office, ports_.desks));
}

std::size_t WorkingOffice::progress() const {
  std::size_t done = filer_->answered();
  for (const auto& [office, lives] : desks_) {
    for (const auto& desk : lives) done += desk->lines().size() - 1;
  }
  return done;
}

void WorkingOffice::await_progress(std::size_t goal) const {
  ASSERT_TRUE(comes_true([&] { return progress() >= goal; }))
      << progress() << " of " << goal << ", with " << office_.open_cases() << " cases open"
      << complaints();
}

std::string WorkingOffice::complaints() const {
  std::string all;
  for (const auto& node : nodes_) all += "\nnode: " + node->complaints();
  for (const auto& [office, lives] : desks_) {
    all += "\n" + office + ": " + lives.back()->complaints();
  }
  for (const auto& node : nodes_) {
    all += "\nruns partitions " + ::testing::PrintToString(node->partitions());
  }
  all += fmt::format("\nthe outbox holds {}", office_.outbox());
  for (const std::string& vhost : kVhosts) {
    all += fmt::format("\n{}: queue, ready, with a consumer, consumers\n{}", vhost,
                       office_.queues(vhost));
  }
  return all;
}

void WorkingOffice::end() {
  ASSERT_TRUE(comes_true([&] { return filer_->answered() == filer_->filed(); }))
      << filer_->answered() << " of " << filer_->filed() << complaints();
  ASSERT_TRUE(comes_true([&] { return office_.open_cases() == 0; }))
      << office_.open_cases() << " cases left open" << complaints();
  ASSERT_TRUE(comes_true([&] { return office_.outbox() == 0; })) << complaints();
  for (auto& [office, lives] : desks_) lives.back()->stop();
  for (auto& node : nodes_) node->stop();
  filer_.reset();
  EXPECT_TRUE(comes_true([&] { return office_.waiting().empty(); }))
      << ::testing::PrintToString(office_.waiting());
  const Ended letters = office_.run({"dead-letters", "list"});
  EXPECT_EQ(letters.exit, 0) << letters.text();
  EXPECT_EQ(letters.out, "");
}

void WorkingOffice::judge_all() {
  EXPECT_THAT(judge(office_.archive(), ledger_), ::testing::IsEmpty());
  const Record record = read_record(office_.archive());
  EXPECT_EQ(record.steps.size(), steps_of_a_case * ledger_.cases().size());
  EXPECT_EQ(record.answers.size(), steps_of_a_case * ledger_.cases().size());
  for (const auto& [office, lives] : desks_) {
    for (const auto& desk : lives) expect_in_record(record, *desk);
  }
}

// What a desk was told of its answers is in the history.
void WorkingOffice::expect_in_record(const Record& record, const Member& desk) const {
  for (const Json& line : desk.lines()) {
    if (line.contains("ready")) continue;
    EXPECT_FALSE(line.contains("rejected")) << line;
    const CaseNumber number = ledger_.cases().at(line.at("talon").get<std::string>());
    EXPECT_TRUE(record.steps.contains({number, line.at("step").get<std::string>()})) << line;
  }
}

// ---- Chance ------------------------------------------------------------------------------------

Dice::Dice() {
  const unsigned seed = number_from_environment("REGLAMENT_SEED", std::random_device{}());
  std::printf("REGLAMENT_SEED=%u\n", seed);
  random_.seed(seed);
}

unsigned Dice::below(std::size_t count) {
  return static_cast<unsigned>(std::uniform_int_distribution<std::size_t>(0, count - 1)(random_));
}

}  // namespace reglament::testing
