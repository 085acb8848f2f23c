#include "engine/base/ensure.hpp"

#include <gtest/gtest.h>

#include "engine/base/result.hpp"

namespace reglament {
namespace {

constexpr int kDefect = 70;

TEST(Ensure, PassesWhereTheInvariantHolds) {
  int asked = 0;
  ENSURE(++asked == 1, "asked once");
  EXPECT_EQ(asked, 1);
}

TEST(Ensure, EndsTheProcessWithTheInvariantAndThePlace) {
  EXPECT_EXIT(ENSURE(1 + 1 == 3, "sums are right"), ::testing::ExitedWithCode(kDefect),
              "defect: sums are right .*ensure_test.cpp:");
}

TEST(Result, HoldsAValueOrARejection) {
  const Result<int> value = 7;
  const Result<int> rejection = Rejection{.code = std::string(rejection_code::late),
                                          .paragraph = "003 §8",
                                          .expected = "a filing in time",
                                          .actual = "one day late"};
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(*value, 7);
  ASSERT_TRUE(rejection.has_error());
  EXPECT_EQ(rejection.error().code, "late");
  EXPECT_EQ(rejection.error().paragraph, "003 §8");
}

TEST(Result, RejectionReadAsAValueIsADefect) {
  const Result<int> rejection = Rejection{};
  EXPECT_EXIT(static_cast<void>(rejection.value()), ::testing::ExitedWithCode(kDefect),
              "a rejection was read as a value");
}

}  // namespace
}  // namespace reglament
