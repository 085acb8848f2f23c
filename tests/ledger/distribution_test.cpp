#include "engine/ledger/distribution.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace reglament {
namespace {

TEST(Distribution, WithoutValuesThereIsNoFigure) {
  const Distribution none;
  EXPECT_FALSE(none.quantile(0.5).has_value());
  EXPECT_FALSE(none.mean().has_value());
}

TEST(Distribution, TakesTheNearestRank) {
  Distribution values;
  for (const int value : {40, 10, 30, 20}) values.add(value);
  EXPECT_EQ(values.quantile(0.5), 20);
  EXPECT_EQ(values.quantile(0.51), 30);
  EXPECT_EQ(values.quantile(0.9), 40);
  EXPECT_EQ(values.quantile(1.0), 40);
  EXPECT_DOUBLE_EQ(*values.mean(), 25.0);
}

TEST(Distribution, CountsNegativeValuesAsNothing) {
  Distribution values;
  values.add(-5);
  EXPECT_EQ(values.quantile(0.5), 0);
}

TEST(Distribution, CutsOffBeyondItsLargestValue) {
  Distribution values;
  values.add(std::int64_t{1} << 40U);
  EXPECT_GT(*values.quantile(0.5), (std::int64_t{1} << 31U) - (std::int64_t{1} << 19U));
}

std::int64_t true_quantile(std::vector<std::int64_t> values, double share) {
  std::ranges::sort(values);
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

RC_GTEST_PROP(Distribution, IsExactBelow8192AndNearlySoAbove, ()) {
  std::vector<std::int64_t> values;
  Distribution counted;
  for (int count = *rc::gen::inRange(1, 60); count > 0; --count) {
    values.push_back(*rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 8192),
                                     rc::gen::inRange<std::int64_t>(8000, 20'000),
                                     rc::gen::inRange<std::int64_t>(0, 2'000'000'000)));
    counted.add(values.back());
  }
  const double share = *rc::gen::element(0.01, 0.5, 0.9, 0.99, 1.0);
  const std::int64_t wanted = true_quantile(values, share);
  const std::int64_t found = *counted.quantile(share);
  RC_ASSERT(found <= wanted);
  RC_ASSERT(found >= (wanted < 8192 ? wanted : wanted - wanted / 4096));
}

}  // namespace
}  // namespace reglament
