// The port to the message broker, seen from the engine and from a desk.
//
// Delivery is at least once in both directions; that an effect happens once is the engine's doing
// (inbox, task attempts). A broker is a cache of the outbox, never the truth.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/casework/occasion.hpp"
#include "engine/runtime/message.hpp"

namespace reglament {

// What became of an answer: nothing where it was accepted.
using Verdict = std::optional<Rejection>;

struct TaskDelivery {
  std::uint64_t tag{};  // of this delivery, within its channel
  TaskMessage task;
  std::uint32_t deliveries{};  // how often it was handed out, this time included
};

// What a desk does at the broker. Used from one thread.
class DeskChannel {
 public:
  DeskChannel() = default;
  DeskChannel(const DeskChannel&) = delete;
  DeskChannel& operator=(const DeskChannel&) = delete;
  // Deliveries that were neither answered nor refused go back to their queues, to their old place.
  virtual ~DeskChannel() = default;

  // Waiting tasks of this channel's offices, the oldest first, at most `limit`; empty where none.
  [[nodiscard]] virtual std::vector<TaskDelivery> take(std::size_t limit) = 0;

  // Sends the outcome of a delivery. `on_verdict` is called once, from any thread, when the engine
  // has committed what follows. Accepted: the delivery is done. Rejected: the delivery stays with
  // this channel, to be answered otherwise or given back. Throws BadInput for an unknown tag.
  virtual void answer(std::uint64_t tag, Answer answer,
                      std::function<void(const Verdict&)> on_verdict) = 0;

  // Gives a delivery back to its queue.
  virtual void give_back(std::uint64_t tag) = 0;

  // Revoked tasks among this channel's deliveries since the last call: their tags, now invalid.
  [[nodiscard]] virtual std::vector<std::uint64_t> take_revoked() = 0;
  [[nodiscard]] virtual std::vector<Notice> take_notices() = 0;
};

class Broker {
 public:
  Broker() = default;
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;
  virtual ~Broker() = default;

  // Whether messages outlive this process. Where not, the engine offers every open task again at
  // its start.
  [[nodiscard]] virtual bool is_durable() const = 0;

  // Takes over the messages. They are the broker's when `confirmed_through` has reached their ids;
  // what cannot be delivered now is sent again by the adapter, and stays in the outbox meanwhile.
  // A message with id 0 was not in the outbox and needs no confirmation.
  virtual void publish(std::span<const OutboxMessage> messages) = 0;
  // Every message up to this id has arrived; 0 before the first.
  [[nodiscard]] virtual std::uint64_t confirmed_through() const = 0;

  // Where answers go: set by the engine before the first desk is opened, and to nothing when it
  // stops: an answer is then refused as Unavailable. The sink calls
  // `on_verdict` when the answer's consequence is durable. Where it failed with a fault the sink
  // drops `on_verdict` uncalled: the delivery goes back, and the answer is to be sent again.
  using AnswerSink = std::function<void(Answer, std::function<void(const Verdict&)> on_verdict)>;
  virtual void set_answer_sink(AnswerSink sink) = 0;

  // A desk working for these offices; empty: for all. Several desks may share an office.
  [[nodiscard]] virtual std::unique_ptr<DeskChannel> open_desk(
      std::vector<std::string> offices) = 0;

  // Tasks waiting or with a desk, over all offices.
  [[nodiscard]] virtual std::size_t tasks() const = 0;
};

}  // namespace reglament
