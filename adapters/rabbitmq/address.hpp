// Where a RabbitMQ server is, and as whom we come: amqp://USER:PASSWORD@HOST:PORT/VHOST, or amqps
// for TLS, optionally with ?cacertfile=FILE for the authority that signed the server's certificate
// (else the system's). With TLS the host is given by its name, for rabbitmq-c does not look for
// addresses in certificates. User, password and vhost are percent-encoded; without a vhost it is
// "/".
#pragma once

#include <string>

namespace reglament::rabbitmq {

struct Address {
  std::string host;
  int port{};
  std::string user;
  std::string password;
  std::string vhost;
  bool tls = false;
  std::string ca_file;  // empty: the system's authorities

  [[nodiscard]] Address in(std::string other_vhost) const;
  // For people: without the password.
  [[nodiscard]] std::string text() const;
};

// Throws BadConfiguration, which does not repeat the URL: it holds a password.
[[nodiscard]] Address parse_address(const std::string& url);

}  // namespace reglament::rabbitmq
