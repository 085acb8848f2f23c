// The rules of rules.hpp, applied to the repository itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "tests/architecture/rules.hpp"

namespace reglament::architecture {
namespace {

namespace fs = std::filesystem;

struct SourceFile {
  std::string path;  // relative to the repository root
  std::string text;
};

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The files of the six folders whose names end so, in the order of their paths.
std::vector<SourceFile> files(std::initializer_list<std::string_view> endings) {
  const fs::path root = REGLAMENT_SOURCE_DIR;
  std::vector<SourceFile> found;
  for (const char* folder : {"engine", "processes", "adapters", "proto", "deploy", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string path = entry.path().lexically_relative(root).generic_string();
      if (!entry.is_regular_file()) continue;
      if (std::none_of(endings.begin(), endings.end(),
                       [&](std::string_view ending) { return path.ends_with(ending); })) {
        continue;
      }
      found.push_back({path, read(entry.path())});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return found;
}

using Rule = Findings (*)(const std::string& path, std::string_view text);

void expect_rule(Rule rule, std::initializer_list<std::string_view> endings) {
  const auto sources = files(endings);
  // This folder alone has more than these: fewer would mean that nothing was read.
  ASSERT_GE(sources.size(), 3U);
  Findings findings;
  for (const SourceFile& source : sources) {
    const auto more = rule(source.path, source.text);
    findings.insert(findings.end(), more.begin(), more.end());
  }
  EXPECT_TRUE(findings.empty()) << describe(findings);
}

TEST(Tree, IncludesFollowTheArrows) { expect_rule(forbidden_includes, {".hpp", ".cpp", ".proto"}); }

TEST(Tree, PureFoldersUseNoBannedWord) { expect_rule(banned_words, {".hpp", ".cpp"}); }

TEST(Tree, LinesFitTheWidth) { expect_rule(long_lines, {".hpp", ".cpp", ".proto"}); }

TEST(Tree, NothingIsLeftToDo) {
  expect_rule(leftover_markers,
              {".hpp", ".cpp", ".proto", ".md", ".cmake", "CMakeLists.txt", ".js", ".html", ".css",
               "deploy/lib", "deploy/run", "deploy/services", "deploy/test"});
}

TEST(Tree, FunctionsAreShort) { expect_rule(long_functions, {".hpp", ".cpp"}); }

TEST(Tree, RootHoldsTheGivenLayout) {
  const fs::path root = REGLAMENT_SOURCE_DIR;
  std::vector<std::string> entries;
  for (const auto& entry : fs::directory_iterator(root)) {
    entries.push_back(entry.path().filename().string());
  }
  std::sort(entries.begin(), entries.end());
  EXPECT_TRUE(std::binary_search(entries.begin(), entries.end(), "engine"));
  const auto findings = unknown_entries(entries, read(root / ".gitignore"));
  EXPECT_TRUE(findings.empty()) << describe(findings);
}

}  // namespace
}  // namespace reglament::architecture
