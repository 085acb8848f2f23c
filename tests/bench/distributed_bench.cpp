// The whole chain on one machine: a node on PostgreSQL, RabbitMQ, and the departments of the
// border-zone permit as processes of their own with their inboxes, beside what the broker carries
// by itself, in one run.
//
//   distributed_bench [SECONDS [REGIONS]]
//
// It starts its own servers, PostgreSQL waiting for the disk. A transition is one decided occasion,
// durably committed; each but the filing cost the broker two confirmed persistent messages.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>

#include "adapters/rabbitmq/filing_channel.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/desk_rules.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "deploy/program/world.hpp"
#include "tests/bench/bare_broker.hpp"
#include "tests/fault/process.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Process;

constexpr std::uint64_t kEntriesOfACase = 6;  // the filing and five answers
// Of these the offices before the department of the КНБ have given three.
constexpr std::uint64_t kEntriesBeforeReview = 4;
constexpr std::uint64_t kCasesInFlight = 4'000;
constexpr std::uint64_t kBacklog = 10'000;
constexpr seconds kWarmUp{3};
constexpr seconds kPatience{180};

enum class Department { units, directorates, reviewers };

// The offices of the first regions of the directory that have all three departments.
std::map<Department, std::vector<std::string>> offices_of(std::size_t regions) {
  std::map<Department, std::vector<std::string>> offices;
  std::set<std::string> chosen;
  for (const Office& office : program::world().directory.offices()) {
    const auto department = office.holds("migration-police-unit") ? Department::units
                            : office.holds("migration-police-directorate")
                                ? Department::directorates
                            : office.holds("knb-department") ? Department::reviewers
                                                             : std::optional<Department>();
    if (!department) continue;
    if (chosen.size() < regions) chosen.insert(office.region);
    if (chosen.contains(office.region)) offices[*department].push_back(office.id);
  }
  return offices;
}

