// The engine's connection to one agency's virtual host: publishes what offices are to get, and
// reads what they send to the partitions.
//
//   - The office of an outcome is the one that its user speaks for. The user is the AMQP property
//     user_id, which RabbitMQ has checked; of a dead letter that was put back by the engine's own
//     user it is the one noted then. Where the outcome names another office, the engine is told the
//     user in its place: no office has that name, so it rejects the outcome on the record.
//   - A delivery is acknowledged when its consequence is durable and what its sender is told is on
//     its way. Where the engine fails with a fault it is handed over again after a pause, and not
//     given back: it would count as a return.
//   - What cannot be read goes to the dead letters with the reason, then it is acknowledged.
//   - A verdict goes to reply_to only where that is a direct reply address; a queue's name would
//     let an office write into the queue of another, and RabbitMQ ends our connection over an
//     address that it cannot read. It also does over one of a node that is gone, which nobody can
//     tell from here: so what has come back several times gets no reply there any more. Its asker
//     asks again and is answered then. A verdict bears the address, which its asker may name later
//     itself; it holds a random key of RabbitMQ, so nobody else can.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "adapters/rabbitmq/acknowledgements.hpp"
#include "adapters/rabbitmq/confirmations.hpp"
#include "adapters/rabbitmq/link.hpp"
#include "adapters/rabbitmq/publisher.hpp"
#include "adapters/rabbitmq/replies.hpp"
#include "engine/runtime/broker.hpp"

namespace reglament::rabbitmq {

// Where occasions go. From any thread.
class Sinks {
 public:
  void set(Broker::AnswerSink sink);
  void set(Broker::FilingSink sink);
  [[nodiscard]] std::shared_ptr<const Broker::AnswerSink> answers() const;
  [[nodiscard]] std::shared_ptr<const Broker::FilingSink> filings() const;
  [[nodiscard]] bool are_set() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Broker::AnswerSink> answers_;  // under mutex_; null: none
  std::shared_ptr<const Broker::FilingSink> filings_;
};

struct AgencyLinkSettings {
  Address address;  // the agency's vhost, as the engine's user
  std::vector<LogId> partitions;
  std::uint32_t partition_count = 1;
  std::function<bool(const std::string& user, const std::string& office)> speaks_for;
  std::uint32_t delivery_limit{};
  std::uint16_t prefetch{};
  std::size_t window{};
  LinkSettings link;
};

class AgencyLink final : private Link::Service {
 public:
  AgencyLink(AgencyLinkSettings settings, Confirmations& confirmations, const Sinks& sinks);
  ~AgencyLink() override;

  // Connects; throws what the first attempt throws.
  void start() { link_.start(); }
  void publish(std::vector<Posting> postings) { publisher_.add(std::move(postings)); }
  void wake() { link_.waker()->wake(); }

 private:
  class InHand;
  struct Receipt {  // of a delivery
    std::uint64_t connection{};
    std::uint64_t tag{};  // 0: there was none
  };
  // What became of a delivery: a reply, or nothing: it is to be handed over again.
  struct Outcome {
    std::uint64_t connection{};
    Delivered delivered;
    std::string type = {};  // of the reply; empty: not decided
    bool is_rejection = false;
    std::string reply = {};  // an Envelope
  };
  // Filled by the engine's threads, even when this link is gone.
  struct Outcomes {
    explicit Outcomes(std::shared_ptr<Waker> of_link) : waker(std::move(of_link)) {}
    void add(Outcome outcome);
    std::vector<Outcome> take();

    const std::shared_ptr<Waker> waker;
    std::mutex mutex;
    std::vector<Outcome> all;  // under mutex
  };
  using Moment = std::chrono::steady_clock::time_point;

  void connected(Connection& connection) override;
  void received(Event event) override;
  bool serve(Connection& connection) override;
  void lost() override;

  void declare_desk_of(Connection& connection, const Mail& mail);
  void start_reading(Connection& connection);
  void take_published(Posting posting, const std::string& unroutable);
  void hand_over(Delivered delivered);
  void hand_over(Delivered delivered, Answer answer);
  void hand_over(Delivered delivered, Filing filing);
  void settle(Outcome outcome);
  void send_replies(Connection& connection);
  void acknowledge(Receipt receipt);
  void bury(Delivered delivered, const std::string& reason);
  void expect_partition(const Delivered& delivered, LogId partition) const;
  void repeat_what_is_due();
  void report_overdue();

  const AgencyLinkSettings settings_;
  Confirmations& confirmations_;
  const Sinks& sinks_;
  Link link_;
  Publisher publisher_;
  const std::shared_ptr<Outcomes> outcomes_;

  // The link's thread only.
  std::uint64_t connection_ = 1;
  bool is_reading_ = false;
  Acknowledgements acknowledgements_;
  std::set<std::string, std::less<>> declared_;      // offices, over this connection
  std::set<std::string, std::less<>> undeclarable_;  // offices, at all: we may not
  std::set<std::string, std::less<>> reported_;      // routing keys whose messages wait
  Replies replies_;
  std::vector<Receipt> replied_;  // acknowledged when the replies are on their way
  std::multimap<Moment, Posting> unroutable_;
  std::multimap<Moment, Delivered> failed_;
  bool has_fault_ = false;  // of the engine, and has told of it
};

}  // namespace reglament::rabbitmq
