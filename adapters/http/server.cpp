#include "adapters/http/server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <list>
#include <mutex>
#include <thread>

#include "adapters/http/socket_path.hpp"
#include "engine/base/fault.hpp"

namespace reglament::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Unix = asio::local::stream_protocol;

constexpr std::size_t kConnections = 256;

Response refuse(int status, std::string_view title) {
  return {
      status,
      fmt::format(R"({{"type":"about:blank","title":"{}","status":{},"exit":65}})", title, status),
      "application/problem+json"};
}

Response call(const Server::Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const std::exception&) {
    // The handler translates what it knows; what is left has no form that a client could use.
    return refuse(500, "the request failed in an unexpected way");
  }
}

void write(Unix::socket& socket, const Response& response, bool keep_alive) {
  beast::http::response<beast::http::string_body> message;
  message.result(static_cast<unsigned>(response.status));
  message.version(11);
  message.set(beast::http::field::content_type, response.content_type);
  message.keep_alive(keep_alive);
  message.body() = response.body;
  message.prepare_payload();
  beast::http::write(socket, message);
}

}  // namespace

struct Server::Loop {
  struct Connection {
    explicit Connection(Unix::socket taken) : socket(std::move(taken)) {}
    Unix::socket socket;
    std::thread thread;
    std::atomic<bool> ended = false;
  };

  Loop(std::filesystem::path file_to_use, Handler handler_to_use)
      : file(std::move(file_to_use)), path(file), handler(std::move(handler_to_use)) {}

  void listen();
  void accept_until_stopped();
  void take(Unix::socket socket);
  void serve(Connection& connection);
  bool serve_one(Connection& connection, beast::flat_buffer& buffer);
  void stop();

  const std::filesystem::path file;
  const SocketPath path;
  const Handler handler;
  asio::io_context context{1};
  Unix::acceptor acceptor{context};
  std::thread accepting;
  std::atomic<bool> stopping = false;
  std::mutex mutex;
  std::list<Connection> connections;  // under mutex
};

void Server::Loop::listen() {
  ::unlink(path.address().c_str());
  boost::system::error_code error;
  acceptor.open(Unix(), error);
  if (!error) acceptor.bind(Unix::endpoint(path.address()), error);
  // Between bind and listen nobody can connect, so nobody slips in before the mode is set.
  if (!error && ::chmod(path.address().c_str(), S_IRUSR | S_IWUSR) != 0) {
    error.assign(errno, boost::system::system_category());
  }
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    throw Unavailable(
        fmt::format("expected to listen on {}, found: {}", file.string(), error.message()));
  }
  accepting = std::thread([this] { accept_until_stopped(); });
}

void Server::Loop::accept_until_stopped() {
  while (!stopping) {
    boost::system::error_code error;
    Unix::socket socket(context);
    acceptor.accept(socket, error);
    if (error || stopping) continue;
    take(std::move(socket));
  }
}

void Server::Loop::take(Unix::socket socket) {
  const std::lock_guard lock(mutex);
  connections.remove_if([](Connection& connection) {
    if (!connection.ended) return false;
    connection.thread.join();
    return true;
  });
  if (connections.size() >= kConnections) return;  // closes it
  Connection& connection = connections.emplace_back(std::move(socket));
  connection.thread = std::thread([this, &connection] { serve(connection); });
}

void Server::Loop::serve(Connection& connection) {
  try {
    beast::flat_buffer buffer;
    while (!stopping && serve_one(connection, buffer)) {
    }
  } catch (const std::exception&) {
    // The client has gone, or speaks no HTTP: its connection ends, the others go on.
  }
  boost::system::error_code ignored;
  connection.socket.shutdown(Unix::socket::shutdown_both, ignored);
  connection.ended = true;
}

// False when the connection is to be closed.
bool Server::Loop::serve_one(Connection& connection, beast::flat_buffer& buffer) {
  beast::http::request_parser<beast::http::string_body> parser;
  parser.body_limit(body_limit);
  beast::error_code error;
  beast::http::read(connection.socket, buffer, parser, error);
  if (error == beast::http::error::end_of_stream) return false;
  if (error == beast::http::error::body_limit) {
    write(connection.socket, refuse(413, fmt::format("expected at most {} bytes", body_limit)),
          false);
    return false;
  }
  if (error) {
    if (error.category() ==
        beast::http::make_error_code(beast::http::error::bad_method).category()) {
      write(connection.socket, refuse(400, "expected an HTTP/1.1 request"), false);
    }
    return false;
  }
  auto message = parser.release();
  const bool keep_alive = message.keep_alive() && !stopping;
  const Request request{std::string(message.method_string()), std::string(message.target()),
                        std::move(message.body())};
  write(connection.socket, call(handler, request), keep_alive);
  return keep_alive;
}

void Server::Loop::stop() {
  if (stopping.exchange(true)) return;
  // Wakes accept() without racing it: a shutdown of a listening socket ends the wait.
  ::shutdown(acceptor.native_handle(), SHUT_RDWR);
  if (accepting.joinable()) accepting.join();
  ::unlink(path.address().c_str());
  const std::lock_guard lock(mutex);
  for (Connection& connection : connections) {
    // An idle connection waits for a request that now will not come.
    ::shutdown(connection.socket.native_handle(), SHUT_RD);
  }
  for (Connection& connection : connections) connection.thread.join();
  connections.clear();
}

Server::Server(std::filesystem::path socket, Handler handler)
    : loop_(std::make_unique<Loop>(std::move(socket), std::move(handler))) {
  loop_->listen();
}

Server::~Server() { stop(); }

void Server::stop() { loop_->stop(); }

}  // namespace reglament::http
