#include "deploy/demo/chance.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace reglament::demo {
namespace {

std::vector<std::uint64_t> some_of(Chance chance) {
  std::vector<std::uint64_t> numbers;
  for (int i = 0; i < 5; ++i) numbers.push_back(chance.next());
  return numbers;
}

TEST(Chance, RepeatsForTheSameSeedAndPurpose) {
  EXPECT_EQ(some_of(Chance(7, "filings")), some_of(Chance(7, "filings")));
}

TEST(Chance, DiffersForAnotherSeedOrPurpose) {
  EXPECT_NE(some_of(Chance(7, "filings")), some_of(Chance(8, "filings")));
  EXPECT_NE(some_of(Chance(7, "filings")), some_of(Chance(7, "misfortunes")));
}

TEST(Chance, StaysBetweenItsBoundsAndReachesBoth) {
  Chance chance(1, "bounds");
  std::array<int, 3> seen{};
  for (int i = 0; i < 300; ++i) ++seen.at(static_cast<std::size_t>(chance.between(4, 6) - 4));
  EXPECT_GT(seen[0], 0);
  EXPECT_GT(seen[1], 0);
  EXPECT_GT(seen[2], 0);
}

TEST(Chance, FollowsTheWeights) {
  Chance chance(1, "weights");
  const std::array<unsigned, 3> weights{1, 0, 9};
  std::array<int, 3> seen{};
  for (int i = 0; i < 1000; ++i) ++seen.at(chance.weighted(weights));
  EXPECT_EQ(seen[1], 0);
  EXPECT_GT(seen[0], 50);
  EXPECT_GT(seen[2], 5 * seen[0]);
}

TEST(Chance, HappensSoManyTimesInAThousand) {
  Chance chance(1, "share");
  int happened = 0;
  for (int i = 0; i < 10'000; ++i) happened += chance.happens(60) ? 1 : 0;
  EXPECT_NEAR(happened, 600, 100);
}

}  // namespace
}  // namespace reglament::demo
