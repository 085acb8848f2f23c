#include "tests/fault/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>

namespace reglament::testing {
inline namespace processes {
namespace {

// The end of what was said: there stands why.
std::string_view last_words(std::string_view text) {
  constexpr std::size_t most = 2000;
  return text.substr(text.size() - std::min(text.size(), most));
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
    reading = ends[0];
    writing = ends[1];
  }
  int reading;
  int writing;
};

// Between fork and exec only what is safe in a process of several threads.
[[noreturn]] void become(char* const* arguments, int out, int err) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execvp(arguments[0], arguments);
  _exit(127);
}

}  // namespace

std::string Ended::text() const {
  const std::string how = hung   ? fmt::format("did not end within {} s", kPatience.count())
                          : exit ? fmt::format("exit {}", *exit)
                                 : fmt::format("signal {}", signal);
  return fmt::format("{}\nout: {}\nerr: {}", how, last_words(out), last_words(err));
}

Process::Process(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));  // execvp changes nothing
  }
  arguments.push_back(nullptr);
  const Pipe out;
  const Pipe err;
  id_ = fork();
  if (id_ < 0) fail("fork");
  if (id_ == 0) become(arguments.data(), out.writing, err.writing);
  setpgid(id_, id_);  // both do it: whoever comes first
  close(out.writing);
  close(err.writing);
  out_.descriptor = out.reading;
  err_.descriptor = err.reading;
  handle_ = static_cast<int>(syscall(SYS_pidfd_open, id_, 0));  // glibc 2.36 has no C++ name for it
  if (handle_ < 0) fail("pidfd_open");
}

Process::~Process() {
  if (!reaped_) {
    kill(-id_, SIGKILL);
    waitpid(id_, nullptr, 0);
  }
  close_all();
}

void Process::send(int signal) const { kill(id_, signal); }

void Process::close_all() {
  for (int* descriptor : {&out_.descriptor, &err_.descriptor, &handle_}) {
    if (*descriptor >= 0) close(*descriptor);
    *descriptor = -1;
  }
}

// False at the end of the stream.
bool Process::read_some(Stream& stream) {
  std::array<char, 65536> buffer;
  const ssize_t size = read(stream.descriptor, buffer.data(), buffer.size());
  if (size > 0) {
    stream.text.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }
  close(stream.descriptor);
  stream.descriptor = -1;
  return false;
}

bool Process::read_until(Moment give_up) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      give_up - std::chrono::steady_clock::now());
  if (left.count() <= 0) return false;
  std::array<pollfd, 3> watched{
      {{out_.descriptor, POLLIN, 0}, {err_.descriptor, POLLIN, 0}, {handle_, POLLIN, 0}}};
  if (poll(watched.data(), watched.size(), static_cast<int>(left.count())) <= 0) return true;
  const bool out_has = (watched[0].revents & (POLLIN | POLLHUP)) != 0;
  const bool err_has = (watched[1].revents & (POLLIN | POLLHUP)) != 0;
  if (out_has) read_some(out_);
  if (err_has) read_some(err_);
  // What it wrote before its end is read first; a grandchild may hold the streams open for longer.
  return out_has || err_has || watched[2].revents == 0;
}

bool Process::wait_for_text(const Stream& stream, const std::string& text,
                            std::chrono::milliseconds bound) {
  const Moment give_up = std::chrono::steady_clock::now() + bound;
  while (stream.text.find(text) == std::string::npos) {
    if (!read_until(give_up)) return false;
  }
  return true;
}

bool Process::says(const std::string& text, std::chrono::milliseconds bound) {
  return wait_for_text(out_, text, bound);
}

bool Process::complains(const std::string& text, std::chrono::milliseconds bound) {
  return wait_for_text(err_, text, bound);
}

Ended Process::wait(std::chrono::milliseconds bound) {
  const Moment give_up = std::chrono::steady_clock::now() + bound;
  while (read_until(give_up)) {
  }
  Ended ended;
  ended.hung = std::chrono::steady_clock::now() >= give_up;
  // With what it left behind. Before it is reaped: until then the number is its own.
  kill(-id_, SIGKILL);
  int status = 0;
  waitpid(id_, &status, 0);
  reaped_ = true;
  if (WIFEXITED(status)) ended.exit = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  ended.out = std::move(out_.text);
  ended.err = std::move(err_.text);
  close_all();
  return ended;
}

Ended run(const std::vector<std::string>& command, std::chrono::milliseconds bound) {
  return Process(command).wait(bound);
}

}  // namespace processes
}  // namespace reglament::testing
