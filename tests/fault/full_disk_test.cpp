// A disk that is really full: a small file system of its own where the test may mount one, and a
// limit on the size of a file (setrlimit(2), RLIMIT_FSIZE) everywhere. The program says so and ends
// with 69; what it has accepted holds; when there is room again, everything goes through.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>

#include "tests/fault/ledger.hpp"

namespace reglament::testing {
namespace {

using ::testing::IsEmpty;

constexpr int kUnavailable = 69;
constexpr int kFilingsAtOnce = 50;
constexpr int kRoundsAtMost = 200;

// File after file until the disk is full. Every reply is noted.
class Applicants {
 public:
  explicit Applicants(const PermitOffice& office) : office_(office) {}

  // How the first command ended that did not go through; begins with what did not before.
  Ended file_until_full(const std::vector<std::string>& wrapper) {
    for (; round_ < kRoundsAtMost; ++round_) {
      if (next_.empty()) prepare();
      const Ended ended = file(wrapper);
      if (ended.exit != 0) return ended;
      next_.clear();
    }
    ADD_FAILURE() << "the disk did not fill";
    return {};
  }

  // What did not go through before.
  Ended file(const std::vector<std::string>& wrapper) {
    const std::filesystem::path lines = folder_.path() / "filings";
    write_lines(lines, next_);
    std::vector<std::string> command = wrapper;
    const auto filing = office_.command({"file", lines.string()});
    command.insert(command.end(), filing.begin(), filing.end());
    Ended ended = run(command);
    EXPECT_FALSE(ended.hung) << ended.text();
    const std::vector<Json> replies = json_lines(ended.out);
    for (std::size_t i = 0; i < replies.size(); ++i) {
      if (!replies[i].contains("error")) ledger_.filed(next_[i], replies[i]);
    }
    return ended;
  }

  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

 private:
  void prepare() {
    for (int i = 0; i < kFilingsAtOnce; ++i) {
      next_.push_back(application(fmt::format("full-{}-{}", round_, i)));
    }
  }

  const PermitOffice& office_;
  TemporaryFolder folder_;  // not on the full disk
  int round_ = 0;
  std::vector<Json> next_;
  Ledger ledger_;
};

void expect_refusal(const Ended& ended) {
  EXPECT_EQ(ended.exit, kUnavailable) << ended.text();
  EXPECT_TRUE(ended.err.starts_with("reglament: ")) << ended.text();
  EXPECT_EQ(std::ranges::count(ended.err, '\n'), 1) << ended.text();
}

// The limit counts blocks of 512 bytes; the signal that comes with it would end the program.
std::vector<std::string> limited_to(int blocks) {
  return {"sh", "-c", fmt::format("trap '' XFSZ; ulimit -f {}; exec \"$@\"", blocks), "limited"};
}

// A file system that only this process and its children see; it goes with them.
bool mount_small_disk(const std::filesystem::path& folder) {
  if (unshare(CLONE_NEWNS) != 0) return false;
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64m") == 0;
}

// `wrapper`: what the program runs under while the disk is full.
void fill_then_free(const PermitOffice& office, const std::vector<std::string>& wrapper,
                    const std::function<void()>& make_room) {
  Applicants applicants(office);
  const Ended full = applicants.file_until_full(wrapper);
  expect_refusal(full);
  std::printf("%s", full.err.c_str());
  // The end of a program empties its log into the database, which may have made some room.
  expect_refusal(applicants.file_until_full(wrapper));
  make_room();
  const Ended after = applicants.file({});
  EXPECT_EQ(after.exit, 0) << after.text();
  EXPECT_THAT(complete(office), IsEmpty());
  EXPECT_THAT(judge(office, applicants.ledger()), IsEmpty());
  EXPECT_GE(applicants.ledger().replies().size(), std::size_t{kFilingsAtOnce});
}

TEST(FullDisk, BySizeLimitIsSaidAndSurvived) {
  const TemporaryFolder folder;
  const PermitOffice office(folder.path() / "permits.db");
  office.create(2);
  fill_then_free(office, limited_to(1500), [] {});
}

// Where no disk may be mounted, another limit stands for it.
TEST(FullDisk, OfItsOwnIsSaidAndSurvived) {
  const TemporaryFolder folder;
  const bool is_mounted = mount_small_disk(folder.path());
  std::printf("%s\n", is_mounted ? "a disk of 64 MiB" : "no disk may be mounted: a size limit");
  const std::filesystem::path ballast = folder.path() / "ballast";
  std::ofstream(ballast) << std::string(62UL * 1024 * 1024, 'x');
  const PermitOffice office(folder.path() / "permits.db");
  office.create(2);
  fill_then_free(office, is_mounted ? std::vector<std::string>{} : limited_to(3000),
                 [&] { std::filesystem::remove(ballast); });
}

}  // namespace
}  // namespace reglament::testing
