#include "tests/program/program.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace reglament::testing {
namespace {

constexpr const char* kProgram = REGLAMENT_BINARY_DIR "/reglament";

int exit_code(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

[[noreturn]] void execute(const std::vector<std::string>& arguments,
                          const std::filesystem::path& folder,
                          const std::vector<std::string>& environment, bool obey_modes) {
  std::vector<char*> argv{const_cast<char*>(kProgram)};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  if (::chdir(folder.c_str()) != 0) ::_exit(126);
  ::unsetenv("REGLAMENT_DB");
  ::unsetenv("REGLAMENT_BROKER");
  for (const std::string& variable : environment) ::putenv(const_cast<char*>(variable.c_str()));
  // Fails where we are not root, who needs no such right to be refused.
  if (obey_modes) ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
  ::execv(kProgram, argv.data());
  ::_exit(127);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void redirect(const std::filesystem::path& path, int descriptor, int flags) {
  const int opened = ::open(path.c_str(), flags, 0600);
  if (opened < 0 || ::dup2(opened, descriptor) < 0) ::_exit(125);
}

}  // namespace

std::vector<Json> Ended::lines() const {
  std::vector<Json> result;
  std::istringstream stream(out);
  for (std::string line; std::getline(stream, line);) result.push_back(Json::parse(line));
  return result;
}

Json Ended::json() const {
  const auto all = lines();
  EXPECT_EQ(all.size(), 1U) << out << err;
  return all.empty() ? Json() : all.front();
}

Running::Running(const std::vector<std::string>& arguments, const std::filesystem::path& folder) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  static int count = 0;
  errors_ = folder / ("errors-" + std::to_string(++count));
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    redirect(errors_, STDERR_FILENO, O_WRONLY | O_CREAT | O_TRUNC);
    execute(arguments, folder, {}, false);
  }
  ::close(ends[1]);
  output_ = ends[0];
}

Running::~Running() {
  if (pid_ > 0) {
    signal(SIGKILL);
    wait();
  }
  close_output();
}

void Running::close_output() {
  if (output_ >= 0) ::close(output_);
  output_ = -1;
}

std::string Running::errors() const { return read_file(errors_); }

std::string Running::read_line() {
  std::string line;
  char c = 0;
  while (::read(output_, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

void Running::signal(int number) const { ::kill(pid_, number); }

int Running::wait() {
  int status = 0;
  EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
  pid_ = -1;
  return exit_code(status);
}

Program::Program() {
  std::string name = (std::filesystem::temp_directory_path() / "reglament-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  folder_ = name;
}

Program::~Program() {
  std::error_code ignored;
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, ignored);
  std::filesystem::remove_all(folder_, ignored);
}

Ended Program::run_plain(std::vector<std::string> arguments, const std::string& input) {
  // Files, not pipes: a child that writes much can never wait for us. Outside the folder, which a
  // test may have made read-only.
  const std::filesystem::path base = folder_.string() + ".io";
  std::filesystem::create_directory(base);
  std::ofstream(base / "in", std::ios::binary) << input;
  const pid_t pid = ::fork();
  if (pid == 0) {
    redirect(base / "in", STDIN_FILENO, O_RDONLY);
    if (output_.empty()) {
      redirect(base / "out", STDOUT_FILENO, O_WRONLY | O_CREAT | O_TRUNC);
    } else {
      redirect(output_, STDOUT_FILENO, O_WRONLY);
    }
    redirect(base / "err", STDERR_FILENO, O_WRONLY | O_CREAT | O_TRUNC);
    execute(arguments, folder_, environment_, obey_modes_);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  Ended ended{exit_code(status), read_file(base / "out"), read_file(base / "err")};
  std::filesystem::remove_all(base);
  return ended;
}

Ended Program::run(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), {"--db", database()});
  return run_plain(std::move(arguments), input);
}

Ended Program::run_json(std::vector<std::string> arguments, const std::string& input) {
  arguments.insert(arguments.begin(), "--json");
  return run(std::move(arguments), input);
}

void Program::init_virtual(const std::string& at) {
  const Ended ended = run({"init", "--virtual-clock", at});
  ASSERT_EQ(ended.exit, 0) << ended.err;
}

std::vector<std::string> Program::file_good(int count, const std::string& prefix) {
  std::string input;
  for (int i = 0; i < count; ++i) input += application(prefix + std::to_string(i)).dump() + "\n";
  const Ended ended = run_json({"file", "-"}, input);
  EXPECT_EQ(ended.exit, 0) << ended.err;
  std::vector<std::string> talons;
  for (const Json& line : ended.lines()) talons.push_back(line.at("talon").get<std::string>());
  EXPECT_EQ(talons.size(), static_cast<std::size_t>(count));
  return talons;
}

std::string Program::snapshot() {
  std::string text = run_json({"case", "list"}).out;
  std::string shown;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    shown += run_json({"case", "show", Json::parse(line).at("talon").get<std::string>()}).out;
  }
  return text + shown;
}

std::string Program::write(const std::string& name, const std::string& text) {
  const std::filesystem::path path = folder_ / name;
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

Json application(const std::string& request_id) {
  return {{"request_id", request_id},
          {"regulation", "border-zone-permit"},
          {"office", "kz.dvd.akmola.kokshetau"},
          {"channel", "direct"},
          {"applicant", {{"name", "A. Applicant"}, {"citizenship", "KGZ"}, {"document", "AN1"}}},
          {"documents", {"application", "identity-document"}},
          {"fields",
           {{"destination", "Zharkent"},
            {"purpose", "visit"},
            {"from", "2015-08-01"},
            {"to", "2015-08-20"}}}};
}

void expect_keys(const Json& object, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    EXPECT_TRUE(object.contains(key)) << "expected the key " << key << " in " << object.dump();
  }
}

}  // namespace reglament::testing
