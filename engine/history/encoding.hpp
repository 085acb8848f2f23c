// The canonical encoding (bytes.hpp) of what entries and cases have in common: instants, dates,
// 32-bit numbers, flags, and instants that may be absent. One encoding for each value; the take_
// functions throw Malformed for everything else.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/bytes.hpp"
#include "engine/time/civil.hpp"

namespace reglament {

inline void put_instant(ByteWriter& writer, Instant instant) {
  writer.put_signed(instant.time_since_epoch().count());
}

inline Instant take_instant(ByteReader& reader) {
  return Instant(Instant::duration(reader.take_signed()));
}

inline void put_date(ByteWriter& writer, Date date) {
  writer.put_signed(date.time_since_epoch().count());
}

inline Date take_date(ByteReader& reader) {
  const std::int64_t days = reader.take_signed();
  constexpr std::int64_t kLimit = 10'000'000;  // about 27,000 years either way
  if (days < -kLimit || days > kLimit) throw Malformed("date out of range");
  return Date(Date::duration(static_cast<Date::duration::rep>(days)));
}

inline std::uint32_t take_number(ByteReader& reader) {
  const std::uint64_t value = reader.take_unsigned();
  if (value > UINT32_MAX) throw Malformed("number above 32 bits");
  return static_cast<std::uint32_t>(value);
}

inline void put_flag(ByteWriter& writer, bool flag) { writer.put_unsigned(flag ? 1 : 0); }

inline bool take_flag(ByteReader& reader) {
  const std::uint64_t flag = reader.take_unsigned();
  if (flag > 1) throw Malformed("flag that is neither 0 nor 1");
  return flag == 1;
}

inline void put_optional(ByteWriter& writer, const std::optional<Instant>& instant) {
  put_flag(writer, instant.has_value());
  if (instant) put_instant(writer, *instant);
}

inline std::optional<Instant> take_optional(ByteReader& reader) {
  if (!take_flag(reader)) return std::nullopt;
  return take_instant(reader);
}

}  // namespace reglament
