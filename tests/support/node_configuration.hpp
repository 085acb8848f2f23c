// The file by which the program finds the servers of its tests (deploy/reglament.toml has every
// key).
#pragma once

#include <string>

namespace reglament::testing {

// What is empty, or 0, is left out.
struct NodeConfiguration {
  std::string db = {};
  std::string broker = {};
  std::string vhost_prefix = {};
  std::string passwords = {};  // the file
  unsigned lease_seconds = 0;

  [[nodiscard]] std::string text() const;
};

}  // namespace reglament::testing
