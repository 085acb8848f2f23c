// A program of the office, run once for each question: text on its standard input, text from its
// standard output.
//
// It runs in a process group of its own with an environment of its own (PATH and LANG only), in the
// folder of this process. Whatever it started ends with it: when it has ended, or has broken a
// limit, the whole group is killed. Should this process die, the program goes on to its own end,
// and its answer is nobody's.
//
// Source of the mechanics: posix_spawn(3), pidfd_open(2). The caller's process ignores SIGPIPE.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <string_view>

namespace reglament {

struct CommandLimits {
  std::chrono::milliseconds time{60'000};
  std::size_t output_bytes = 64UL * 1024;
};

class ExternalCommand {
 public:
  // Throws BadInput where that is not a file that may be executed.
  explicit ExternalCommand(std::string program, CommandLimits limits = {});

  // What it wrote, when it ended by itself with exit code 0 and within the limits. Anything else is
  // Unavailable with one line: what was expected of it, what was found, and the last line that it
  // wrote to standard error. So is a stop that was requested. May be called from several threads.
  [[nodiscard]] std::string run(std::string_view input, const std::stop_token& stop) const;

  [[nodiscard]] const std::string& program() const { return program_; }

 private:
  std::string program_;
  CommandLimits limits_;
};

}  // namespace reglament
