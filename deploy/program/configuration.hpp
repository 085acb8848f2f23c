// The configuration file, TOML. Everything in it may be left out; nothing else may stand in it:
//
//   db = "reglament.db"
//   broker = "embedded"
//   [deadlines]
//   warn_before_working_days = 1     # 0..30; 0: no warning
//   [rabbitmq]
//   vhost_prefix = ""                # before the name of each agency's virtual host
//   passwords = "FILE"               # "user password" lines, for desks of several offices
//   [node]
//   name = "NAME"                    # for people; default: the machine's name
//   lease_seconds = 10               # 1..300; how long others wait for a node that says nothing
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "engine/time/term.hpp"

namespace reglament::program {

struct Configuration {
  std::optional<std::string> db;
  std::optional<std::string> broker;
  std::optional<WorkingDays> warn_before;
  std::optional<std::string> vhost_prefix;
  std::optional<std::string> passwords;
  std::optional<std::string> node_name;
  std::optional<std::chrono::milliseconds> lease;
};

// Throws BadConfiguration with file and line.
[[nodiscard]] Configuration read_configuration(const std::string& file);

}  // namespace reglament::program
