#include "tests/support/cutting_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace reglament::testing {
namespace {

constexpr int kTickMilliseconds = 10;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int connect_to(int port) {
  const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return server;
  }
  close(server);
  return -1;
}

bool send_all(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// A simple Query message: 'Q', length 11, text (PostgreSQL 15, chapter 55.7).
constexpr std::string_view kCommit(
    "Q\0\0\0\x0B"
    "COMMIT\0",
    12);

// Class 60, method 40: basic.publish (AMQP 0-9-1, chapter 1.8.3.7).
std::uint64_t count_publishes(std::string_view bytes) {
  constexpr std::string_view method("\0\x3C\0\x28", 4);
  std::uint64_t count = 0;
  for (auto at = bytes.find(method); at != bytes.npos; at = bytes.find(method, at + 1)) ++count;
  return count;
}

}  // namespace

CuttingProxy::CuttingProxy(int server_port) : server_port_(server_port) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 8) != 0) {
    fail("listen");
  }
  socklen_t size = sizeof address;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept_until_stopped(); });
}

CuttingProxy::~CuttingProxy() {
  stopping_ = true;
  accepting_.join();
  close(listener_);
}

void CuttingProxy::accept_until_stopped() {
  std::vector<std::thread> serving;
  while (!stopping_) {
    pollfd ready{listener_, POLLIN, 0};
    if (poll(&ready, 1, kTickMilliseconds) <= 0) continue;
    const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) serving.emplace_back([this, client] { serve(client); });
  }
  for (std::thread& thread : serving) thread.join();
}

void CuttingProxy::cut_next_before(std::string text) {
  const std::lock_guard lock(mutex_);
  cut_before_ = std::move(text);
}

std::size_t CuttingProxy::uncut(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  const std::size_t place = cut_before_.empty() ? bytes.npos : bytes.find(cut_before_);
  if (place == bytes.npos) return bytes.size();
  cut_before_.clear();
  ++cuts_;
  return place;
}

bool CuttingProxy::wait_out_delay(unsigned generation) const {
  const auto until = std::chrono::steady_clock::now() + delay_.load();
  while (std::chrono::steady_clock::now() < until) {
    if (stopping_ || generation_ != generation) return false;
    poll(nullptr, 0, 1);
  }
  return true;
}

// Forwards until one side ends, or the connection is cut.
void CuttingProxy::serve(int client) {
  const unsigned generation = generation_;
  const int server = refused_ ? -1 : connect_to(server_port_);
  std::array<char, 1U << 16U> buffer{};
  bool answer_is_cut = false;
  bool cut_for_good = false;
  while (server >= 0 && !stopping_ && !refused_ && generation_ == generation) {
    const Flow flow = flow_;
    // A file number below zero is not looked at.
    std::array<pollfd, 2> ends{{{flow == Flow::neither ? -1 : client, POLLIN, 0},
                                {flow == Flow::both_ways ? server : -1, POLLIN, 0}}};
    if (poll(ends.data(), ends.size(), kTickMilliseconds) <= 0) continue;
    const bool from_client = ends[0].revents != 0;
    const ssize_t size = recv(from_client ? client : server, buffer.data(), buffer.size(), 0);
    if (size <= 0) break;
    const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
    // libpq sends a short query at once and alone.
    if (from_client && bytes == kCommit) {
      const Cut cut = cut_.exchange(Cut::nothing);
      if (cut != Cut::nothing) ++cuts_;
      if (cut == Cut::before_commit) break;
      answer_is_cut = cut != Cut::nothing;
      cut_for_good = cut == Cut::after_commit_for_good;
    }
    if (!from_client && answer_is_cut) {
      refused_ = cut_for_good;
      break;
    }
    const std::string_view sent = bytes.substr(0, from_client ? uncut(bytes) : bytes.size());
    if (!wait_out_delay(generation) || !send_all(from_client ? server : client, sent)) break;
    if (sent.size() < bytes.size()) break;
    if (from_client) publishes_ += count_publishes(bytes);
  }
  if (server >= 0) close(server);
  close(client);
}

}  // namespace reglament::testing
