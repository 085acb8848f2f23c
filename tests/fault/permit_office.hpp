// The program under test on one database, and what is said to it: applications, answers.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fault/process.hpp"
#include "tests/support/seeds.hpp"

namespace reglament::testing {

using Json = nlohmann::json;

inline constexpr std::string_view kOpening = "2015-07-14T10:00:00+06:00";

// Gone with everything in it at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class PermitOffice {
 public:
  explicit PermitOffice(std::filesystem::path database) : database_(std::move(database)) {}

  [[nodiscard]] const std::filesystem::path& database() const { return database_; }
  [[nodiscard]] std::filesystem::path socket() const { return database_.string() + ".sock"; }

  // A command of the program on the database.
  enum class Output { json, text };
  [[nodiscard]] std::vector<std::string> command(std::vector<std::string> arguments,
                                                 Output output = Output::json) const;
  [[nodiscard]] Ended run(std::vector<std::string> arguments) const;

  // A new database on a virtual clock at kOpening. Throws where that fails.
  void create(int partitions) const;
  // Makes this database a copy of another one that nobody uses.
  void copy_from(const PermitOffice& other) const;
  // `serve`, ready. Throws where it does not become ready.
  [[nodiscard]] std::unique_ptr<Process> serve() const;

 private:
  std::filesystem::path database_;
};

// The lines of a program's output as JSON. A line that a kill has cut is left out; any other that
// is none is a failure of the test.
[[nodiscard]] std::vector<Json> json_lines(const std::string& output);

// An application for a border-zone permit; without its documents the law refuses it.
[[nodiscard]] Json application(const std::string& request_id, bool complete = true);
void write_lines(const std::filesystem::path& file, const std::vector<Json>& lines);

// An answer to a task as API v1 gave it.
[[nodiscard]] Json answer_to(const Json& task, const std::string& message_id,
                             const std::string& outcome);
// The outcome that leads on to a permit.
[[nodiscard]] std::string favourable_outcome(const Json& task);

}  // namespace reglament::testing
