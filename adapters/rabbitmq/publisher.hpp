// Publishes with confirms: many under way, none forgotten. What is not confirmed when the
// connection is lost is sent again over the next one, in its old order; so a message may arrive
// twice, and is never lost while this object lives.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/rabbitmq/link.hpp"

namespace reglament::rabbitmq {

struct Posting {
  Mail mail;
  // The owner's own.
  std::uint64_t id{};
  std::uint64_t delivery{};
  std::uint64_t connection{};
};

struct PublisherSettings {
  Channel channel = 1;
  std::size_t window = 1'000;                    // unconfirmed messages at most
  std::size_t window_bytes = 4UL * 1024 * 1024;  // their bodies, or one message
};

class Publisher {
 public:
  // Each posting comes back here once, on the link's thread, when the server has it safe on disk,
  // or no queue wants it: then with the server's reason.
  using OnDone = std::function<void(Posting posting, const std::string& unroutable)>;
  // Before a posting is sent, each time; may complete it for this connection.
  using OnSend = std::function<void(Connection& connection, Mail& mail)>;

  Publisher(PublisherSettings settings, std::shared_ptr<Waker> waker, OnDone on_done,
            OnSend on_send = {});

  // From any thread.
  void add(Posting posting);
  void add(std::vector<Posting> postings);

  // As Link::Service has them.
  void connected(Connection& connection);
  bool serve(Connection& connection);
  void received(const Confirmed& confirmed);
  void received(const Returned& returned);
  void received(const Blocked& blocked) { is_blocked_ = blocked.blocked; }
  void lost();
  [[nodiscard]] bool is_blocked() const { return is_blocked_; }
  // The message that has waited for its confirmation the longest, where that is longer than
  // `at_most`. Null: there is none, or the server has said that it takes nothing.
  [[nodiscard]] const Mail* overdue(std::chrono::milliseconds at_most) const;

 private:
  struct UnderWay {
    Posting posting;
    std::chrono::steady_clock::time_point sent_at;
    std::string unroutable = {};
    bool is_done = false;
  };

  void fetch();
  void finish(UnderWay& one, bool taken);

  const PublisherSettings settings_;
  const std::shared_ptr<Waker> waker_;
  const OnDone on_done_;
  const OnSend on_send_;

  std::mutex mutex_;
  std::vector<Posting> added_;  // under mutex_

  // The link's thread only.
  std::deque<Posting> waiting_;
  std::deque<UnderWay> under_way_;  // in the order of sending
  std::uint64_t first_number_ = 1;  // the server's number of under_way_.front()
  std::size_t bytes_under_way_ = 0;
  bool is_blocked_ = false;
};

}  // namespace reglament::rabbitmq
