// Chance that repeats: the same seed and purpose always give the same numbers, on every machine and
// compiler (the distributions of the standard library promise neither).
//
// Each purpose has a stream of its own, so what one part of the demo draws never shifts what
// another part draws. Generator: SplitMix64 (Steele, Lea, Flood, 2014); purpose: FNV-1a, 64 bits.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/ensure.hpp"

namespace reglament::demo {

class Chance {
 public:
  Chance(std::uint64_t seed, std::string_view purpose) : state_(seed * 0x9E3779B97F4A7C15U) {
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char c : purpose) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    }
    state_ ^= hash;
  }

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  // From 0 to n - 1. The bias of the remainder is below 2^-40 for what a demo asks.
  std::size_t below(std::size_t n) {
    ENSURE(n > 0, "chance chooses among something");
    return static_cast<std::size_t>(next() % n);
  }
  // From `from` to `to`, both included.
  int between(int from, int to) {
    return from + static_cast<int>(below(static_cast<std::size_t>(to - from) + 1));
  }
  bool happens(unsigned per_mille) { return below(1000) < per_mille; }

  template <class T, std::size_t N>
  const T& pick(const T (&choices)[N]) {
    return choices[below(N)];
  }
  // The position of one of the weights, each as likely as it is heavy; their sum is not 0.
  std::size_t weighted(std::span<const unsigned> weights) {
    std::size_t total = 0;
    for (const unsigned weight : weights) total += weight;
    std::size_t drawn = below(total);
    std::size_t at = 0;
    while (drawn >= weights[at]) drawn -= weights[at++];
    return at;
  }

 private:
  std::uint64_t state_;
};

}  // namespace reglament::demo
