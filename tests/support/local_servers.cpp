#include "tests/support/local_servers.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tests/fault/process.hpp"

namespace reglament::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServices = REGLAMENT_SOURCE_DIR "/deploy/services";
constexpr std::chrono::seconds kStartPatience{150};

// Waits in the background, so that who kills the test with all its children does not kill it too.
constexpr const char* kGuard = R"(
  ( read -r never <&3
    "$1" stop --scratch --folder "$2" >/dev/null 2>&1
    rm -rf -- "$2" ) >/dev/null 2>&1 &
)";

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::array<int, 2> closing_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe2");
  return ends;
}

void spawn_guard(const std::string& folder, int reads, int writes) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  // Numbers of their own first: one of the ends may have the number that the other has to get.
  const int reading = fcntl(reads, F_DUPFD_CLOEXEC, 10);
  const int writing = fcntl(writes, F_DUPFD_CLOEXEC, 10);
  posix_spawn_file_actions_adddup2(&files, reading, 3);
  posix_spawn_file_actions_adddup2(&files, writing, 4);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  std::array<const char*, 7> arguments{"sh",      "-c",           kGuard, "guard",
                                       kServices, folder.c_str(), nullptr};
  pid_t shell = -1;
  const int error = posix_spawn(&shell, "/bin/sh", &files, &attributes,
                                const_cast<char* const*>(arguments.data()), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  ::close(reading);
  ::close(writing);
  if (error != 0) throw std::system_error(error, std::generic_category(), "posix_spawn sh");
  waitpid(shell, nullptr, 0);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string without_line_end(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string run_or_throw(const std::vector<std::string>& command, std::chrono::milliseconds bound) {
  Ended ended = run(command, bound);
  if (ended.exit != 0) throw std::runtime_error(command.front() + ": " + ended.text());
  return without_line_end(std::move(ended.out));
}

// A process and what it has started, the process first.
std::vector<pid_t> family(pid_t parent) {
  std::vector<pid_t> members{parent};
  for (std::size_t at = 0; at < members.size(); ++at) {
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", members[at]));
    for (pid_t child = 0; children >> child;) members.push_back(child);
  }
  return members;
}

// The parent is stopped before its children are counted: it could start more.
std::vector<pid_t> stop_family(pid_t parent) {
  ::kill(parent, SIGSTOP);
  std::vector<pid_t> members = family(parent);
  for (const pid_t member : members) ::kill(member, SIGSTOP);
  return members;
}

void wait_for_end(const std::vector<int>& handles) {
  for (const int handle : handles) {
    pollfd watched{handle, POLLIN, 0};
    const auto bound = std::chrono::milliseconds(kPatience).count();
    if (poll(&watched, 1, static_cast<int>(bound)) == 0) {
      throw std::runtime_error("expected a server to end when it is killed");
    }
    ::close(handle);
  }
}

}  // namespace

GuardedFolder::GuardedFolder() {
  std::string pattern = (fs::temp_directory_path() / "reglament-servers-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail("mkdtemp");
  path_ = pattern;
  const auto alive = closing_pipe();
  const auto gone = closing_pipe();
  spawn_guard(path_, alive[0], gone[1]);
  ::close(alive[0]);
  ::close(gone[1]);
  alive_ = alive[1];
  gone_ = gone[0];
}

GuardedFolder::~GuardedFolder() {
  ::close(alive_);
  char nothing = 0;
  while (read(gone_, &nothing, 1) < 0 && errno == EINTR) {
  }
  ::close(gone_);
}

LocalServer::LocalServer(std::string name, Disk disk) : name_(std::move(name)), disk_(disk) {
  start();
}

std::string LocalServer::services(const std::string& command,
                                  const std::vector<std::string>& arguments) const {
  std::vector<std::string> line{kServices, command, "--folder", folder().string()};
  line.insert(line.end(), arguments.begin(), arguments.end());
  return run_or_throw(line, kStartPatience);
}

void LocalServer::start() {
  std::vector<std::string> arguments{name_};
  if (disk_ == Disk::fast) arguments.emplace_back("--scratch");
  const std::string before = std::exchange(address_, services("start", arguments));
  if (!before.empty() && before != address_) {
    throw std::runtime_error("expected " + before + " after a restart, found " + address_);
  }
}

void LocalServer::stop() { services("stop", {name_}); }

pid_t LocalServer::process() const {
  pid_t id = 0;
  std::ifstream(folder() / (name_ + ".pid")) >> id;
  if (id <= 0) throw std::runtime_error("expected " + name_ + " to run");
  return id;
}

bool LocalServer::runs() const {
  return run({kServices, "status", "--folder", folder().string(), name_}).exit == 0;
}

int LocalServer::port() const {
  int port = 0;
  std::ifstream(folder() / (name_ + ".port")) >> port;
  return port;
}

void LocalServer::pause() { stop_family(process()); }

void LocalServer::resume() {
  // From the last to the first: no child meets a parent that works while it does not.
  std::vector<pid_t> members = family(process());
  std::reverse(members.begin(), members.end());
  for (const pid_t member : members) ::kill(member, SIGCONT);
}

void LocalServer::kill() {
  const std::vector<pid_t> members = stop_family(process());
  std::vector<int> handles;
  for (const pid_t member : members) {
    const auto handle = static_cast<int>(syscall(SYS_pidfd_open, member, 0));
    if (handle >= 0) handles.push_back(handle);
  }
  for (const pid_t member : members) ::kill(member, SIGKILL);
  wait_for_end(handles);
}

LocalPostgres::LocalPostgres(Disk disk) : LocalServer("postgresql", disk) {}

std::string LocalPostgres::execute(const std::string& sql) const {
  return run_or_throw({"psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", url(), "-c", sql},
                      kPatience);
}

std::string LocalPostgres::create_database(const std::string& name) const {
  execute("CREATE DATABASE \"" + name + '"');
  return url().substr(0, url().rfind('/') + 1) + name;
}

LocalRabbit::LocalRabbit() : LocalServer("rabbitmq", Disk::fast) {}

std::string LocalRabbit::user() const { return "reglament"; }

std::string LocalRabbit::password() const { return read_file(folder() / "rabbitmq.password"); }

std::string LocalRabbit::url(std::string_view vhost) const {
  return url(user(), password(), vhost);
}

std::string LocalRabbit::url(std::string_view user, std::string_view password,
                             std::string_view vhost) const {
  // The default vhost is named "/", which an AMQP URL has to escape.
  return fmt::format("amqp://{}:{}@127.0.0.1:{}/{}", user, password, port(),
                     vhost == "/" ? "%2f" : vhost);
}

std::string LocalRabbit::control(std::vector<std::string> arguments) const {
  if (arguments.front().starts_with("list_")) arguments.emplace_back("--no-table-headers");
  arguments.emplace_back("--quiet");
  return services("rabbitmqctl", arguments);
}

void LocalRabbit::add_user(const std::string& user, const std::string& password) const {
  control({"add_user", user, password});
}

void LocalRabbit::add_vhost(const std::string& vhost) const {
  control({"add_vhost", vhost});
  permit(vhost, user(), ".*", ".*", ".*");
}

void LocalRabbit::permit(const std::string& vhost, const std::string& user,
                         const std::string& configure, const std::string& write,
                         const std::string& read) const {
  control({"set_permissions", "--vhost", vhost, user, configure, write, read});
}

void LocalRabbit::set_policy(const std::string& vhost, const std::string& name,
                             const std::string& pattern, const std::string& definition) const {
  control({"set_policy", "--vhost", vhost, name, pattern, definition});
}

void LocalRabbit::keep_queues() const { control({"eval", "dets:sync(ra_directory_reverse)."}); }

void LocalRabbit::forget_queue(const std::string& vhost, const std::string& queue) const {
  control({"eval", fmt::format("dets:delete(ra_directory_reverse, '{}_{}').", vhost, queue)});
  keep_queues();
}

// The command is that of deploy/README.md.
void LocalRabbit::elect_leaders() const {
  control({"eval",
           "[ra:trigger_election({Queue, node()}) || {Queue, follower} <-"
           " ets:tab2list(ra_state)]."});
}

void LocalRabbit::import_definitions(const std::string& json) const {
  const fs::path file = folder() / "definitions.json";
  std::ofstream(file, std::ios::binary) << json;
  control({"import_definitions", file.string()});
}

}  // namespace reglament::testing
