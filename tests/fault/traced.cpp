#include "tests/fault/traced.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

namespace reglament::testing {
namespace {

std::vector<std::string> strace_options(const std::filesystem::path& log) {
  // -y: the paths behind descriptors.
  return {"strace", "-f", "-y", "-o", log.string()};
}

// "1234  pwrite64(4</tmp/x/permits.db-wal>, ..." -> its thread and name; names are empty for lines
// that end a call or tell of a signal.
std::pair<std::string, std::string> beginning_of(const std::string& line) {
  const std::size_t space = line.find(' ');
  const std::size_t begin = line.find_first_not_of(' ', std::min(space, line.size()));
  const std::size_t paren = line.find('(', std::min(begin, line.size()));
  if (begin == std::string::npos || paren == std::string::npos) return {};
  const std::string name = line.substr(begin, paren - begin);
  const bool is_name =
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  if (!is_name) return {};
  return {line.substr(0, space), name};
}

bool is_said_to_callers(const std::string& line, const std::string& name) {
  return name == "sendmsg" || (name == "write" && line.find("(1<") != std::string::npos);
}

}  // namespace

Tracing::Tracing(std::vector<std::string> calls, std::filesystem::path log)
    : options_(strace_options(log)), log_(std::move(log)) {
  options_.insert(options_.end(), {"-e", fmt::format("trace=?{}", fmt::join(calls, ",?"))});
}

Tracing::Tracing(const SystemCall& at, const std::string& what, bool onward,
                 std::filesystem::path log)
    : options_(strace_options(log)), log_(std::move(log)) {
  options_.insert(options_.end(), {"-e", "trace=" + at.name, "-e",
                                   fmt::format("inject={}:{}:when={}{}", at.name, what, at.number,
                                               onward ? "+" : "")});
}

std::vector<std::string> Tracing::of(const std::vector<std::string>& command) const {
  std::filesystem::remove(log_);
  std::vector<std::string> whole = options_;
  // Not with --seccomp-bpf: strace 6.1 then loses count of the calls.
  whole.emplace_back("-qq");
  whole.insert(whole.end(), command.begin(), command.end());
  return whole;
}

std::unique_ptr<Process> Tracing::attached_to(const Process& running) const {
  std::filesystem::remove(log_);
  std::vector<std::string> whole = options_;
  whole.insert(whole.end(), {"-p", std::to_string(running.id())});
  auto tracer = std::make_unique<Process>(whole);
  if (tracer->complains("attached")) return tracer;
  throw std::runtime_error("strace cannot attach: " + tracer->wait().text());
}

std::vector<SystemCall> Tracing::calls(const PermitOffice& office) const {
  const std::string folder = office.database().parent_path().string();
  std::map<std::pair<std::string, std::string>, unsigned> made;  // by thread and name
  std::set<SystemCall> calls;
  std::ifstream log(log_);
  for (std::string line; std::getline(log, line);) {
    const auto beginning = beginning_of(line);
    const std::string& name = beginning.second;
    if (name.empty()) continue;
    const unsigned number = ++made[beginning];
    if (line.find(folder) != std::string::npos || is_said_to_callers(line, name)) {
      calls.insert({name, number});
    }
  }
  return {calls.begin(), calls.end()};
}

bool Tracing::was_injected() const {
  std::ifstream log(log_);
  for (std::string line; std::getline(log, line);) {
    if (line.find("(INJECTED)") != std::string::npos) return true;
  }
  return false;
}

std::vector<SystemCall> sample(std::vector<SystemCall> calls, std::size_t most) {
  std::map<std::string, std::vector<SystemCall>> by_name;
  for (SystemCall& call : calls) by_name[call.name].push_back(std::move(call));
  std::vector<std::vector<SystemCall>> kinds;
  for (auto& [name, kind] : by_name) kinds.push_back(std::move(kind));
  std::ranges::sort(kinds, {}, &std::vector<SystemCall>::size);
  std::vector<SystemCall> taken;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const std::size_t share = (most - std::min(most, taken.size())) / (kinds.size() - i);
    const std::size_t count = std::min(kinds[i].size(), share);
    for (std::size_t k = 0; k < count; ++k) {
      taken.push_back(kinds[i][k * kinds[i].size() / count]);
    }
  }
  return taken;
}

std::string trouble_with_strace() {
  try {
    const Ended ended = run({"strace", "-f", "-qq", "-e", "trace=write", "-e",
                             "inject=write:signal=KILL:when=1", "echo", "traced"});
    if (ended.signal == SIGKILL || ended.exit == 128 + SIGKILL) return {};
    return "expected strace to kill a program here, found: " + ended.text();
  } catch (const std::exception& trouble) {
    return trouble.what();
  }
}

}  // namespace reglament::testing
