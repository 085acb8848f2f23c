// Another program, started beside this one: pipes to its streams, and what it inherits, which is
// nothing else. Source of the mechanics: posix_spawn(3), pidfd_open(2).
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

namespace reglament {

// A file descriptor that is closed at the end; -1 where it is none.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    close();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  void close();
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// Neither end is inherited. Throws Unavailable.
struct Pipe {
  Pipe();
  Descriptor reading;
  Descriptor writing;
};

// From now on a read or a write at this end returns at once.
void expect_no_wait(const Descriptor& end);

struct ProgramStart {
  std::string program;  // a path
  std::vector<std::string> arguments;
  std::vector<std::string> environment;  // "NAME=value", and nothing else
};

// Descriptors of this process.
struct ProgramStreams {
  int in;
  int out;
  int err;
};

// In a process group of its own, with every signal as a program expects it. Throws Unavailable.
[[nodiscard]] pid_t start_program(const ProgramStart& start, const ProgramStreams& streams);
// Can be read when the process has ended.
[[nodiscard]] Descriptor end_of(pid_t id);
// How it ended, as waitpid(2) tells.
int await_end(pid_t id);

}  // namespace reglament
