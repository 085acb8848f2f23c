// A fuzz target over its corpus, in the ordinary build: the seeds, what fuzzing has found, and
// small changes of each. The target itself ends the process where something does not hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/target.hpp"

namespace reglament::fuzz {
namespace {

namespace fs = std::filesystem;

void run(const std::string& bytes) {
  EXPECT_EQ(
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()), 0);
}

std::vector<std::string> corpus() {
  std::vector<fs::path> paths;
  const fs::path folder = fs::path(REGLAMENT_SOURCE_DIR) / "tests/fuzz/corpus" / FUZZ_TARGET;
  for (const auto& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> inputs;
  for (const fs::path& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

TEST(Corpus, HoldsWithEverySeed) {
  const auto inputs = corpus();
  ASSERT_GE(inputs.size(), 3U);
  for (const std::string& input : inputs) run(input);
  run("");
}

TEST(Corpus, HoldsWithEverySeedCutShort) {
  for (const std::string& input : corpus()) {
    for (std::size_t size = 0; size < input.size(); ++size) run(input.substr(0, size));
  }
}

TEST(Corpus, HoldsWithEveryByteChanged) {
  for (const std::string& input : corpus()) {
    for (std::size_t at = 0; at < input.size(); ++at) {
      for (const int change : {0x01, 0x20, 0x80, 0xFF}) {
        std::string changed = input;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ change);
        run(changed);
      }
    }
  }
}

}  // namespace
}  // namespace reglament::fuzz
