// The port to the message broker, seen from the engine and from a desk.
//
// Delivery is at least once in both directions; that an effect happens once is the engine's doing
// (inbox, task attempts). A broker is a cache of the outbox, never the truth.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/casework/occasion.hpp"
#include "engine/runtime/filing_reply.hpp"
#include "engine/runtime/message.hpp"

namespace reglament {

// What became of an answer: nothing where it was accepted.
using Verdict = std::optional<Rejection>;

struct TaskDelivery {
  std::uint64_t tag{};  // of this delivery, within its channel; from 1
  TaskMessage task;
  std::uint32_t deliveries{};  // how often it was handed out, this time included
};

// What a desk does at the broker. Used from one thread.
//
// A delivery is unsettled until it is settled, given back, revoked, or its task is answered by this
// channel and accepted. A desk that keeps its tasks itself settles each when it has stored it, and
// answers days later, perhaps over another channel; one that keeps nothing answers what it holds.
class DeskChannel {
 public:
  DeskChannel() = default;
  DeskChannel(const DeskChannel&) = delete;
  DeskChannel& operator=(const DeskChannel&) = delete;
  // Unsettled deliveries go back to their queues.
  virtual ~DeskChannel() = default;

  // Waiting tasks of this channel's offices, the oldest first, at most `limit`; empty where none.
  [[nodiscard]] virtual std::vector<TaskDelivery> take(std::size_t limit) = 0;

  // The desk has stored these deliveries: the broker forgets them. A tag that is settled already is
  // passed over; one that this channel never gave out throws BadInput.
  virtual void settle(std::span<const std::uint64_t> tags) = 0;
  // Gives a delivery back to its queue; otherwise as settle.
  virtual void give_back(std::uint64_t tag) = 0;

  // Sends the outcome of a task, delivered by this channel or by another one, long ago. It speaks
  // for the office that it names, which must be one of this channel's: else the engine is told a
  // name that is no office's, and rejects it on the record. `on_verdict` is called once, from any
  // thread, when the engine has committed what follows; it is dropped uncalled where the engine
  // could not decide, and the answer is to be sent again. Rejected: the task is still to be
  // answered otherwise.
  virtual void answer(Answer answer, std::function<void(const Verdict&)> on_verdict) = 0;

  // What was revoked since the last call, among what these offices hold or have held.
  [[nodiscard]] virtual std::vector<Revocation> take_revoked() = 0;
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
  // stops: an answer is then refused as Unavailable. The sink calls `on_verdict` when the answer's
  // consequence is durable. Where it failed with a fault the sink throws, or drops `on_verdict`
  // uncalled, and nothing has happened.
  using AnswerSink = std::function<void(Answer, std::function<void(const Verdict&)> on_verdict)>;
  virtual void set_answer_sink(AnswerSink sink) = 0;

  // Where filings go that come over the broker; a broker without such clients ignores it.
  using FilingSink = std::function<void(
      Filing, std::function<void(std::exception_ptr fault, const FilingReply&)> on_filed)>;
  virtual void set_filing_sink(FilingSink sink) = 0;

  // A desk working for these offices; empty: for all. Several desks may share an office.
  [[nodiscard]] virtual std::unique_ptr<DeskChannel> open_desk(
      std::vector<std::string> offices) = 0;
};

}  // namespace reglament
