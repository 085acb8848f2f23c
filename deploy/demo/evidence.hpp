// Whether the database that the demo has made holds: the standing checks, and the history.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "deploy/demo/country.hpp"
#include "engine/runtime/store.hpp"

namespace reglament::demo {

struct Evidence {
  std::vector<std::string> findings;  // of the standing checks; empty: all hold
  std::string flaw;                   // the first of the history; empty: it holds
  std::uint64_t cases{};
  std::uint64_t entries{};
  std::string root;  // of the logs together, hexadecimal

  [[nodiscard]] bool holds() const { return findings.empty() && flaw.empty(); }
};

[[nodiscard]] Evidence gather_evidence(StoreReader& reader, const Country& country);

}  // namespace reglament::demo
