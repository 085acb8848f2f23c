// A proxy between a store and its PostgreSQL server that cuts the connection at a COMMIT: before
// the server gets it, or when the server has answered and the client does not know yet. What a
// failing network does at the worst moment, at will.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace reglament::contract {

class CuttingProxy {
 public:
  enum class Cut {
    nothing,
    before_commit,
    after_commit,
    after_commit_for_good,  // and no connection is taken until allow()
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

 private:
  void accept_until_stopped();
  void serve(int client);

  const int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<Cut> cut_ = Cut::nothing;
  std::atomic<int> cuts_ = 0;
  std::atomic<bool> refused_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread accepting_;
};

}  // namespace reglament::contract
