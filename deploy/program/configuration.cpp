#include "deploy/program/configuration.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/base/fault.hpp"

namespace reglament::program {
namespace {

constexpr std::int64_t kLongestWarning = 30;
constexpr std::int64_t kLongestLease = 300;

[[noreturn]] void refuse(const std::string& file, const toml::source_region& where,
                         std::string_view expected, std::string_view found) {
  throw BadConfiguration(
      fmt::format("expected {}, found {}, {}:{}", expected, found, file, where.begin.line));
}

std::string kind_of(const toml::node& node) {
  if (node.is_table()) return "a table";
  if (node.is_array()) return "a list";
  if (node.is_string()) return "a text";
  if (node.is_integer()) return fmt::format("{}", node.as_integer()->get());
  if (node.is_boolean()) return node.as_boolean()->get() ? "true" : "false";
  return "a value of another type";
}

std::string text_of(const toml::node& node, std::string_view key, const std::string& file) {
  const auto* text = node.as_string();
  if (text == nullptr || text->get().empty()) {
    refuse(file, node.source(), fmt::format("a text for '{}'", key),
           text == nullptr ? kind_of(node) : "an empty one");
  }
  return text->get();
}

void read_deadlines(const toml::node& node, const std::string& file, Configuration& result) {
  const toml::table* table = node.as_table();
  if (table == nullptr) refuse(file, node.source(), "a table 'deadlines'", kind_of(node));
  for (const auto& [key, value] : *table) {
    if (key.str() != "warn_before_working_days") {
      refuse(file, key.source(), "the key 'warn_before_working_days' in [deadlines]",
             fmt::format("'{}'", key.str()));
    }
    const auto* days = value.as_integer();
    if (days == nullptr || days->get() < 0 || days->get() > kLongestWarning) {
      refuse(file, value.source(),
             fmt::format("a whole number from 0 to {} for 'warn_before_working_days'",
                         kLongestWarning),
             kind_of(value));
    }
    result.warn_before = WorkingDays{static_cast<std::int32_t>(days->get())};
  }
}

const toml::table& table_of(const toml::node& node, std::string_view key, const std::string& file) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    refuse(file, node.source(), fmt::format("a table '{}'", key), kind_of(node));
  }
  return *table;
}

void read_rabbitmq(const toml::node& node, const std::string& file, Configuration& result) {
  for (const auto& [key, value] : table_of(node, "rabbitmq", file)) {
    if (key.str() == "vhost_prefix") {
      result.vhost_prefix = text_of(value, key.str(), file);
    } else if (key.str() == "passwords") {
      result.passwords = text_of(value, key.str(), file);
    } else {
      refuse(file, key.source(), "one of the keys vhost_prefix, passwords in [rabbitmq]",
             fmt::format("'{}'", key.str()));
    }
  }
}

void read_node(const toml::node& node, const std::string& file, Configuration& result) {
  for (const auto& [key, value] : table_of(node, "node", file)) {
    if (key.str() == "name") {
      result.node_name = text_of(value, key.str(), file);
    } else if (key.str() == "lease_seconds") {
      const auto* seconds = value.as_integer();
      if (seconds == nullptr || seconds->get() < 1 || seconds->get() > kLongestLease) {
        refuse(file, value.source(),
               fmt::format("a whole number from 1 to {} for 'lease_seconds'", kLongestLease),
               kind_of(value));
      }
      result.lease = std::chrono::seconds(seconds->get());
    } else {
      refuse(file, key.source(), "one of the keys name, lease_seconds in [node]",
             fmt::format("'{}'", key.str()));
    }
  }
}

toml::table read_table(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || !std::filesystem::is_regular_file(file)) {
    throw BadConfiguration(
        fmt::format("expected a configuration file that can be read, found none at {}", file));
  }
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    refuse(file, error.source(), "TOML", error.description());
  }
}

}  // namespace

Configuration read_configuration(const std::string& file) {
  Configuration result;
  for (const auto& [key, value] : read_table(file)) {
    if (key.str() == "db") {
      result.db = text_of(value, key.str(), file);
    } else if (key.str() == "broker") {
      result.broker = text_of(value, key.str(), file);
    } else if (key.str() == "deadlines") {
      read_deadlines(value, file, result);
    } else if (key.str() == "rabbitmq") {
      read_rabbitmq(value, file, result);
    } else if (key.str() == "node") {
      read_node(value, file, result);
    } else {
      refuse(file, key.source(), "one of the keys db, broker, deadlines, rabbitmq, node",
             fmt::format("'{}'", key.str()));
    }
  }
  return result;
}

}  // namespace reglament::program
