// The address of a Unix socket holds 107 bytes, a path may be longer. So the folder is opened and
// the socket is named through it: /proc/self/fd/<folder>/<name>.
#pragma once

#include <filesystem>
#include <string>

namespace reglament::http {

class SocketPath {
 public:
  // Throws Unavailable where the folder cannot be opened or the name alone is too long.
  explicit SocketPath(const std::filesystem::path& socket);
  ~SocketPath();
  SocketPath(const SocketPath&) = delete;
  SocketPath& operator=(const SocketPath&) = delete;

  // Valid while this object lives.
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  int folder_;
  std::string address_;
};

}  // namespace reglament::http
