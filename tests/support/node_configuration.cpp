#include "tests/support/node_configuration.hpp"

#include <fmt/format.h>

#include <string_view>

namespace reglament::testing {

std::string NodeConfiguration::text() const {
  std::string lines;
  const auto add = [&lines](std::string_view key, const std::string& value) {
    if (!value.empty()) lines += fmt::format("{} = \"{}\"\n", key, value);
  };
  add("db", db);
  add("broker", broker);
  if (!vhost_prefix.empty() || !passwords.empty()) lines += "[rabbitmq]\n";
  add("vhost_prefix", vhost_prefix);
  add("passwords", passwords);
  if (lease_seconds > 0) lines += fmt::format("[node]\nlease_seconds = {}\n", lease_seconds);
  return lines;
}

}  // namespace reglament::testing
