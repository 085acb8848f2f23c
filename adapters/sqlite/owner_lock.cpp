#include "adapters/sqlite/owner_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  throw Unavailable(fmt::format("expected to lock {}, found: {}", path.string(),
                                std::generic_category().message(error)));
}

// The number that the owner wrote; it may be about to.
std::string owner_of(int descriptor) {
  std::array<char, 24> text{};
  const ssize_t size = pread(descriptor, text.data(), text.size(), 0);
  const std::string_view written(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string_view number = written.substr(0, written.find('\n'));
  return number.empty() ? "another process" : fmt::format("process {}", number);
}

void write_own_number(int descriptor, const std::filesystem::path& path) {
  const std::string number = fmt::format("{}\n", getpid());
  if (ftruncate(descriptor, 0) == 0 &&
      pwrite(descriptor, number.data(), number.size(), 0) == std::ssize(number)) {
    return;
  }
  const int error = errno;
  close(descriptor);
  fail(path, error);
}

}  // namespace

OwnerLock::OwnerLock(const std::filesystem::path& database) : path_(database.string() + ".lock") {
  std::error_code error;
  if (!std::filesystem::is_regular_file(database, error)) {
    throw Unavailable(fmt::format("expected a database file, found none at {}", database.string()));
  }
  descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor_ < 0) fail(path_, errno);
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int cause = errno;
    const std::string owner = owner_of(descriptor_);
    close(descriptor_);
    if (cause != EWOULDBLOCK) fail(path_, cause);
    throw TryAgain(fmt::format("expected to be the one owner of {}, found {} owning it",
                               database.string(), owner));
  }
  write_own_number(descriptor_, path_);
}

OwnerLock::~OwnerLock() {
  // A number left behind could later be that of another process. If it cannot be removed, the lock
  // is released all the same.
  static_cast<void>(ftruncate(descriptor_, 0) == 0);
  close(descriptor_);
}

}  // namespace reglament
