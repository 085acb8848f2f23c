#include "engine/ledger/distribution.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace reglament {
namespace {

constexpr unsigned kBits = 13;
constexpr std::uint64_t kExact = 1U << kBits;
constexpr std::uint64_t kHalf = kExact / 2;  // of the upper half is each doubling after
constexpr std::int64_t kLargest = (std::int64_t{1} << 31U) - 1;

std::size_t place_of(std::int64_t value) {
  const auto clamped = static_cast<std::uint64_t>(std::clamp<std::int64_t>(value, 0, kLargest));
  if (clamped < kExact) return clamped;
  const auto shift = static_cast<unsigned>(std::bit_width(clamped)) - kBits;
  return kExact + (shift - 1) * kHalf + (clamped >> shift) - kHalf;
}

std::int64_t value_at(std::size_t place) {
  if (place < kExact) return static_cast<std::int64_t>(place);
  const auto shift = (place - kExact) / kHalf + 1;
  return static_cast<std::int64_t>((kHalf + (place - kExact) % kHalf) << shift);
}

}  // namespace

void Distribution::add(std::int64_t value) {
  const std::size_t place = place_of(value);
  if (place >= counts_.size()) {
    counts_.resize(place < kExact ? kExact : kExact + ((place - kExact) / kHalf + 1) * kHalf);
  }
  ++counts_[place];
  ++size_;
  sum_ += static_cast<double>(std::clamp<std::int64_t>(value, 0, kLargest));
}

std::optional<std::int64_t> Distribution::quantile(double share) const {
  if (size_ == 0) return std::nullopt;
  const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(size_)));
  const std::uint64_t wanted = std::clamp<std::uint64_t>(rank, 1, size_);
  std::uint64_t seen = 0;
  std::size_t place = 0;
  for (; place < counts_.size(); ++place) {
    seen += counts_[place];
    if (seen >= wanted) break;
  }
  return value_at(place);
}

std::optional<double> Distribution::mean() const {
  if (size_ == 0) return std::nullopt;
  return sum_ / static_cast<double>(size_);
}

}  // namespace reglament
