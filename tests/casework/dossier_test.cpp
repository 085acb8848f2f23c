#include "engine/casework/dossier.hpp"

#include <gtest/gtest.h>

#include "tests/support/permit_world.hpp"

namespace reglament {
namespace {

TEST(Dossier, KeepsAnApplicationAsItWasFiled) {
  const Filing filing = testing::complete_filing("r-1");
  EXPECT_EQ(decode_filing(encode(filing)), filing);
}

TEST(Dossier, KeepsTheFieldsOfAnAnswer) {
  const std::map<std::string, std::string> fields{{"signed_by", "Head"}, {"seal", ""}};
  EXPECT_EQ(decode_fields(encode(fields)), fields);
}

TEST(Dossier, RefusesEveryTruncation) {
  const std::string bytes = encode(testing::complete_filing("r-1"));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(static_cast<void>(decode_filing(bytes.substr(0, size))), Malformed) << size;
  }
}

TEST(Dossier, CommitsToValueAndSalt) {
  Digest salt{};
  const Digest first = commitment(salt, "value");
  EXPECT_EQ(first, commitment(salt, "value"));
  EXPECT_NE(first, commitment(salt, "Value"));
  salt[31] = 1;
  EXPECT_NE(first, commitment(salt, "value"));
}

}  // namespace
}  // namespace reglament
