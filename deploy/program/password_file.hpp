// A file of passwords for people and configuration tools: one "user password" a line, readable by
// its owner only.
#pragma once

#include <string>
#include <vector>

#include "deploy/program/rabbitmq_definitions.hpp"

namespace reglament::program {

// Throws BadConfiguration where there is no such file, others can read it, a line is not "user
// password" or a user comes twice, and Unavailable where it cannot be read.
[[nodiscard]] Passwords read_passwords(const std::string& file);

// The passwords of these users: those in the file, where it exists; the others are made from the
// system's randomness and written to it, and with them it is replaced as a whole. Users that it has
// beside these keep their lines. Throws as read_passwords does for a file that exists, and
// Unavailable where it cannot be written.
[[nodiscard]] Passwords keep_passwords(const std::string& file,
                                       const std::vector<std::string>& users);

// Writes a file that only its owner can read, whole or not at all. Throws Unavailable.
void write_private_file(const std::string& file, const std::string& text);

}  // namespace reglament::program
