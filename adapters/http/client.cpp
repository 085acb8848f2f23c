#include "adapters/http/client.hpp"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "adapters/http/socket_path.hpp"
#include "engine/base/fault.hpp"

namespace reglament::http {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Unix = asio::local::stream_protocol;

struct Client::Connection {
  std::string name;
  asio::io_context context{1};
  Unix::socket socket{context};
  beast::flat_buffer buffer;
};

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

std::optional<Client> Client::connect(const std::filesystem::path& socket) {
  const SocketPath path(socket);
  auto connection = std::make_unique<Connection>();
  connection->name = socket.string();
  boost::system::error_code error;
  connection->socket.connect(Unix::endpoint(path.address()), error);
  if (error == asio::error::connection_refused ||
      error == boost::system::errc::no_such_file_or_directory) {
    return std::nullopt;
  }
  if (error) {
    throw Unavailable(
        fmt::format("expected to connect to {}, found: {}", socket.string(), error.message()));
  }
  return Client(std::move(connection));
}

Response Client::send(const Request& request) {
  beast::http::request<beast::http::string_body> message;
  message.method_string(request.method);
  message.target(request.target);
  message.version(11);
  message.set(beast::http::field::host, "localhost");
  message.set(beast::http::field::content_type, "application/json");
  message.keep_alive(true);
  message.body() = request.body;
  message.prepare_payload();
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(body_limit);
  // A server that refuses the request before its end has answered although the write fails.
  boost::system::error_code error;
  beast::http::write(connection_->socket, message, error);
  beast::http::read(connection_->socket, connection_->buffer, parser, error);
  if (error) {
    throw Unavailable(fmt::format("expected an answer from the engine at {}, found: {}",
                                  connection_->name, error.message()));
  }
  auto answer = parser.release();
  return {static_cast<int>(answer.result_int()), std::move(answer.body()),
          std::string(answer[beast::http::field::content_type])};
}

}  // namespace reglament::http
