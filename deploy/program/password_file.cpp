#include "deploy/program/password_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "adapters/entropy/entropy.hpp"
#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";  // also in a URL
constexpr std::size_t kPasswordLength = 32;                              // 192 bits

std::string new_password() {
  std::array<std::uint8_t, kPasswordLength> random{};
  fill_random(random);
  std::string password;
  for (const std::uint8_t byte : random) password += kLetters[byte % kLetters.size()];
  return password;
}

void expect_private(const std::string& file) {
  struct stat facts {};
  if (stat(file.c_str(), &facts) != 0) return;
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw BadConfiguration(
        fmt::format("expected passwords that only their owner can read (mode 600), found mode "
                    "{:o}, {}",
                    facts.st_mode & 07777U, file));
  }
}

[[noreturn]] void fail(const std::string& file, std::string_view what) {
  throw Unavailable(fmt::format("expected to {} {}, found: {}", what, file, std::strerror(errno)));
}

void write_all(int descriptor, std::string_view text, const std::string& file) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(file, "write");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Passwords read_passwords(const std::string& file) {
  if (!std::filesystem::exists(file)) {
    throw BadConfiguration(fmt::format("expected a file of passwords, found none at {}", file));
  }
  expect_private(file);
  Passwords passwords;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Unavailable(fmt::format("expected to read {}", file));
  std::size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    const auto space = line.find(' ');
    const bool whole = space != std::string::npos && space > 0 && space + 1 < line.size() &&
                       line.find(' ', space + 1) == std::string::npos;
    if (!whole || !passwords.emplace(line.substr(0, space), line.substr(space + 1)).second) {
      throw BadConfiguration(fmt::format(
          "expected 'user password' with each user once, found another line, {}:{}", file, number));
    }
  }
  return passwords;
}

void write_private_file(const std::string& file, const std::string& text) {
  std::string beside = file + ".XXXXXX";
  const int descriptor = mkostemp(beside.data(), O_CLOEXEC);  // mode 600
  if (descriptor < 0) fail(file, "write beside");
  try {
    write_all(descriptor, text, file);
    if (fsync(descriptor) != 0) fail(file, "write");
  } catch (...) {
    close(descriptor);
    unlink(beside.c_str());
    throw;
  }
  close(descriptor);
  if (rename(beside.c_str(), file.c_str()) != 0) {
    unlink(beside.c_str());
    fail(file, "write");
  }
}

Passwords keep_passwords(const std::string& file, const std::vector<std::string>& users) {
  Passwords passwords = std::filesystem::exists(file) ? read_passwords(file) : Passwords();
  bool is_new = false;
  for (const std::string& user : users) {
    if (passwords.contains(user)) continue;
    passwords.emplace(user, new_password());
    is_new = true;
  }
  if (!is_new) return passwords;
  std::string text;
  for (const auto& [user, password] : passwords) text += fmt::format("{} {}\n", user, password);
  write_private_file(file, text);
  return passwords;
}

}  // namespace reglament::program
