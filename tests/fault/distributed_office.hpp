// Reglament as it is installed on several machines, on the real servers: RabbitMQ knows the offices
// through the definitions that `deploy rabbitmq` makes, PostgreSQL has a database on a virtual
// clock, and the processes are the program's own: nodes, and a desk for each office that has a step
// of the border-zone permit in Kokshetau.
#pragma once

#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
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
  static const std::vector<std::string> offices;  // the unit that takes cases in, the first

  DistributedOffice();

  [[nodiscard]] LocalPostgres& postgres() { return postgres_; }
  [[nodiscard]] LocalRabbit& rabbit() { return rabbit_; }

  // `rabbit_port`: of a proxy; 0: the server's own.
  [[nodiscard]] std::unique_ptr<Member> start_node(int rabbit_port = 0);
  // On the office's inbox, which is kept. By rules, the way that leads to a permit.
  [[nodiscard]] std::unique_ptr<Member> start_desk(const std::string& office, int rabbit_port = 0);

  [[nodiscard]] rabbitmq::Address engine_address(const std::string& vhost) const;
  [[nodiscard]] rabbitmq::Address office_address(const std::string& office) const;
  [[nodiscard]] static std::string vhost_of(const std::string& office);

  // The program as the administrator runs it, with --json.
  [[nodiscard]] Ended run(std::vector<std::string> arguments) const;
  [[nodiscard]] Archive archive() const;
  // While nothing reads them: what waits in which queue, of those that are not empty.
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

}  // namespace reglament::testing
