// How values are spread: counts by value, from which quantiles are read.
//
// Values below 8,192 are counted exactly; larger ones are rounded down to 13 significant bits, so
// that a quantile is at most 1/4,096 below the true one. Minutes of work are exact up to 17 working
// days of eight hours. Memory depends on the largest value and not on how many there are: 32 KiB
// up to 8,191, and 16 KiB more for each doubling; 320 KiB at the most.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace reglament {

class Distribution {
 public:
  // Negative values count as 0.
  void add(std::int64_t value);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  // The nearest rank: the smallest value that at least `share` (above 0, up to 1) of the values do
  // not exceed. Nothing where there are no values.
  [[nodiscard]] std::optional<std::int64_t> quantile(double share) const;
  [[nodiscard]] std::optional<double> mean() const;

  bool operator==(const Distribution&) const = default;

 private:
  std::vector<std::uint32_t> counts_;
  std::uint64_t size_ = 0;
  double sum_ = 0;
};

}  // namespace reglament
