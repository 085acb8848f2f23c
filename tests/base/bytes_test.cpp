#include "engine/base/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace reglament {
namespace {

using namespace std::string_literals;

constexpr auto kUnsignedMax = std::numeric_limits<std::uint64_t>::max();
constexpr auto kSignedMax = std::numeric_limits<std::int64_t>::max();
constexpr auto kSignedMin = std::numeric_limits<std::int64_t>::min();

// One value of each kind the encoding knows, in the order of the kinds.
struct Record {
  std::uint64_t count = 0;
  std::int64_t difference = 0;
  std::string text;
  Digest digest{};

  bool operator==(const Record&) const = default;
};

std::string encode(const Record& record) {
  ByteWriter writer;
  writer.put_unsigned(record.count);
  writer.put_signed(record.difference);
  writer.put_text(record.text);
  writer.put_digest(record.digest);
  return writer.take();
}

Record decode(std::string_view bytes) {
  ByteReader reader(bytes);
  Record record;
  record.count = reader.take_unsigned();
  record.difference = reader.take_signed();
  record.text = reader.take_text();
  record.digest = reader.take_digest();
  reader.expect_end();
  return record;
}

std::optional<Record> try_decode(std::string_view bytes) {
  try {
    return decode(bytes);
  } catch (const Malformed&) {
    return std::nullopt;
  }
}

// Every length of a number is as likely as every other: chosen evenly, most would have ten bytes.
rc::Gen<std::uint64_t> any_number() {
  const auto bits = rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>());
  return rc::gen::map(rc::gen::pair(bits, rc::gen::inRange(0U, 64U)),
                      [](const auto& drawn) { return drawn.first >> drawn.second; });
}

rc::Gen<Record> any_record() {
  return rc::gen::build<Record>(
      rc::gen::set(&Record::count, any_number()),
      rc::gen::set(&Record::difference,
                   rc::gen::map(any_number(),
                                [](std::uint64_t n) { return std::bit_cast<std::int64_t>(n); })),
      rc::gen::set(&Record::text), rc::gen::set(&Record::digest));
}

std::string encode_unsigned(std::uint64_t value) {
  ByteWriter writer;
  writer.put_unsigned(value);
  return writer.take();
}

std::string encode_signed(std::int64_t value) {
  ByteWriter writer;
  writer.put_signed(value);
  return writer.take();
}

std::uint64_t decode_unsigned(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint64_t value = reader.take_unsigned();
  reader.expect_end();
  return value;
}

std::int64_t decode_signed(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::int64_t value = reader.take_signed();
  reader.expect_end();
  return value;
}

// Bytes are frozen: they are stored, and hashes stand on them.
TEST(Bytes, UnsignedIsLeb128) {
  EXPECT_EQ(encode_unsigned(0), "\x00"s);
  EXPECT_EQ(encode_unsigned(1), "\x01"s);
  EXPECT_EQ(encode_unsigned(127), "\x7F"s);
  EXPECT_EQ(encode_unsigned(128), "\x80\x01"s);
  EXPECT_EQ(encode_unsigned(624485), "\xE5\x8E\x26"s);
  EXPECT_EQ(encode_unsigned(kUnsignedMax), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"s);
}

TEST(Bytes, SignedIsZigzag) {
  EXPECT_EQ(encode_signed(0), "\x00"s);
  EXPECT_EQ(encode_signed(-1), "\x01"s);
  EXPECT_EQ(encode_signed(1), "\x02"s);
  EXPECT_EQ(encode_signed(-64), "\x7F"s);
  EXPECT_EQ(encode_signed(64), "\x80\x01"s);
  EXPECT_EQ(encode_signed(kSignedMax), "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"s);
  EXPECT_EQ(encode_signed(kSignedMin), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"s);
}

TEST(Bytes, TextIsItsLengthAndItsBytes) {
  ByteWriter writer;
  writer.put_text("");
  writer.put_text("§8");
  EXPECT_EQ(writer.bytes(), "\x00\x03\xC2\xA7\x38"s);
}

TEST(Bytes, DigestIsItsBytes) {
  ByteWriter writer;
  Digest digest{};
  digest.front() = 0xAA;
  digest.back() = 0xBB;
  writer.put_digest(digest);
  EXPECT_EQ(writer.bytes(), "\xAA"s + std::string(30, '\0') + "\xBB"s);
}

TEST(Bytes, ClearAndTakeLeaveNothingBehind) {
  ByteWriter writer;
  writer.put_text("first");
  writer.clear();
  writer.put_unsigned(5);
  EXPECT_EQ(writer.take(), "\x05"s);
}

TEST(Bytes, EdgesOfTheRangesComeBack) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t value : {power - 1, power, power + 1, kUnsignedMax - power}) {
      EXPECT_EQ(decode_unsigned(encode_unsigned(value)), value);
      const auto with_sign = std::bit_cast<std::int64_t>(value);
      EXPECT_EQ(decode_signed(encode_signed(with_sign)), with_sign);
    }
  }
}

