// An HTTP server on a Unix socket. Whoever may open the socket may do everything, so only the owner
// of the file may (mode 0600).
//
// One thread for each connection: there are few, and a handler may wait (for a commit). Requests on
// one connection are answered in order.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "adapters/http/message.hpp"

namespace reglament::http {

class Server {
 public:
  // Called from several threads at once. What it throws is answered with 500.
  using Handler = std::function<Response(const Request&)>;

  // Listens from the return of the constructor on. A socket file that is there is removed: the
  // caller owns the name. Throws Unavailable where the socket cannot be made.
  Server(std::filesystem::path socket, Handler handler);
  // Stops and removes the socket file.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes no more connections and requests, answers those that have arrived, then returns.
  void stop();

 private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace reglament::http
