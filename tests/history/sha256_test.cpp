#include "engine/history/sha256.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <string_view>

namespace reglament {
namespace {

std::string raw(const Digest& digest) { return {digest.begin(), digest.end()}; }

// The examples of FIPS 180-4 that NIST publishes: nothing, one block, two blocks, many.
TEST(Sha256, PublishedExamples) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// Of the Certificate Transparency reference implementation.
TEST(Sha256, LeafOfNothing) {
  EXPECT_EQ(hex(leaf_hash("")), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

RC_GTEST_PROP(Sha256, LeafIsHashedBehindAZeroByte, (const std::string& entry)) {
  RC_ASSERT(leaf_hash(entry) == sha256(std::string(1, '\x00') + entry));
}

RC_GTEST_PROP(Sha256, NodeIsHashedBehindAOneByte, (const Digest& left, const Digest& right)) {
  RC_ASSERT(node_hash(left, right) == sha256('\x01' + raw(left) + raw(right)));
}

// The reason for the two first bytes: a node's content filed as an entry has another hash.
RC_GTEST_PROP(Sha256, EntryCannotPassForANode, (const Digest& left, const Digest& right)) {
  RC_ASSERT(leaf_hash(raw(left) + raw(right)) != node_hash(left, right));
}

RC_GTEST_PROP(Hex, ParsingGivesBackTheDigest, (const Digest& digest)) {
  const std::string text = hex(digest);
  RC_ASSERT(text.size() == 64U);
  RC_ASSERT(parse_hex(text) == digest);
}

TEST(Hex, OtherTextsAreNoDigest) {
  const std::string text = hex(sha256("abc"));
  ASSERT_TRUE(parse_hex(text).has_value());
  EXPECT_EQ(parse_hex(""), std::nullopt);
  EXPECT_EQ(parse_hex(text.substr(1)), std::nullopt);
  EXPECT_EQ(parse_hex(text + "0"), std::nullopt);
  EXPECT_EQ(parse_hex("0x" + text.substr(2)), std::nullopt);
  EXPECT_EQ(parse_hex("BA" + text.substr(2)), std::nullopt) << "lower case only";
  EXPECT_EQ(parse_hex(text.substr(1) + ' '), std::nullopt);
}

// The neighbours of the digits in ASCII, at either place of a byte.
TEST(Hex, NeighboursOfDigitsAreNoDigits) {
  for (const char c : std::string_view("/:`gAF@G\0\xFF", 10)) {
    for (const std::size_t place : {0U, 1U, 62U, 63U}) {
      std::string text = hex(Digest{});
      text[place] = c;
      EXPECT_EQ(parse_hex(text), std::nullopt) << text;
    }
  }
}

}  // namespace
}  // namespace reglament
