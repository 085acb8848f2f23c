// Faults at single system calls, by strace(1): its `--inject` kills the program when it is about to
// make its N-th call of a kind, or has that call fail.
//
// strace counts for each thread by itself, so N is the number of a call within its thread, and the
// thread that comes to N first is the one that meets it. A fault in a thread that writes late is
// reached by attaching strace when the others have made their calls.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/fault/permit_office.hpp"

namespace reglament::testing {

struct SystemCall {
  std::string name;
  unsigned number{};  // within its thread, from 1
  auto operator<=>(const SystemCall&) const = default;
  [[nodiscard]] std::string text() const { return name + "#" + std::to_string(number); }
};

// What is done to a program that is traced.
class Tracing {
 public:
  // Only counts.
  Tracing(std::vector<std::string> calls, std::filesystem::path log);
  // `what` as strace takes it: "signal=KILL", "error=EIO". `onward`: at every later call as well.
  Tracing(const SystemCall& at, const std::string& what, bool onward, std::filesystem::path log);

  [[nodiscard]] std::vector<std::string> of(const std::vector<std::string>& command) const;
  // Throws std::runtime_error where strace cannot attach.
  [[nodiscard]] std::unique_ptr<Process> attached_to(const Process& running) const;

  // The calls that were made, those that touch the database, its folder or what was said to
  // callers.
  [[nodiscard]] std::vector<SystemCall> calls(const PermitOffice& office) const;
  [[nodiscard]] bool was_injected() const;

 private:
  std::vector<std::string> options_;
  std::filesystem::path log_;
};

// At most so many of them: all of the kinds that are rare, the others evenly spread.
[[nodiscard]] std::vector<SystemCall> sample(std::vector<SystemCall> calls, std::size_t most);

// Why strace cannot be used here; empty where it can. Such a test fails: it has shown nothing.
[[nodiscard]] std::string trouble_with_strace();

}  // namespace reglament::testing
