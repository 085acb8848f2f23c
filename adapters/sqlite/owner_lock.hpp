// Who owns a SQLite database: at most one process (sqlite_store.hpp says why). The lock is a file
// `<database>.lock` with an flock(2), which the kernel releases however the process ends; the file
// itself stays. While it is owned it holds the owner's process id as a decimal number and a line
// break, for scripts and for the message to whom comes second; after a regular release it is empty.
#pragma once

#include <filesystem>

namespace reglament {

class OwnerLock {
 public:
  // Throws TryAgain, with the owner's process id, when another has it; Unavailable when there is no
  // database, or the lock's file cannot be written.
  explicit OwnerLock(const std::filesystem::path& database);
  ~OwnerLock();
  OwnerLock(const OwnerLock&) = delete;
  OwnerLock& operator=(const OwnerLock&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace reglament
