// The built program as a person or a script meets it: started with arguments, in a folder of its
// own.
#pragma once

#include <gtest/gtest.h>
#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace reglament::testing {

using Json = nlohmann::json;

struct Ended {
  int exit = -1;
  std::string out;
  std::string err;

  [[nodiscard]] std::vector<Json> lines() const;
  // The one JSON line that was printed.
  [[nodiscard]] Json json() const;
};

// A program that was started and has not ended yet.
class Running {
 public:
  Running(const std::vector<std::string>& arguments, const std::filesystem::path& folder);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // The next line of its output; empty when it has ended.
  std::string read_line();
  void signal(int number) const;
  // Waits for its end; the exit code, or 128 + the signal that ended it.
  int wait();
  void close_output();
  // What it has written to standard error so far.
  [[nodiscard]] std::string errors() const;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::filesystem::path errors_;
};

// Each test has an empty folder; the database is "r.db" in it.
class Program : public ::testing::Test {
 protected:
  Program();
  ~Program() override;

  // Without --db: whatever arguments are given.
  Ended run_plain(std::vector<std::string> arguments, const std::string& input = "");
  // On the database of the test.
  Ended run(std::vector<std::string> arguments, const std::string& input = "");
  // The same with --json.
  Ended run_json(std::vector<std::string> arguments, const std::string& input = "");

  void init_virtual(const std::string& at = "2015-07-14T10:15:00+06:00");
  // Files so many good applications; their talons.
  std::vector<std::string> file_good(int count, const std::string& prefix = "r");
  // Everything about the cases and the entries of the database that a reader can see.
  std::string snapshot();
  std::string write(const std::string& name, const std::string& text);
  [[nodiscard]] std::string database() const { return (folder_ / "r.db").string(); }

  std::filesystem::path folder_;
  std::vector<std::string> environment_;  // "NAME=value"
  bool obey_modes_ = false;               // give up root's right to ignore file modes
  std::string output_;                    // where standard output goes; empty: it is collected
};

// A good application as JSON; `request_id` is the only thing that differs.
[[nodiscard]] Json application(const std::string& request_id);

void expect_keys(const Json& object, const std::vector<std::string>& keys);

}  // namespace reglament::testing
