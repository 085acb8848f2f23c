#include "engine/history/checkpoint.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "engine/base/fault.hpp"
#include "engine/history/merkle.hpp"
#include "engine/history/sha256.hpp"

namespace reglament {
namespace {

// The root of the empty log, base64.
constexpr std::string_view kEmptyRoot = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

std::string error_of(std::string_view text) {
  try {
    (void)parse_checkpoints(text, "old.txt");
  } catch (const BadInput& error) {
    return error.what();
  }
  return {};
}

TEST(Checkpoint, HasThreeLinesForEachLog) {
  const std::vector<Checkpoint> checkpoints = {{0, 0, sha256("")}, {1, 42, sha256("")}};
  const std::string root(kEmptyRoot);
  EXPECT_EQ(format_checkpoints("log", checkpoints),
            "reglament/log/0\n0\n" + root + "\n\nreglament/log/1\n42\n" + root + "\n");
}

RC_GTEST_PROP(Checkpoint, ComesBack, (std::vector<std::uint64_t> sizes)) {
  RC_PRE(!sizes.empty());
  std::vector<Checkpoint> checkpoints;
  for (const std::uint64_t size : sizes) {
    checkpoints.push_back(
        {static_cast<LogId>(checkpoints.size()), size, sha256(std::to_string(size))});
  }
  RC_ASSERT(parse_checkpoints(format_checkpoints("kz", checkpoints), "x") == checkpoints);
}

TEST(Checkpoint, ErrorsNameTheLine) {
  const std::string root(kEmptyRoot);
  const std::string good = "reglament/log/0\n7\n" + root + "\n";
  EXPECT_EQ(error_of(good), "");
  EXPECT_EQ(error_of(""),
            "old.txt, line 1: expected reglament/<database>/<log>, found \"the end of the text\"");
  EXPECT_NE(error_of("other/log/0\n7\n" + root + "\n").find("line 1"), std::string::npos);
  EXPECT_NE(error_of("reglament/0\n7\n" + root + "\n").find("line 1"), std::string::npos);
  EXPECT_NE(error_of("reglament/log/x\n7\n" + root + "\n").find("line 1"), std::string::npos);
  EXPECT_NE(error_of("reglament/log/0\n07\n" + root + "\n").find("line 2"), std::string::npos);
  EXPECT_NE(error_of("reglament/log/0\n-7\n" + root + "\n").find("line 2"), std::string::npos);
  EXPECT_NE(error_of("reglament/log/0\n7\nabc=\n").find("line 3"), std::string::npos);
  EXPECT_NE(error_of("reglament/log/0\n7\n" + root.substr(0, 43) + "!\n").find("line 3"),
            std::string::npos);
  EXPECT_NE(error_of("reglament/log/0\n7\n" + root).find("line 3"), std::string::npos);
  EXPECT_NE(error_of(good + "x").find("line 4"), std::string::npos);
  EXPECT_NE(error_of(good + "\n").find("line 5"), std::string::npos);
  EXPECT_NE(error_of(good + "\n" + good).find("log 0 again"), std::string::npos);
  EXPECT_NE(error_of(good + "\nreglament/other/1\n7\n" + root + "\n").find("database log"),
            std::string::npos);
}

// 256 bits are 43 characters with two bits over: only one spelling has them zero.
TEST(Checkpoint, StrayBitsAreRefused) {
  std::string root(kEmptyRoot);
  root[42] = 'V';  // 'U' with a stray bit
  EXPECT_NE(error_of("reglament/log/0\n7\n" + root + "\n").find("line 3"), std::string::npos);
}

TEST(Checkpoint, SeveralRootsHaveOne) {
  const Digest a = sha256("a");
  const Digest b = sha256("b");
  EXPECT_EQ(root_of_roots(std::vector{a}), a);
  EXPECT_EQ(root_of_roots(std::vector{a, b}), node_hash(a, b));
}

}  // namespace
}  // namespace reglament
