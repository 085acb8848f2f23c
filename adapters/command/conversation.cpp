#include "adapters/command/conversation.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "engine/base/fault.hpp"

namespace reglament {
namespace {

using std::chrono::milliseconds;
using Monotonic = std::chrono::steady_clock;

constexpr milliseconds kToEnd{5'000};

// False where nothing has happened at that descriptor before `give_up`.
bool wait_for(int descriptor, short events, Monotonic::time_point give_up) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(give_up - Monotonic::now());
    if (left.count() <= 0) return false;
    pollfd one{descriptor, events, 0};
    const int ready = ::poll(&one, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // whoever uses it meets the same trouble
  }
}

}  // namespace

Conversation::Conversation(const ProgramStart& start, std::string name) : name_(std::move(name)) {
  Pipe in;
  Pipe out;
  id_ = start_program(start, {in.reading.number(), out.writing.number(), STDERR_FILENO});
  in_ = std::move(in.writing);
  out_ = std::move(out.reading);
  expect_no_wait(in_);
  expect_no_wait(out_);
  ended_ = end_of(id_);
}

Conversation::~Conversation() {
  if (has_ended_) return;
  in_.close();
  out_.close();
  if (!wait_for(ended_.number(), POLLIN, Monotonic::now() + kToEnd)) ::kill(-id_, SIGKILL);
  await_end(id_);
}

void Conversation::kill() {
  if (has_ended_) return;
  ::kill(-id_, SIGKILL);  // it is ours until it is waited for
  await_end(id_);
  has_ended_ = true;
}

// What it said last is of no use without its end.
void Conversation::tell_end() {
  in_.close();
  if (!wait_for(ended_.number(), POLLIN, Monotonic::now() + kToEnd)) ::kill(-id_, SIGKILL);
  const int status = await_end(id_);
  has_ended_ = true;
  throw Unavailable(fmt::format("expected {} to go on, found that process {} has ended: {} {}",
                                name_, id_, WIFSIGNALED(status) ? "signal" : "exit code",
                                WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
}

void Conversation::tell_silence(milliseconds longest) const {
  throw Unavailable(fmt::format("expected {} to answer within {} s, found process {} silent", name_,
                                longest.count() / 1000, id_));
}

void Conversation::say(std::string_view line, milliseconds longest) {
  const auto give_up = Monotonic::now() + longest;
  const std::string whole = std::string(line) + '\n';
  for (std::string_view left = whole; !left.empty();) {
    const ssize_t written = ::write(in_.number(), left.data(), left.size());
    if (written >= 0) {
      left.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      if (!wait_for(in_.number(), POLLOUT, give_up)) tell_silence(longest);
    } else if (errno != EINTR) {
      tell_end();
    }
  }
}

std::string Conversation::hear(milliseconds longest) {
  const auto give_up = Monotonic::now() + longest;
  for (;;) {
    if (const auto end = heard_.find('\n'); end != std::string::npos) {
      std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return line;
    }
    std::array<char, 16384> buffer;
    const ssize_t size = ::read(out_.number(), buffer.data(), buffer.size());
    if (size > 0) {
      heard_.append(buffer.data(), static_cast<std::size_t>(size));
    } else if (size < 0 && errno == EAGAIN) {
      if (!wait_for(out_.number(), POLLIN, give_up)) tell_silence(longest);
    } else if (size == 0 || errno != EINTR) {
      tell_end();
    }
  }
}

}  // namespace reglament