void wait_until(std::string_view what, const std::function<bool()>& condition,
                milliseconds between = milliseconds(5)) {
  const auto give_up = Clock::now() + kPatience;
  while (!condition()) {
    if (Clock::now() > give_up) throw std::runtime_error(fmt::format("expected {}", what));
    std::this_thread::sleep_for(between);
  }
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The servers, a database, and the processes on them.
class Installation {
 public:
  explicit Installation(std::size_t regions) : offices_(offices_of(regions)) {
    const auto folder = postgres_.folder();
    const std::string passwords = (folder / "passwords").string();
    const std::string definitions = (folder / "definitions.json").string();
    run({"deploy", "rabbitmq", "--partitions", "1", "--passwords", passwords, "--output",
         definitions});
    rabbit_.import_definitions(text_of(definitions));
    globals_.db = postgres_.url();
    globals_.broker = rabbit_.url("engine", password_of("engine", passwords), "/");
    globals_.config = configure("node.toml", fmt::format("db = \"{}\"\n", globals_.db), passwords);
    desk_config_ = configure("desk.toml", "", passwords);
    run({"--config", globals_.config, "init", "--virtual-clock", "2015-07-14T10:00:00+06:00",
         "--partitions", "1"});
    node_ = start({"--config", globals_.config, "serve"}, "node");
    reader_ = program::open_reader(globals_);
  }

  [[nodiscard]] const program::Globals& globals() const { return globals_; }
  [[nodiscard]] const std::vector<std::string>& offices(Department department) const {
    return offices_.at(department);
  }
  [[nodiscard]] Address administrator() const { return rabbitmq::parse_address(rabbit_.url()); }
  [[nodiscard]] StoreReader& reader() { return *reader_; }
  [[nodiscard]] std::uint64_t entries() {
    std::uint64_t count = 0;
    for (const StoredLog& log : reader_->logs()) count += log.size;
    return count;
  }

  void start_desk(Department department) {
    const std::string name = fmt::format("desk-{}", static_cast<int>(department));
    std::vector<std::string> arguments{
        "--config", desk_config_, "desk",    "--favourable",
        "--time",   "tasks",      "--inbox", (postgres_.folder() / (name + ".db")).string(),
        "--office"};
    const auto& ids = offices_.at(department);
    arguments.insert(arguments.end(), ids.begin(), ids.end());
    desks_[department] = start(arguments, name);
  }
  void start_desks() {
    for (const auto& [department, ids] : offices_) start_desk(department);
  }
  void stop_desk(Department department) {
    desks_.at(department)->send(SIGTERM);
    if (desks_.at(department)->wait().hung) throw std::runtime_error("a desk does not stop");
    desks_.erase(department);
  }
  void stop_desks() {
    while (!desks_.empty()) stop_desk(desks_.begin()->first);
  }

 private:
  static std::vector<std::string> program(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{REGLAMENT_BINARY_DIR "/reglament"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
  }
  static void run(const std::vector<std::string>& arguments) {
    const auto ended = testing::run(program(arguments));
    if (ended.exit != 0) throw std::runtime_error(ended.text());
  }
  // What it says goes to a file, which nobody has to read while it works.
  std::unique_ptr<Process> start(const std::vector<std::string>& arguments,
                                 const std::string& name) {
    std::vector<std::string> command{"/bin/sh", "-c", "log=$0; exec \"$@\" >\"$log\" 2>&1",
                                     (postgres_.folder() / (name + ".log")).string()};
    for (std::string& word : program(arguments)) command.push_back(std::move(word));
    return std::make_unique<Process>(command);
  }
  std::string configure(const std::string& name, const std::string& database,
                        const std::string& passwords) {
    const std::string file = (postgres_.folder() / name).string();
    std::ofstream(file) << database
                        << fmt::format("broker = \"{}\"\n[rabbitmq]\npasswords = \"{}\"\n",
                                       globals_.broker, passwords);
    return file;
  }
  static std::string password_of(const std::string& user, const std::string& file) {
    std::ifstream stream(file);
    for (std::string name, password; stream >> name >> password;) {
      if (name == user) return password;
    }
    throw std::runtime_error("expected a password of " + user);
  }

  const std::map<Department, std::vector<std::string>> offices_;
  testing::LocalPostgres postgres_{testing::Disk::durable};
  testing::LocalRabbit rabbit_;
  program::Globals globals_;
  std::string desk_config_;  // of those who reach nothing but the broker
  std::unique_ptr<StoreReader> reader_;
  std::unique_ptr<Process> node_;
  std::map<Department, std::unique_ptr<Process>> desks_;
};

// Files applications over the broker at the units in turn.
class Applicants {
 public:
  explicit Applicants(Installation& installation)
      : units_(installation.offices(Department::units)),
        channel_(program::open_filing_channel(installation.globals(), 1)) {}

  void file(std::uint64_t count) {
    for (; count > 0; --count) {
      Filing filing;
      filing.request_id = fmt::format("bench-{:08}", ++filed_);
      filing.regulation = "border-zone-permit";
      filing.office = units_[filed_ % units_.size()];
      filing.channel = "direct";
      filing.applicant = {"Bench Applicant", "KGZ", "AC0000000"};
      filing.documents = {"application", "identity-document"};
      channel_->file(filing, [](const std::exception_ptr& fault, const FilingReply&) {
        if (fault) std::rethrow_exception(fault);
      });
    }
  }
  [[nodiscard]] std::uint64_t filed() const { return filed_; }

 private:
  const std::vector<std::string>& units_;
  std::uint64_t filed_ = 0;
  std::unique_ptr<rabbitmq::FilingChannel> channel_;
};

// Keeps cases in flight; transitions a second, after a warm-up.
double measure_chain(Installation& installation, Applicants& applicants, seconds duration) {
  const auto begin = Clock::now();
  std::optional<std::pair<Clock::time_point, std::uint64_t>> warm;
  std::uint64_t entries = installation.entries();
  while (seconds_since(begin) < static_cast<double>((kWarmUp + duration).count())) {
    const std::uint64_t closed =
        entries < applicants.filed() ? 0 : (entries - applicants.filed()) / (kEntriesOfACase - 1);
    if (applicants.filed() < closed + kCasesInFlight) {
      applicants.file(closed + kCasesInFlight - applicants.filed());
    }
    std::this_thread::sleep_for(milliseconds(5));
    entries = installation.entries();
    if (!warm && Clock::now() - begin >= kWarmUp) warm.emplace(Clock::now(), entries);
  }
  const double rate = static_cast<double>(entries - warm->second) / seconds_since(warm->first);
  fmt::print("{:<58} {:>9.0f} /s\n", "the chain, transitions", rate);
  wait_until("every case to be closed",
             [&] { return installation.entries() >= applicants.filed() * kEntriesOfACase; });
  return rate;
}

// Tasks that come to the department of the КНБ while it is away, and how fast they go then.
void measure_backlog(Installation& installation, Applicants& applicants, double normal_rate) {
  installation.stop_desk(Department::reviewers);
  const std::uint64_t before = installation.entries();
  applicants.file(kBacklog);
  wait_until("the tasks to wait for the department that is away",
             [&] { return installation.entries() >= before + kBacklog * kEntriesBeforeReview; });
  const std::uint64_t waiting = installation.entries();
  installation.start_desk(Department::reviewers);
  wait_until(
      "the department to answer", [&] { return installation.entries() > waiting; },
      milliseconds(1));
  const auto begin = Clock::now();
  wait_until("the backlog to drain",
             [&] { return installation.entries() >= before + kBacklog * kEntriesOfACase; });
  const double rate = static_cast<double>(kBacklog * 2) / seconds_since(begin);
  fmt::print("{:<58} {:>9.0f} /s, {:.2f} of the normal rate\n",
             fmt::format("{} tasks after an outage, transitions", kBacklog), rate,
             rate / normal_rate);
}

// Of the answers of reviewers: how many overtook one to a task that was offered earlier.
void count_overtakings(Installation& installation) {
  std::map<CaseNumber, std::uint64_t> offered;
  std::uint64_t latest = 0;
  std::uint64_t overtaken = 0;
  std::uint64_t count = 0;
  installation.reader().for_each_entry(0, 0, [&](const StoredEntry& row) {
    const Entry entry = decode_entry(row.bytes);
    if (entry.step == "dvd-check") offered[entry.case_number] = row.leaf;
    if (entry.step != "knb-review") return true;
    const std::uint64_t place = offered[entry.case_number];
    if (place < latest) ++overtaken;
    latest = std::max(latest, place);
    ++count;
    return true;
  });
  fmt::print("{:<58} {:>9} of {}\n", "answers that overtook an older task", overtaken, count);
}

// One desk of each department in this process, which sees the time between the outcome of one and
// the task of the next.
class Stopwatch {
 public:
  Stopwatch(Installation& installation, const std::vector<std::string>& offices)
      : rules_(program::DeskRules::favourable(program::world().catalogue)) {
    for (const std::string& office : offices) {
      threads_.emplace_back([this, &installation, office] {
        work(*program::open_rabbit_desk(installation.globals(), {office}));
      });
    }
  }
  ~Stopwatch() {
    stopping_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

  // Ascending, in milliseconds; between different offices.
  [[nodiscard]] std::vector<double> times() {
    const std::lock_guard lock(mutex_);
    std::vector<double> sorted = times_;
    std::ranges::sort(sorted);
    return sorted;
  }

 private:
  struct Published {
    Clock::time_point at;
    std::string office;
  };

  void work(DeskChannel& desk) {
    while (!stopping_) {
      for (const TaskDelivery& delivery : desk.take(100)) {
        note_delivery(delivery.task);
        const auto planned = rules_.answer(delivery.task);
        if (!planned) throw std::runtime_error("expected an answer to every task");
        Answer answer = planned->answer;
        answer.message_id = fmt::format("stopwatch/{}/{}", answer.case_number, answer.task);
        note_outcome(delivery.task);
        desk.answer(std::move(answer), [](const Verdict&) {});
        desk.settle(std::vector{delivery.tag});
      }
    }
  }
  void note_delivery(const TaskMessage& task) {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    const auto published = published_.find(task.case_number);
    if (published == published_.end() || published->second.office == task.office.view()) return;
    times_.push_back(std::chrono::duration<double, std::milli>(now - published->second.at).count());
  }
  void note_outcome(const TaskMessage& task) {
    const std::lock_guard lock(mutex_);
    published_[task.case_number] = {Clock::now(), std::string(task.office.view())};
  }

  const program::DeskRules rules_;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::map<CaseNumber, Published> published_;  // under mutex_
  std::vector<double> times_;                  // under mutex_
  std::vector<std::thread> threads_;
};

void measure_latency(Installation& installation, Applicants& applicants, seconds duration) {
  constexpr double kTransitionsASecond = 200;
  installation.stop_desks();
  std::vector<std::string> offices;
  for (const Department department :
       {Department::units, Department::directorates, Department::reviewers}) {
    const auto& ids = installation.offices(department);
    offices.insert(offices.end(), ids.begin(), ids.end());
  }
  Stopwatch stopwatch(installation, offices);
  const std::uint64_t before = installation.entries();
  const std::uint64_t filed_before = applicants.filed();
  const auto begin = Clock::now();
  while (seconds_since(begin) < static_cast<double>(duration.count())) {
    const auto due = static_cast<std::uint64_t>(seconds_since(begin) * kTransitionsASecond /
                                                static_cast<double>(kEntriesOfACase));
    const std::uint64_t filed = applicants.filed() - filed_before;
    if (due > filed) applicants.file(due - filed);
    std::this_thread::sleep_for(milliseconds(2));
  }
  const double rate =
      static_cast<double>(installation.entries() - before) / static_cast<double>(duration.count());
  const std::vector<double> times = stopwatch.times();
  if (times.empty()) throw std::runtime_error("expected tasks to be handed on, found none");
  fmt::print("{:<58} {:>9.1f} ms, {:.1f} ms for 99 of 100 ({} at {:.0f} transitions/s)\n",
             "from an outcome to the next department's delivery, median", times[times.size() / 2],
             times[times.size() * 99 / 100], times.size(), rate);
}

// The offices as often as the permit comes to them: three steps are the unit's.
std::vector<std::string> turns_of(Installation& installation) {
  std::vector<std::string> turns;
  for (const std::string& unit : installation.offices(Department::units)) {
    turns.insert(turns.end(), {unit, unit, installation.offices(Department::directorates).front(),
                               installation.offices(Department::reviewers).front(), unit});
  }
  for (std::string& office : turns) office = "bench." + office;
  return turns;
}

void measure_all(seconds duration, std::size_t regions) {
  Installation installation(regions);
  measure_publishes(installation.administrator(), duration, "bench.one");
  const double bare =
      measure_round_trips(installation.administrator(), duration, turns_of(installation));
  installation.start_desks();
  Applicants applicants(installation);
  const double chain = measure_chain(installation, applicants, duration);
  fmt::print("{:<58} {:>9.2f}\n", "  of what the broker alone carries for as many offices",
             chain / bare);
  measure_backlog(installation, applicants, chain);
  count_overtakings(installation);
  measure_latency(installation, applicants, duration);
}

}  // namespace
}  // namespace reglament::bench

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    const std::chrono::seconds duration(argc > 1 ? std::max(1, std::atoi(argv[1])) : 10);
    const auto regions = static_cast<std::size_t>(argc > 2 ? std::max(1, std::atoi(argv[2])) : 1);
    reglament::bench::measure_all(duration, regions);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "distributed_bench: {}\n", error.what());
    return 1;
  }
}
