// A connection that is kept: a thread of its own connects, serves what uses the connection, and
// when it breaks connects anew, after a pause that doubles and is not the same for everybody.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "adapters/rabbitmq/connection.hpp"

namespace reglament::rabbitmq {

struct LinkSettings {
  ConnectionSettings connection;
  std::chrono::milliseconds first_pause{100};
  std::chrono::milliseconds longest_pause{10'000};
  // One line about trouble that people should know of; from the link's thread.
  std::function<void(const std::string& line)> report = [](const std::string&) {};
};

// Ends the wait of a link's thread. May outlive the link.
class Waker {
 public:
  Waker();
  ~Waker();
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;
  void wake();
  void clear();
  [[nodiscard]] int file() const { return file_; }

 private:
  int file_;
  std::atomic<bool> awake_ = false;
};

class Link {
 public:
  // All are called on the link's thread; a fault that any throws ends the connection.
  class Service {
   public:
    Service() = default;
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;
    virtual ~Service() = default;
    virtual void connected(Connection& connection) = 0;
    virtual void received(Event event) = 0;
    // Sends what waits to be sent. True where there is more to be sent at once.
    virtual bool serve(Connection& connection) = 0;
    virtual void lost() = 0;
  };

  Link(Address address, LinkSettings settings, Service& service);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Returns when it is connected; throws what the first attempt throws. Later ones are repeated.
  void start();
  void stop();
  [[nodiscard]] const std::shared_ptr<Waker>& waker() const { return waker_; }
  void report(const std::string& line) const { settings_.report(line); }

 private:
  void run();
  // False where it has been told before.
  [[nodiscard]] bool tell_start(std::exception_ptr fault);
  void pause(std::chrono::milliseconds about);

  const Address address_;
  const LinkSettings settings_;
  Service& service_;
  const std::shared_ptr<Waker> waker_ = std::make_shared<Waker>();
  std::atomic<bool> stopping_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;              // under mutex_: the first attempt is over
  std::exception_ptr start_failure_;  // under mutex_
  std::thread thread_;
};

}  // namespace reglament::rabbitmq
