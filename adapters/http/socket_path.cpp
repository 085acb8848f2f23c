#include "adapters/http/socket_path.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "engine/base/fault.hpp"

namespace reglament::http {

SocketPath::SocketPath(const std::filesystem::path& socket) {
  const std::filesystem::path folder = socket.has_parent_path() ? socket.parent_path() : ".";
  folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (folder_ < 0) {
    throw Unavailable(fmt::format("expected a folder for the socket {}, found: {}", socket.string(),
                                  std::generic_category().message(errno)));
  }
  address_ = fmt::format("/proc/self/fd/{}/{}", folder_, socket.filename().string());
  if (address_.size() >= sizeof(sockaddr_un::sun_path)) {
    ::close(folder_);
    throw Unavailable(fmt::format("expected a shorter file name for the socket than {}",
                                  socket.filename().string()));
  }
}

SocketPath::~SocketPath() { ::close(folder_); }

}  // namespace reglament::http
