// PostgreSQL and RabbitMQ for a test program: real servers on loopback and free ports, in a
// temporary folder, gone at the end however the test ends, a SIGKILL included. One of each is
// enough for a program: a start takes 1 s and 4 s. They are started by deploy/services.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace reglament::testing {

// Whether a commit waits for the disk. The loss of a process loses nothing in either case.
enum class Disk { fast, durable };

// A temporary folder and the guard of the servers in it: a process outside the test that stops
// them and removes the folder when the test closes its end of a pipe, that is at its end.
class GuardedFolder {
 public:
  GuardedFolder();
  ~GuardedFolder();
  GuardedFolder(const GuardedFolder&) = delete;
  GuardedFolder& operator=(const GuardedFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int alive_ = -1;  // closed: the test has ended
  int gone_ = -1;   // readable to its end when the guard has done its work
};

// What both have in common. A server that cannot be started throws std::runtime_error with its log.
class LocalServer {
 public:
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  // SIGKILL to the server and its child processes; returns when they are gone.
  void kill();
  // SIGSTOP and SIGCONT to all of them.
  void pause();
  void resume();
  // Ends it in order, as an administrator would.
  void stop();
  // After kill or stop: on the same port and the same data.
  void start();
  [[nodiscard]] bool runs() const;
  [[nodiscard]] int port() const;
  // Its own folder, with its log; for what the functions here do not offer.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 protected:
  LocalServer(std::string name, Disk disk);
  ~LocalServer() = default;

  // deploy/services COMMAND ARGUMENTS; its output. Throws where it does not end with 0.
  std::string services(const std::string& command, const std::vector<std::string>& arguments) const;
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  [[nodiscard]] pid_t process() const;

  GuardedFolder folder_;
  std::string name_;
  Disk disk_;
  std::string address_;
};

class LocalPostgres : public LocalServer {
 public:
  explicit LocalPostgres(Disk disk = Disk::fast);

  // postgresql://user:password@127.0.0.1:port/database, of a user that may do everything.
  [[nodiscard]] const std::string& url() const { return address(); }
  // A new and empty database; its URL.
  [[nodiscard]] std::string create_database(const std::string& name) const;
  // Runs SQL on the database of url(); what it returns, one row a line, columns apart by '|'.
  // Throws std::runtime_error on an error.
  std::string execute(const std::string& sql) const;
};

class LocalRabbit : public LocalServer {
 public:
  LocalRabbit();

  // amqp://user:password@127.0.0.1:port/vhost, of the administrator.
  [[nodiscard]] std::string url(std::string_view vhost = "/") const;
  // The same of another user. Only letters, digits, '.', '-' and '_' in all three.
  [[nodiscard]] std::string url(std::string_view user, std::string_view password,
                                std::string_view vhost) const;
  [[nodiscard]] std::string user() const;
  [[nodiscard]] std::string password() const;

  void add_user(const std::string& user, const std::string& password) const;
  // The administrator may do everything in it.
  void add_vhost(const std::string& vhost) const;
  // Regular expressions, as RabbitMQ has them: not anchored.
  void permit(const std::string& vhost, const std::string& user, const std::string& configure,
              const std::string& write, const std::string& read) const;
  void set_policy(const std::string& vhost, const std::string& name, const std::string& pattern,
                  const std::string& definition) const;
  // RabbitMQ keeps the name under which a quorum queue finds its log in a table that it writes some
  // seconds later, and syncs after three minutes. This writes it now, for who kills the server.
  void keep_queues() const;
  // What a server has done to a queue that was made just before its end: the queue comes back empty
  // and without a leader. Takes effect when the server is started again.
  void forget_queue(const std::string& vhost, const std::string& queue) const;
  // What an administrator does about it.
  void elect_leaders() const;
  // Many of the above at once: JSON, as `rabbitmqctl export_definitions` writes it. Users may have
  // "password" in place of "password_hash".
  void import_definitions(const std::string& json) const;
  // rabbitmqctl with these arguments; its output without headings. Takes 0.7 s.
  std::string control(std::vector<std::string> arguments) const;
};

}  // namespace reglament::testing
