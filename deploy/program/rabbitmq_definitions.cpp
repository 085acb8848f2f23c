#include "deploy/program/rabbitmq_definitions.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "adapters/rabbitmq/topology.hpp"
#include "engine/history/sha256.hpp"

namespace reglament::program {
namespace {

namespace names = rabbitmq::names;

constexpr std::string_view kEngine = "engine";
constexpr std::string_view kNothing = "^$";
constexpr std::string_view kEverything = ".*";
constexpr std::size_t kSaltBytes = 4;

std::string base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

std::string user_of(const Office& office) { return std::string(names::office_user) + office.id; }
std::string queue_of(const Office& office) { return names::desk_queue(office.id); }

// A regular expression for exactly this name: RabbitMQ takes a match anywhere in it.
std::string exactly(std::string_view name) {
  std::string pattern = "^";
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) pattern += '\\';
    pattern += c;
  }
  return pattern + '$';
}

Json user(std::string_view name, const Passwords& passwords) {
  return {{"name", name},
          {"password_hash", rabbitmq_password_hash(name, passwords.find(name)->second)},
          {"hashing_algorithm", "rabbit_password_hashing_sha256"},
          {"tags", Json::array()}};
}

Json permission(std::string_view user, std::string_view vhost, std::string_view configure,
                std::string_view write, std::string_view read) {
  return {
      {"user", user}, {"vhost", vhost}, {"configure", configure}, {"write", write}, {"read", read}};
}

Json exchange(std::string_view vhost, std::string_view name, std::string_view type) {
  return {{"vhost", vhost},
          {"name", name},
          {"type", type},
          {"durable", true},
          {"internal", false},
          {"auto_delete", false},
          {"arguments", Json::object()}};
}

Json queue(std::string_view vhost, std::string_view name, Json arguments) {
  arguments["x-queue-type"] = "quorum";
  return {{"vhost", vhost},
          {"name", name},
          {"durable", true},
          {"auto_delete", false},
          {"arguments", std::move(arguments)}};
}

Json binding(std::string_view vhost, std::string_view source, std::string_view queue,
             std::string_view key) {
  return {{"vhost", vhost},       {"source", source},
          {"destination", queue}, {"destination_type", "queue"},
          {"routing_key", key},   {"arguments", Json::object()}};
}

// The arguments are those with which the engine declares the queue when it is not there: RabbitMQ
// refuses a declaration that differs. The policy adds what no argument says, and is where an
// administrator lowers the limit.
Json policy(std::string_view vhost, std::uint32_t delivery_limit) {
  return {{"vhost", vhost},
          {"name", "reglament"},
          {"pattern", "^(desk|partition)\\."},
          {"apply-to", "queues"},
          {"priority", 0},
          {"definition",
           {{"delivery-limit", delivery_limit},
            {"dead-letter-exchange", names::dead},
            // A letter leaves its queue only when reglament.dead has it.
            {"dead-letter-strategy", "at-least-once"},
            {"overflow", "reject-publish"}}}};
}

void add_queue(Json& all, std::string_view vhost, const std::string& name, std::string_view source,
               std::string_view key, std::uint32_t delivery_limit) {
  all["queues"].push_back(
      queue(vhost, name,
            {{"x-delivery-limit", delivery_limit}, {"x-dead-letter-exchange", names::dead}}));
  all["bindings"].push_back(binding(vhost, source, name, key));
}

void add_vhost(Json& all, const std::string& vhost, const RabbitmqDefinitions& settings) {
  all["vhosts"].push_back({{"name", vhost}});
  all["permissions"].push_back(permission(kEngine, vhost, kEverything, kEverything, kEverything));
  all["exchanges"].push_back(exchange(vhost, names::tasks, "direct"));
  all["exchanges"].push_back(exchange(vhost, names::outcomes, "direct"));
  all["exchanges"].push_back(exchange(vhost, names::dead, "fanout"));
  all["queues"].push_back(queue(vhost, names::dead, Json::object()));
  all["bindings"].push_back(binding(vhost, names::dead, names::dead, ""));
  all["policies"].push_back(policy(vhost, settings.delivery_limit));
  for (std::uint32_t partition = 0; partition < settings.partitions; ++partition) {
    add_queue(all, vhost, names::partition_queue(partition), names::outcomes,
              fmt::format("{}", partition), settings.delivery_limit);
  }
}

void add_office(Json& all, const Office& office, const Passwords& passwords,
                const RabbitmqDefinitions& settings) {
  const std::string vhost = settings.vhost_prefix + office.agency;
  all["users"].push_back(user(user_of(office), passwords));
  all["permissions"].push_back(permission(user_of(office), vhost, kNothing,
                                          exactly(names::outcomes), exactly(queue_of(office))));
  add_queue(all, vhost, queue_of(office), names::tasks, office.id, settings.delivery_limit);
}

}  // namespace

std::vector<std::string> rabbitmq_users(const Directory& directory) {
  std::vector<std::string> users{std::string(kEngine)};
  for (const Office& office : directory.offices()) users.push_back(user_of(office));
  return users;
}

std::string rabbitmq_password_hash(std::string_view user, std::string_view password) {
  const Digest of_both = sha256(fmt::format("{}\n{}", user, password));
  const std::string_view salt = bytes_of(of_both).substr(0, kSaltBytes);
  const Digest salted = sha256(fmt::format("{}{}", salt, password));
  return base64(fmt::format("{}{}", salt, bytes_of(salted)));
}

Json rabbitmq_definitions(const Directory& directory, const Passwords& passwords,
                          const RabbitmqDefinitions& settings) {
  Json all = {{"rabbitmq_version", "3.10.8"},
              {"users", {user(kEngine, passwords)}},
              {"vhosts", Json::array()},
              {"permissions", Json::array()},
              {"topic_permissions", Json::array()},
              {"parameters", Json::array()},
              {"global_parameters", Json::array()},
              {"policies", Json::array()},
              {"exchanges", Json::array()},
              {"queues", Json::array()},
              {"bindings", Json::array()}};
  std::set<std::string> agencies;
  for (const Office& office : directory.offices()) agencies.insert(office.agency);
  for (const std::string& agency : agencies) {
    add_vhost(all, settings.vhost_prefix + agency, settings);
  }
  for (const Office& office : directory.offices()) add_office(all, office, passwords, settings);
  return all;
}

}  // namespace reglament::program
