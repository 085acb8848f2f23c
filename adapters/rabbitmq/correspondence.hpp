// Messages to the engine that are answered: an outcome by its verdict, a filing by its reply.
//
// A question is published with confirm, and its answer comes over RabbitMQ's direct reply-to, which
// leads to this connection only. A question whose answer has not come when the connection is lost
// is sent again; the engine takes it once, and answers as if it had not been sent before or says
// that it is a repeat.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "adapters/rabbitmq/publisher.hpp"
#include "engine/history/entry.hpp"

namespace reglament::rabbitmq {

class Correspondence {
 public:
  // `body` is an Envelope as it came.
  using OnAnswer = std::function<void(const std::string& body)>;

  static constexpr Channel channel = 1;

  Correspondence(std::shared_ptr<Waker> waker, std::function<void(const std::string&)> report);

  // From any thread. `question` needs its message_id, type and body; it goes to the partition.
  // `on_answer` is called once, on the link's thread, when the answer comes.
  void ask(LogId partition, Mail question, OnAnswer on_answer);
  [[nodiscard]] std::size_t unanswered() const;

  // As Link::Service has them. `received` takes what comes on the channel above, and Confirmed,
  // Returned, Blocked.
  void connected(Connection& connection);
  bool serve(Connection& connection);
  void received(Event event);
  void lost();

 private:
  struct Question {
    Posting posting;  // here while the server has it, else with the publisher
    OnAnswer on_answer;
    bool is_confirmed = false;
  };

  void take_confirmed(Posting posting, const std::string& unroutable);
  void take_delivered(const Mail& mail);
  void answer(const std::string& message_id, const std::string& body);

  const std::function<void(const std::string&)> report_;
  Publisher publisher_;
  // Where answers are to go: first what the broker puts our address in place of, which costs it as
  // much as a fifth of all else it does with a task and its outcome; then the address itself, which
  // stands in every answer. Of this connection, on the link's thread.
  std::string address_;
  std::vector<std::pair<std::chrono::steady_clock::time_point, Posting>> unroutable_;
  bool has_reported_ = false;

  mutable std::mutex mutex_;
  std::map<std::uint64_t, Question> questions_;           // under mutex_, by number
  std::multimap<std::string, std::uint64_t> by_message_;  // under mutex_
  std::uint64_t last_number_ = 0;                         // under mutex_
};

}  // namespace reglament::rabbitmq
