#include "adapters/rabbitmq/address.hpp"

#include <amqp.h>
#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "engine/base/fault.hpp"

namespace reglament::rabbitmq {
namespace {

constexpr std::string_view kAuthority = "cacertfile=";

[[noreturn]] void refuse(std::string_view expected, std::string_view found) {
  throw BadConfiguration(
      fmt::format("expected {} in the address of the broker, found {}", expected, found));
}

}  // namespace

Address Address::in(std::string other_vhost) const {
  Address other = *this;
  other.vhost = std::move(other_vhost);
  return other;
}

std::string Address::text() const {
  return fmt::format("{}://{}@{}:{}/{}", tls ? "amqps" : "amqp", user, host, port,
                     vhost == "/" ? "" : vhost);
}

Address parse_address(const std::string& url) {
  const std::size_t query = url.find('?');
  std::string place = url.substr(0, query);
  amqp_connection_info info{};
  amqp_default_connection_info(&info);
  // It takes the text apart in place, and points into it.
  if (amqp_parse_url(place.data(), &info) != AMQP_STATUS_OK) {
    refuse("amqp[s]://USER:PASSWORD@HOST:PORT/VHOST", "something else");
  }
  Address address{info.host, info.port, info.user, info.password, info.vhost, info.ssl != 0, ""};
  if (address.vhost.empty()) address.vhost = "/";
  if (address.host.empty()) refuse("a host", "none");
  if (address.port < 1 || address.port > 65'535) {
    refuse("a port from 1 to 65535", fmt::format("{}", address.port));
  }
  if (query == std::string::npos) return address;
  const std::string_view option = std::string_view(url).substr(query + 1);
  if (!option.starts_with(kAuthority) || option.size() == kAuthority.size()) {
    refuse("cacertfile=FILE after '?'", "another option");
  }
  if (!address.tls) refuse("amqps:// with cacertfile", "amqp://");
  address.ca_file = option.substr(kAuthority.size());
  return address;
}

}  // namespace reglament::rabbitmq
