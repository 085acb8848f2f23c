// The broker inside the process: nothing to install, nothing to lose that the store does not have.
//
// What the port (engine/runtime/broker.hpp) leaves open is decided here:
//   - A task is known by (case, ordinal). Published again with the same or a lower attempt it is
//     dropped, for the engine offers every open task again at its start. A higher attempt replaces
//     the lower one and keeps its place; a desk that held the lower one gets the higher by `take`.
//   - A settled task is forgotten. Never answered it comes again when the engine offers it anew.
//   - An answer for an office that is not of its channel reaches the engine as one of "desk:" and
//     the channel's first office. Accepted, it ends its task wherever that is.
//   - A revocation of a delivery is for the channel that holds it; one of a task that the broker
//     does not have goes to the office, as a notice does. A waiting task goes without a word.
//   - An answer ends with a fault where the sink throws, which `answer` passes on and the delivery
//     stays, or where the sink drops `on_verdict` uncalled: then a delivery that its channel still
//     holds goes back to its queue.
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
  std::size_t notices_kept = 1'000;  // for each office; likewise revocations
};

class EmbeddedBroker : public Broker {
 public:
  explicit EmbeddedBroker(EmbeddedBrokerSettings settings = {});
  ~EmbeddedBroker() override;

  [[nodiscard]] bool is_durable() const override { return false; }
  void publish(std::span<const OutboxMessage> messages) override;
  [[nodiscard]] std::uint64_t confirmed_through() const override;
  void set_answer_sink(AnswerSink sink) override;
  // Nobody files over this broker: whoever could is in this process, and has the engine.
  void set_filing_sink(FilingSink) override {}
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string> offices) override;

  // Tasks waiting or unsettled with a desk, over all offices. Dead letters are neither.
  [[nodiscard]] std::size_t tasks() const;

  // The oldest first.
  [[nodiscard]] std::vector<TaskMessage> dead_letters() const;
  // Lets a dead letter wait again, at its old place and with its returns forgotten. False where
  // there is none of that case and task.
  bool put_back(CaseNumber case_number, std::uint32_t task);

 private:
  std::shared_ptr<Exchange> exchange_;
};

}  // namespace reglament
