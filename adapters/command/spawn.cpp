#include "adapters/command/spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

std::string errno_text(int error) { return std::generic_category().message(error); }

// What posix_spawn is told: the three streams, a process group, and signals as a program expects
// them.
class SpawnPlan {
 public:
  explicit SpawnPlan(const ProgramStreams& streams) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, streams.in, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, streams.out, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, streams.err, STDERR_FILENO);
    ::posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    sigset_t all;
    sigfillset(&all);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

void Descriptor::close() {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Pipe::Pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw Unavailable(fmt::format("expected a pipe to a command, found: {}", errno_text(errno)));
  }
  reading = Descriptor(ends[0]);
  writing = Descriptor(ends[1]);
}

void expect_no_wait(const Descriptor& end) {
  ::fcntl(end.number(), F_SETFL, ::fcntl(end.number(), F_GETFL) | O_NONBLOCK);
}

pid_t start_program(const ProgramStart& start, const ProgramStreams& streams) {
  const SpawnPlan plan(streams);
  std::vector<std::string> texts{start.program};
  texts.insert(texts.end(), start.arguments.begin(), start.arguments.end());
  std::vector<std::string> environment = start.environment;
  const std::vector<char*> arguments = pointers_to(texts);
  const std::vector<char*> variables = pointers_to(environment);
  pid_t id = -1;
  const int error = ::posix_spawn(&id, start.program.c_str(), plan.actions(), plan.attributes(),
                                  arguments.data(), variables.data());
  if (error == 0) return id;
  throw Unavailable(
      fmt::format("expected to start {}, found: {}", start.program, errno_text(error)));
}

// glibc 2.36 has no C++ name for it.
Descriptor end_of(pid_t id) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
}

int await_end(pid_t id) {
  int status = 0;
  while (::waitpid(id, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace reglament