TEST(Bytes, LongerFormOfANumberIsMalformed) {
  EXPECT_THROW(static_cast<void>(decode_unsigned("\x80\x00"s)), Malformed);
  EXPECT_THROW(static_cast<void>(decode_unsigned("\xFF\x00"s)), Malformed);
  EXPECT_THROW(static_cast<void>(decode_unsigned("\x80\x80\x00"s)), Malformed);
  EXPECT_THROW(static_cast<void>(decode_unsigned("\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"s)),
               Malformed);
  EXPECT_THROW(static_cast<void>(decode_signed("\x81\x00"s)), Malformed);
}

TEST(Bytes, NumberAboveSixtyFourBitsIsMalformed) {
  const std::string nine = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s;
  EXPECT_EQ(decode_unsigned(nine + "\x01"s), kUnsignedMax);
  EXPECT_THROW(static_cast<void>(decode_unsigned(nine + "\x02"s)), Malformed);
  EXPECT_THROW(static_cast<void>(decode_unsigned(nine + "\x7F"s)), Malformed);
  EXPECT_THROW(static_cast<void>(decode_unsigned(nine + "\x81\x00"s)), Malformed);
  EXPECT_THROW(static_cast<void>(decode_unsigned(nine + "\x80\x00"s)), Malformed);
}

TEST(Bytes, TextLongerThanWhatIsLeftIsMalformed) {
  for (const std::uint64_t length : {std::uint64_t{4}, std::uint64_t{1} << 32U, kUnsignedMax}) {
    const std::string bytes = encode_unsigned(length) + "abc";
    ByteReader reader(bytes);
    EXPECT_THROW(static_cast<void>(reader.take_text()), Malformed) << length;
  }
}

TEST(Bytes, BytesBehindTheEndAreMalformed) {
  const std::string bytes = encode(Record{}) + '\0';
  EXPECT_THROW(static_cast<void>(decode(bytes)), Malformed);
}

TEST(Bytes, RemainingCountsDown) {
  const std::string bytes = "\x80\x01\x02xy"s;
  ByteReader reader(bytes);
  EXPECT_EQ(reader.remaining(), 5U);
  EXPECT_EQ(reader.take_unsigned(), 128U);
  EXPECT_EQ(reader.remaining(), 3U);
  EXPECT_EQ(reader.take_text(), "xy");
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_NO_THROW(reader.expect_end());
}

RC_GTEST_PROP(Bytes, DecodingGivesBackWhatWasEncoded, ()) {
  const Record record = *any_record();
  RC_ASSERT(decode(encode(record)) == record);
}

RC_GTEST_PROP(Bytes, EveryTruncationIsMalformed, ()) {
  const std::string bytes = encode(*any_record());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    RC_ASSERT(!try_decode(std::string_view(bytes).substr(0, length)));
  }
}

// Mutated: near an encoding, so that a good share still decodes.
RC_GTEST_PROP(Bytes, MutatedBytesThatDecodeAreTheOnlyEncoding, ()) {
  std::string bytes = encode(*any_record());
  const auto changes = *rc::gen::inRange(1, 4);
  for (int i = 0; i < changes; ++i) {
    const auto place = *rc::gen::inRange<std::size_t>(0, bytes.size());
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        bytes[place] = *rc::gen::arbitrary<char>();
        break;
      case 1:
        bytes.insert(place, 1, *rc::gen::arbitrary<char>());
        break;
      default:
        bytes.erase(place, 1);
        break;
    }
  }
  const auto record = try_decode(bytes);
  if (record) RC_ASSERT(encode(*record) == bytes);
  RC_CLASSIFY(record.has_value());
}

// Random: continuation bits are frequent, so that the long forms are met.
RC_GTEST_PROP(Bytes, RandomNumbersThatDecodeAreTheOnlyEncoding, ()) {
  const auto bytes = *rc::gen::container<std::string>(
      rc::gen::weightedOneOf<char>({{3, rc::gen::element('\x80', '\xFF', '\x81')},
                                    {1, rc::gen::element('\x00', '\x01', '\x7F')},
                                    {1, rc::gen::arbitrary<char>()}}));
  try {
    RC_ASSERT(encode_unsigned(decode_unsigned(bytes)) == bytes);
    RC_ASSERT(encode_signed(decode_signed(bytes)) == bytes);
    RC_TAG("decodes");
  } catch (const Malformed&) {
    RC_TAG("malformed");
  }
}

// All strings of up to two bytes: here uniqueness is not sampled but shown.
TEST(Bytes, EveryShortNumberThatDecodesIsTheOnlyEncoding) {
  int decoded = 0;
  const auto check = [&](const std::string& bytes) {
    try {
      EXPECT_EQ(encode_unsigned(decode_unsigned(bytes)), bytes);
      ++decoded;
    } catch (const Malformed&) {
    }
  };
  check("");
  for (int first = 0; first < 256; ++first) {
    check({static_cast<char>(first)});
    for (int second = 0; second < 256; ++second) {
      check({static_cast<char>(first), static_cast<char>(second)});
    }
  }
  EXPECT_EQ(decoded, 1 << 14) << "each number of 14 bits once";
}

}  // namespace
}  // namespace reglament
