#include <sqlite3.h>

#include <filesystem>

#include "tests/program/program.hpp"

namespace reglament::testing {
namespace {

void execute_sql(const std::string& database, const std::string& statement) {
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(database.c_str(), &connection), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(connection, statement.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(connection);
}

bool is_empty_folder(const std::filesystem::path& folder) {
  return std::filesystem::directory_iterator(folder) == std::filesystem::directory_iterator();
}

class Init : public Program {};

TEST_F(Init, CreatesADatabaseOnceAndSaysWhere) {
  const Ended first = run({"init"});
  EXPECT_EQ(first.exit, 0) << first.err;
  EXPECT_NE(first.out.find(database()), std::string::npos) << first.out;
  const Ended second = run({"init"});
  EXPECT_EQ(second.exit, 65);
  EXPECT_NE(second.err.find(database()), std::string::npos) << second.err;
}

TEST_F(Init, StartsTheVirtualClockWhereItIsTold) {
  init_virtual("2015-07-14T10:15:00+06:00");
  EXPECT_EQ(run_json({"clock", "show"}).json().at("now"), "2015-07-14T04:15:00Z");
}

TEST_F(Init, RefusesATimeThatDoesNotExist) {
  EXPECT_EQ(run({"init", "--virtual-clock", "2015-02-29T10:15:00+06:00"}).exit, 65);
  EXPECT_EQ(run({"init", "--virtual-clock", "2015-02-28T10:15:00"}).exit, 65);
  EXPECT_TRUE(is_empty_folder(folder_));
}

TEST_F(Init, TakesOneTo256Partitions) {
  EXPECT_EQ(run({"init", "--partitions", "0"}).exit, 64);
  EXPECT_EQ(run({"init", "--partitions", "257"}).exit, 64);
  EXPECT_EQ(run({"init", "--partitions", "four"}).exit, 64);
  EXPECT_TRUE(is_empty_folder(folder_));
  EXPECT_EQ(run({"init", "--partitions", "256"}).exit, 0);
}

TEST_F(Init, LeavesNothingInAFolderThatCannotBeWritten) {
  obey_modes_ = true;
  std::filesystem::permissions(
      folder_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const Ended ended = run({"init"});
  EXPECT_EQ(ended.exit, 69) << ended.err;
  EXPECT_EQ(ended.err.find('\n'), ended.err.size() - 1) << "one line: " << ended.err;
  EXPECT_TRUE(is_empty_folder(folder_));
}

TEST_F(Init, LeavesAForeignFileAlone) {
  const std::string path = write("r.db", "a letter");
  EXPECT_EQ(run({"init"}).exit, 65);
  EXPECT_EQ(std::filesystem::file_size(path), 8U);
}

TEST_F(Init, ADatabaseThatIsMissingIsUnavailableToEveryOtherCommand) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"file", "-"},
                                             {"desk", "--all", "--favourable", "--until-idle"},
                                             {"case", "list"},
                                             {"clock", "show"},
                                             {"clock", "advance", "--by", "P1D"},
                                             {"serve"}}) {
    const Ended ended = run(command, application("r").dump());
    EXPECT_EQ(ended.exit, 69) << command.front() << ": " << ended.err;
    EXPECT_NE(ended.err.find("r.db"), std::string::npos) << ended.err;
  }
  EXPECT_TRUE(is_empty_folder(folder_));
}

TEST_F(Init, ADatabaseThatCannotBeWrittenIsReadAndNotChanged) {
  init_virtual();
  const auto talons = file_good(1);
  obey_modes_ = true;
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    std::filesystem::permissions(file.path(), std::filesystem::perms::owner_read);
  }
  std::filesystem::permissions(
      folder_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  const Ended ended = run({"file", "-"}, application("late").dump());
  EXPECT_EQ(ended.exit, 69) << ended.err;
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    std::filesystem::permissions(
        file.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  obey_modes_ = false;
  EXPECT_EQ(run_json({"case", "list"}).lines().size(), talons.size());
}

TEST_F(Init, ADatabaseOfANewerProgramIsUnavailable) {
  init_virtual();
  execute_sql(database(), "PRAGMA user_version = 999");
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"file", "-"}, {"case", "list"}, {"serve"}}) {
    const Ended ended = run(command, application("r").dump());
    EXPECT_EQ(ended.exit, 69) << command.front();
    EXPECT_NE(ended.err.find("999"), std::string::npos) << ended.err;
  }
}

}  // namespace
}  // namespace reglament::testing
