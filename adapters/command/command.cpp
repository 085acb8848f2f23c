#include "adapters/command/command.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "adapters/command/spawn.hpp"
#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using Moment = std::chrono::steady_clock::time_point;

// Of what it writes to standard error the end is kept: there stands why.
constexpr std::size_t kComplaint = 1024;
// How often a requested stop is looked for.
constexpr std::chrono::milliseconds kLook{100};

// A program that was started, with the ends of its streams.
class Child {
 public:
  Child(const std::string& program, std::string_view input) : input_(input) {
    Pipe in;
    Pipe out;
    Pipe err;
    id_ = start_program({program, {}, {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8"}},
                        {in.reading.number(), out.writing.number(), err.writing.number()});
    in_ = std::move(in.writing);
    out_ = std::move(out.reading);
    err_ = std::move(err.reading);
    for (const Descriptor* end : {&in_, &out_, &err_}) expect_no_wait(*end);
    ended_ = end_of(id_);
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Passes on what can be, within that time. False when the program has ended.
  [[nodiscard]] bool converse(std::chrono::milliseconds longest);
  // Kills what is left of the group; how the program ended, as waitpid(2) tells.
  int end();

  [[nodiscard]] const std::string& output() const { return output_; }
  // The last line of its standard error, "" where there is none.
  [[nodiscard]] std::string complaint() const;

 private:
  void write_some();
  static void read_some(Descriptor& from, std::string& to);

  std::string_view input_;
  pid_t id_ = -1;
  Descriptor in_;
  Descriptor out_;
  Descriptor err_;
  Descriptor ended_;
  std::string output_;
  std::string errors_;
  std::optional<int> status_;
};

void Child::write_some() {
  const ssize_t written = ::write(in_.number(), input_.data(), input_.size());
  if (written > 0) input_.remove_prefix(static_cast<std::size_t>(written));
  // It need not read what it is told: the end of the pipe is no failure.
  const bool broken = written < 0 && errno != EAGAIN && errno != EINTR;
  if (input_.empty() || broken) in_.close();
}

void Child::read_some(Descriptor& from, std::string& to) {
  std::array<char, 16384> buffer;
  const ssize_t size = ::read(from.number(), buffer.data(), buffer.size());
  if (size > 0) to.append(buffer.data(), static_cast<std::size_t>(size));
  if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) from.close();
}

bool Child::converse(std::chrono::milliseconds longest) {
  // Closed ones are -1, which poll passes over.
  std::array<pollfd, 4> ends{{{in_.number(), POLLOUT, 0},
                              {out_.number(), POLLIN, 0},
                              {err_.number(), POLLIN, 0},
                              {ended_.number(), POLLIN, 0}}};
  if (::poll(ends.data(), ends.size(), static_cast<int>(longest.count())) <= 0) return true;
  if (ends[0].revents != 0) write_some();
  if (ends[1].revents != 0) read_some(out_, output_);
  if (ends[2].revents != 0) {
    read_some(err_, errors_);
    if (errors_.size() > kComplaint) errors_.erase(0, errors_.size() - kComplaint);
  }
  // What it wrote before its end is still read; what its own children go on writing is not waited
  // for.
  const bool said_more = ends[1].revents != 0 || ends[2].revents != 0;
  return ends[3].revents == 0 || said_more;
}

int Child::end() {
  if (status_) return *status_;
  // Before it is reaped: until then the number is its own.
  ::kill(-id_, SIGKILL);
  status_ = await_end(id_);
  return *status_;
}

std::string Child::complaint() const {
  std::string_view text = errors_;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return std::string(text.substr(text.find_last_of('\n') + 1));
}

[[noreturn]] void refuse(const std::string& program, std::string_view expected,
                         std::string_view found, const std::string& complaint) {
  throw Unavailable(fmt::format("expected {} {}, found {}{}{}", program, expected, found,
                                complaint.empty() ? "" : "; it said: ", complaint));
}

}  // namespace

ExternalCommand::ExternalCommand(std::string program, CommandLimits limits)
    : program_(std::move(program)), limits_(limits) {
  std::error_code error;
  if (std::filesystem::is_regular_file(program_, error) && ::access(program_.c_str(), X_OK) == 0) {
    // From here on the name leads to the same file, wherever the process goes.
    program_ = std::filesystem::absolute(program_).string();
    return;
  }
  throw BadInput(
      fmt::format("expected a program that may be executed, found none at '{}'", program_));
}

std::string ExternalCommand::run(std::string_view input, const std::stop_token& stop) const {
  Child child(program_, input);
  const Moment give_up = std::chrono::steady_clock::now() + limits_.time;
  while (child.converse(kLook)) {
    if (child.output().size() > limits_.output_bytes) {
      refuse(program_, fmt::format("to write at most {} bytes", limits_.output_bytes), "more",
             child.complaint());
    }
    if (std::chrono::steady_clock::now() >= give_up) {
      refuse(program_, fmt::format("to end within {} ms", limits_.time.count()), "it still running",
             child.complaint());
    }
    if (stop.stop_requested()) refuse(program_, "to end", "a stop requested before", {});
  }
  // The group is killed only after this: the program itself has ended by now.
  const int status = child.end();
  if (WIFSIGNALED(status)) {
    refuse(program_, "to end with exit code 0", fmt::format("signal {}", WTERMSIG(status)),
           child.complaint());
  }
  if (WEXITSTATUS(status) != 0) {
    refuse(program_, "to end with exit code 0", fmt::format("{}", WEXITSTATUS(status)),
           child.complaint());
  }
  return child.output();
}

}  // namespace reglament
