// A program that was started to be spoken to: it reads lines from its standard input and writes
// lines to its standard output, one side at a time. What it writes to standard error goes where
// ours goes.
//
// It is told to end by the end of its input, which also comes when this process ends, in whatever
// way. Used from one thread, in a process that ignores SIGPIPE.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>

#include "adapters/command/spawn.hpp"

namespace reglament {

class Conversation {
 public:
  // `name`: what people are told who it is. Throws Unavailable where it cannot be started.
  Conversation(const ProgramStart& start, std::string name);
  // Tells it to end, and waits; one that has not ended after a few seconds is killed.
  ~Conversation();
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  // Both throw Unavailable where the program has ended, and where so long a time has passed.
  void say(std::string_view line, std::chrono::milliseconds longest);
  [[nodiscard]] std::string hear(std::chrono::milliseconds longest);

  // Ends it where it stands (SIGKILL); returns when it is no more. It can only be destroyed then.
  void kill();
  [[nodiscard]] pid_t id() const { return id_; }

 private:
  [[noreturn]] void tell_end();
  [[noreturn]] void tell_silence(std::chrono::milliseconds longest) const;

  const std::string name_;
  pid_t id_ = -1;
  Descriptor in_;
  Descriptor out_;
  Descriptor ended_;
  std::string heard_;  // and not asked for yet
  bool has_ended_ = false;
};

}  // namespace reglament
