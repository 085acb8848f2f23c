#include "deploy/demo/department_talk.hpp"

#include <gtest/gtest.h>

#include "engine/base/fault.hpp"

namespace reglament::demo {
namespace {

constexpr Instant kNow{std::chrono::microseconds(1'436'939'580'000'001)};

TEST(DepartmentTalk, AnOrderArrivesAsItWasGiven) {
  const Order given{Do::take, kNow, {{"kz.knb.akmola", 17, 1, 2}, {"kz.knb.uko", 4, 3, 1}}};
  const Order taken = parse_order(line_of(given));
  EXPECT_EQ(taken.what, Do::take);
  EXPECT_EQ(taken.now, kNow);
  EXPECT_EQ(taken.tasks, given.tasks);

  const Order last{Do::close, {}, {}, {{"kz.knb.akmola", 17, "term-warning", kNow}}};
  EXPECT_EQ(parse_order(line_of(last)).what, Do::close);
  EXPECT_EQ(parse_order(line_of(last)).notices, last.notices);
  EXPECT_EQ(parse_order(line_of(Order{Do::hang})).what, Do::hang);
  EXPECT_EQ(parse_order(line_of(Order{Do::answer, kNow})).now, kNow);
}

TEST(DepartmentTalk, AReportArrivesAsItWasGiven) {
  const Report given{3, kNow, {{"kz.knb.akmola", 17, "term-warning", kNow}}};
  const Report taken = parse_report(line_of(given));
  EXPECT_EQ(taken.holds, 3U);
  EXPECT_EQ(taken.next, kNow);
  EXPECT_EQ(taken.notices, given.notices);
  EXPECT_FALSE(parse_report(line_of(Report{})).next);
}

TEST(DepartmentTalk, ATroubleIsThrownAtWhoHearsIt) {
  const std::string line = line_of(
      program::Trouble{program::Exit::configuration, "expected a \"password\", found \xff"});
  try {
    static_cast<void>(parse_report(line));
    FAIL() << "expected a trouble";
  } catch (const BadConfiguration& trouble) {
    EXPECT_NE(std::string(trouble.what()).find("expected a \"password\", found"),
              std::string::npos);
  }
}

TEST(DepartmentTalk, WhatIsNeitherIsRefused) {
  for (const char* line : {"", "[]", "{}", "take", R"({"do":"rest"})", R"({"do":7})",
                           R"({"do":"take","now":"noon"})", R"({"do":"take","tasks":[[1]]})"}) {
    EXPECT_THROW(static_cast<void>(parse_order(line)), BadInput) << line;
  }
  for (const char* line : {"", "[]", "{}", R"({"holds":-1})", R"({"holds":1})"}) {
    EXPECT_THROW(static_cast<void>(parse_report(line)), BadInput) << line;
  }
}

}  // namespace
}  // namespace reglament::demo
