// A child process of a test: started, read, waited for with a bound, and never left behind.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace reglament::testing {
// Of its own: the tests of the program have an Ended too, and a program may be linked with both.
inline namespace processes {

// How long a program may take before a test says that it hangs.
inline constexpr std::chrono::seconds kPatience{60};

struct Ended {
  std::optional<int> exit;  // nothing where a signal ended it
  int signal = 0;           // that ended it
  bool hung = false;        // it was killed because the bound was reached
  std::string out;
  std::string err;

  // For messages: how it ended and what it said.
  [[nodiscard]] std::string text() const;
};

class Process {
 public:
  // Throws std::system_error where it cannot be started.
  explicit Process(const std::vector<std::string>& command);
  // Kills it and whatever it started, where they still run.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  [[nodiscard]] pid_t id() const { return id_; }
  void send(int signal) const;

  // Reads until its standard output (error) holds the text; false where it ends or the bound is
  // reached before.
  [[nodiscard]] bool says(const std::string& text, std::chrono::milliseconds bound = kPatience);
  [[nodiscard]] bool complains(const std::string& text,
                               std::chrono::milliseconds bound = kPatience);

  // Waits for its end; kills it when the bound is reached.
  [[nodiscard]] Ended wait(std::chrono::milliseconds bound = kPatience);

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Stream {
    int descriptor = -1;
    std::string text;
  };

  // Reads what comes next. False where the process has ended or the moment has passed.
  [[nodiscard]] bool read_until(Moment give_up);
  [[nodiscard]] bool wait_for_text(const Stream& stream, const std::string& text,
                                   std::chrono::milliseconds bound);
  static bool read_some(Stream& stream);
  void close_all();

  pid_t id_ = -1;
  int handle_ = -1;  // pidfd_open(2): readable when the process has ended
  Stream out_;
  Stream err_;
  bool reaped_ = false;
};

// Runs it to its end.
[[nodiscard]] Ended run(const std::vector<std::string>& command,
                        std::chrono::milliseconds bound = kPatience);

}  // namespace processes
}  // namespace reglament::testing
