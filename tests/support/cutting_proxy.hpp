// A proxy between a program and its server on loopback that does what a failing network does, at
// will: cuts connections, withholds what the server says, delays, falls silent. Of PostgreSQL it
// knows the COMMIT too, and cuts before the server gets it, or when the server has answered and the
// client does not know yet.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace reglament::testing {

class CuttingProxy {
 public:
  enum class Cut {
    nothing,
    before_commit,
    after_commit,
    after_commit_for_good,  // and no connection is taken until allow()
  };
  enum class Flow {
    both_ways,
    to_server,  // what the server says stays with it: publishes arrive, their confirms do not
    neither,    // and connections stand: a network that drops every packet
  };

  // To the server on that port of loopback; listens on a free one.
  explicit CuttingProxy(int server_port);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  [[nodiscard]] int port() const { return port_; }
  // The next COMMIT, of whatever connection, is cut; those after it are not.
  void cut_next(Cut cut) { cut_ = cut; }
  void allow() { refused_ = false; }
  [[nodiscard]] int cuts() const { return cuts_; }
  // The connection over which the server would get this text next is cut just before it.
  void cut_next_before(std::string text);

  // For all connections, those that come later too.
  void let_flow(Flow flow) { flow_ = flow; }
  // Each piece that arrives goes on so much later.
  void delay(std::chrono::milliseconds time) { delay_ = time; }
  // Ends every connection that stands. Others are taken.
  void cut_all() { ++generation_; }
  // AMQP messages that the server was sent so far; those whose beginning came in two pieces are not
  // seen.
  [[nodiscard]] std::uint64_t publishes() const { return publishes_; }

 private:
  void accept_until_stopped();
  void serve(int client);
  // What of the client's bytes comes before the text at which to cut; all where it is not in them.
  [[nodiscard]] std::size_t uncut(std::string_view bytes);
  // False where the connection is cut meanwhile.
  [[nodiscard]] bool wait_out_delay(unsigned generation) const;

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<Cut> cut_ = Cut::nothing;
  std::atomic<int> cuts_ = 0;
  std::atomic<bool> refused_ = false;
  std::atomic<Flow> flow_ = Flow::both_ways;
  std::atomic<std::chrono::milliseconds> delay_ = std::chrono::milliseconds(0);
  std::atomic<unsigned> generation_ = 0;
  std::atomic<std::uint64_t> publishes_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::string cut_before_;  // under mutex_; empty: nothing
  std::thread accepting_;
};

}  // namespace reglament::testing
