// A broker that only keeps what the engine publishes, and confirms it at once.
#pragma once

#include <mutex>
#include <vector>

#include "engine/runtime/broker.hpp"

namespace reglament::testing {

class RecordingBroker final : public Broker {
 public:
  explicit RecordingBroker(bool durable = false) : durable_(durable) {}

  [[nodiscard]] bool is_durable() const override { return durable_; }
  void publish(std::span<const OutboxMessage> messages) override;
  [[nodiscard]] std::uint64_t confirmed_through() const override;
  void set_answer_sink(AnswerSink sink) override { sink_ = std::move(sink); }
  void set_filing_sink(FilingSink) override {}
  [[nodiscard]] std::unique_ptr<DeskChannel> open_desk(std::vector<std::string> offices) override;

  // Everything published so far, in order; and of it the tasks.
  [[nodiscard]] std::vector<OutboxMessage> published() const;
  [[nodiscard]] std::vector<TaskMessage> taken_tasks() const;
  [[nodiscard]] std::vector<Notice> notices() const;
  [[nodiscard]] const AnswerSink& sink() const { return sink_; }

 private:
  const bool durable_;
  AnswerSink sink_;
  mutable std::mutex mutex_;
  std::vector<OutboxMessage> published_;
};

}  // namespace reglament::testing
