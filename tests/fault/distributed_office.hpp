// Reglament as it is installed on several machines, on the real servers: RabbitMQ knows the offices
// through the definitions that `deploy rabbitmq` makes, PostgreSQL has a database on a virtual
// clock, and the processes are the program's own: nodes, and a desk for each office that has a step
// of the border-zone permit in Kokshetau.
#pragma once

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "adapters/rabbitmq/filing_channel.hpp"
#include "tests/fault/ledger.hpp"
#include "tests/fault/process.hpp"
#include "tests/support/local_servers.hpp"

namespace reglament::testing {

// Until the condition holds; false after a time that is longer than anything may take.
[[nodiscard]] bool comes_true(const std::function<bool()>& condition,
                              std::chrono::seconds give_up = std::chrono::seconds(120));

// A process of the office, ready. What it says is in files, so that it never waits for a reader.
class Member {
 public:
  // Throws where it does not become ready.
  Member(const std::vector<std::string>& command, const std::filesystem::path& log);

  void kill();  // SIGKILL; a finding of the test where it had ended by itself
  // SIGTERM; it has to end with 0.
  void stop();
  void pause() const { process_.send(SIGSTOP); }
  void resume() const { process_.send(SIGCONT); }

  [[nodiscard]] std::vector<Json> lines() const;  // of standard output
  [[nodiscard]] std::string complaints() const;   // standard error
  // A node's: the partitions that it runs without trouble.
  [[nodiscard]] std::set<int> partitions() const;

 private:
  std::filesystem::path log_;
  Process process_;
};

class DistributedOffice {
 public:
  static constexpr int partitions = 4;
  // The first is the unit that takes cases in and issues the permits.
  static inline const std::vector<std::string> offices = {"kz.dvd.akmola.kokshetau",
                                                          "kz.dvd.akmola.mp", "kz.knb.akmola"};
  // Its desk answers by a file of rules, the others with --favourable.
  static inline const std::string by_rules = offices.front();

  DistributedOffice();

  [[nodiscard]] LocalPostgres& postgres() { return postgres_; }
  [[nodiscard]] LocalRabbit& rabbit() { return rabbit_; }

  // `rabbit_port`: of a proxy; 0: the server's own.
  [[nodiscard]] std::unique_ptr<Member> start_node(int rabbit_port = 0);
  // On the office's inbox, which is kept. It answers by itself, the way that leads to a permit.
  [[nodiscard]] std::unique_ptr<Member> start_desk(const std::string& office, int rabbit_port = 0);

  [[nodiscard]] rabbitmq::Address engine_address(const std::string& vhost) const;
  [[nodiscard]] rabbitmq::Address office_address(const std::string& office) const;
  [[nodiscard]] static std::string vhost_of(const std::string& office);

  // The program as the administrator runs it, with --json.
  [[nodiscard]] Ended run(std::vector<std::string> arguments) const;
  [[nodiscard]] Archive archive() const;
  // While nothing reads them: what waits in which queue, of those that are not empty.
  // Of the virtual host, those that hold or are read: what RabbitMQ says of them, one a line.
  [[nodiscard]] std::string queues(const std::string& vhost) const;
  [[nodiscard]] std::map<std::string, unsigned> waiting() const;
  // Tasks and notices that the database has still to send.
  [[nodiscard]] std::size_t outbox() const;
  [[nodiscard]] std::size_t open_cases() const;
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return folder_.path() / name;
  }

 private:
  void import_offices();
  [[nodiscard]] std::string broker(const std::string& user, const std::string& vhost,
                                   int rabbit_port) const;
  [[nodiscard]] std::string write_configuration(const std::string& name, int rabbit_port) const;
  [[nodiscard]] std::filesystem::path next_log(const std::string& name);

  TemporaryFolder folder_;
  LocalPostgres postgres_;
  LocalRabbit rabbit_;
  std::map<std::string, std::string> passwords_;  // by user
  std::string configuration_;
  int logs_ = 0;
};

// An applicant's side that files over the broker, as the unit that takes cases in. It may lose its
// connection and its memory of what is under way, and files what has no reply again, under the same
// request ids.
class Filer {
 public:
  Filer(rabbitmq::Address address, Ledger& ledger);

  void file(std::size_t count);
  // As many that were filed before once more, whether they have a reply or not.
  void repeat(std::size_t count, const std::function<std::size_t(std::size_t)>& below);
  // As after kill -9: a new connection, and everything without a reply once more.
  void begin_anew();
  [[nodiscard]] std::size_t filed() const { return filings_.size(); }
  [[nodiscard]] std::size_t answered() const;

 private:
  void send(const Json& filing);

  const rabbitmq::Address address_;
  Ledger& ledger_;
  std::vector<Json> filings_;
  mutable std::mutex mutex_;
  std::set<std::string> answered_;  // under mutex_
  std::unique_ptr<rabbitmq::FilingChannel> channel_;
};

// Of proxies before RabbitMQ; 0: none.
struct ProxyPorts {
  int nodes = 0;
  int desks = 0;
};

// The office at work: two nodes, three desks, a filer, and the judgement of what they have done.
class WorkingOffice {
 public:
  static constexpr std::size_t nodes = 2;
  static constexpr std::size_t steps_of_a_case = 5;
  explicit WorkingOffice(DistributedOffice& office, ProxyPorts ports = {});

  [[nodiscard]] Member& node(std::size_t number) { return *nodes_.at(number); }
  [[nodiscard]] Member& desk(const std::string& office) { return *desks_.at(office).back(); }
  // In place of one that has ended.
  void start_node(std::size_t number);
  void start_desk(const std::string& office);
  [[nodiscard]] Filer& filer() { return *filer_; }
  [[nodiscard]] Ledger& ledger() { return ledger_; }

  // Filings with a reply, and steps whose answer a desk knows to be taken.
  [[nodiscard]] std::size_t progress() const;
  // Until it is so much. Taken before the filing of what makes it, the goal can be reached: each
  // case is six pieces.
  void await_progress(std::size_t goal) const;
  // What all of them complain of, for messages.
  [[nodiscard]] std::string complaints() const;

  // All that was filed has come to its end; everybody stops in order, and nothing waits anywhere.
  void end();
  // After that: what they have done and been told is in the history, once.
  void judge_all();

 private:
  void expect_in_record(const Record& record, const Member& desk) const;

  DistributedOffice& office_;
  const ProxyPorts ports_;
  Ledger ledger_;
  std::unique_ptr<Filer> filer_;
  std::array<std::unique_ptr<Member>, nodes> nodes_;
  std::map<std::string, std::vector<std::unique_ptr<Member>>> desks_;  // all lives of each
};

// Numbers by chance, from a seed that is printed.
class Dice {
 public:
  // REGLAMENT_SEED, or any.
  Dice();
  [[nodiscard]] unsigned below(std::size_t count);
  [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0; }
  template <class Range>
  void shuffle(Range& range) {
    std::ranges::shuffle(range, random_);
  }

 private:
  std::mt19937 random_;
};

}  // namespace reglament::testing
