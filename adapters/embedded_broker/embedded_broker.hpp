// The broker inside the process: nothing to install, nothing to lose that the store does not have.
//
// What the port (engine/runtime/broker.hpp) leaves open is decided here:
//   - A task is known by (case, ordinal). Published again with the same or a lower attempt it is
//     dropped, for the engine offers every open task again at its start. A higher attempt replaces
//     the lower one and keeps its place; a desk that held the lower one finds it revoked.
//   - An answer speaks for the office of its delivery, whatever it says itself, and names that
//     delivery's case and task, else BadInput. So is a second answer while one is under way.
//   - A revoked delivery can be answered until take_revoked has told of it: such an answer crosses
//     the revocation, and it is the engine that rejects it, on the record.
//   - An answer ends with a fault where the sink throws, which `answer` passes on and the delivery
//     stays, or where the sink drops `on_verdict` uncalled: then the delivery goes back to its
//     queue and is among the revoked ones; its `on_verdict` is not called.
//   - A channel that goes away while an answer is under way gives that task back only when the
//     answer was rejected or failed.
//   - A notice goes to the office that is its recipient, one to "head" to the office concerned.
//     Each is handed out once. Notices to the applicant are not for desks. Of those that nobody
//     fetches the newest are kept: the history has them all.
//
// Every function may be called from any thread; a channel is used from one thread at a time. The
// answer sink and `on_verdict` are called without a lock held. Channels may outlive the broker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/runtime/broker.hpp"

namespace reglament {

class Exchange;

struct EmbeddedBrokerSettings {
  // After so many returns by channels that went away a task is set aside as a dead letter. None by
  // default: a desk of this process that goes away with tasks takes the process with it.
  std::optional<std::uint32_t> delivery_limit = std::nullopt;
  std::size_t notices_kept = 1'000;  // for each office
};

class EmbeddedBroker : public Broker {
 public:
  explicit EmbeddedBroker(EmbeddedBrokerSettings settings = {});
  ~EmbeddedBroker() override;

  [[nodiscard]] bool is_durable() const override { return false; }
  void publish(std::span<const OutboxMessage> messages) override;
  [[nodiscard]] std::uint64_t confirmed_through() const override;
  void set_answer_sink(AnswerSink sink) override;
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string> offices) override;
  // Dead letters are neither waiting nor with a desk, so they are not counted.
  [[nodiscard]] std::size_t tasks() const override;

  // The oldest first.
  [[nodiscard]] std::vector<TaskMessage> dead_letters() const;
  // Lets a dead letter wait again, at its old place and with its returns forgotten. False where
  // there is none of that case and task.
  bool put_back(CaseNumber case_number, std::uint32_t task);

 private:
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace reglament
