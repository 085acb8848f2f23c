#include "engine/casework/talon.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace reglament {
namespace {

TEST(Talon, NamesServiceRegionYearAndNumber) {
  const std::string talon = make_talon("BZP", "akmola", 2015, 42);
  EXPECT_EQ(talon.substr(0, talon.size() - 1), "BZP-AKMOLA-2015-000042-");
  const auto parts = parse_talon(talon);
  ASSERT_TRUE(parts);
  EXPECT_EQ(*parts, (TalonParts{"BZP", "AKMOLA", 2015, 42}));
}

TEST(Talon, IsReadInSmallLettersToo) {
  const std::string talon = make_talon("BZP", "AKMOLA", 2015, 42);
  std::string small = talon;
  for (char& c : small) c = static_cast<char>(std::tolower(c));
  EXPECT_EQ(parse_talon(small), parse_talon(talon));
}

// The example of the Global Release Identifier, which uses the same system: A1-2425G-ABC1234002-M.
TEST(Talon, ComputesTheCheckCharacterOfAPublishedExample) {
  EXPECT_EQ(check_character("A1-2425G-ABC1234002"), 'M');
  EXPECT_FALSE(check_character("A1_2425G"));
}

TEST(Talon, RefusesOtherForms) {
  for (const char* text : {"", "-", "BZP", "BZP-AKMOLA-2015-42", "BZP-AKMOLA-2015-000042-",
                           "BZP-AKMOLA-2015-000042-AA", "BZP--2015-000042-A",
                           "BZP-AKMOLA-2015-00x042-A", "BZP-AKMOLA-2015-000042-A-B"}) {
    EXPECT_FALSE(parse_talon(text)) << text;
  }
}

RC_GTEST_PROP(TalonProperty, EveryTalonIsRead, (std::uint32_t number)) {
  const int year = *rc::gen::inRange(2009, 2029);
  const auto parts = parse_talon(make_talon("BZP", "KYZYLORDA", year, number));
  RC_ASSERT(parts.has_value());
  RC_ASSERT(parts->case_number == number);
  RC_ASSERT(parts->year == year);
}

RC_GTEST_PROP(TalonProperty, EverySingleMistypedCharacterIsNoticed, (std::uint32_t number)) {
  const std::string talon = make_talon("BZP", "UKO", 2016, number);
  const auto place = *rc::gen::inRange<std::size_t>(0, talon.size());
  const char typed = *rc::gen::elementOf(std::string("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
  RC_PRE(talon[place] != '-' && talon[place] != typed);
  std::string mistyped = talon;
  mistyped[place] = typed;
  RC_ASSERT(!parse_talon(mistyped).has_value());
}

}  // namespace
}  // namespace reglament
