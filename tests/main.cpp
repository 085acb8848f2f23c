// The main of every test program. The seed of the property tests is printed, so that a failure can
// be repeated: RC_PARAMS="seed=N" ./the_test.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (std::getenv("RC_PARAMS") == nullptr) {
    const std::string parameters = "seed=" + std::to_string(std::random_device{}());
    setenv("RC_PARAMS", parameters.c_str(), 0);
  }
  std::printf("RC_PARAMS=\"%s\"\n", std::getenv("RC_PARAMS"));
  return RUN_ALL_TESTS();
}
