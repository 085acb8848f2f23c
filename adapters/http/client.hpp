// The other end: one connection to a server on a Unix socket, one request at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "adapters/http/message.hpp"

namespace reglament::http {

class Client {
 public:
  // Nothing where nobody listens there. Throws Unavailable for any other trouble.
  static std::optional<Client> connect(const std::filesystem::path& socket);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Throws Unavailable where the connection ends before the response is complete: what the request
  // asked for may have happened.
  [[nodiscard]] Response send(const Request& request);

 private:
  struct Connection;
  explicit Client(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace reglament::http
