#include "adapters/embedded_broker/embedded_broker.hpp"

#include <utility>

#include "adapters/embedded_broker/exchange.hpp"

namespace reglament {
namespace {

class EmbeddedDesk : public DeskChannel {
 public:
  EmbeddedDesk(std::shared_ptr<Exchange> exchange, const std::vector<std::string>& offices)
      : exchange_(std::move(exchange)) {
    exchange_->open(channel_, offices);
  }
  ~EmbeddedDesk() override { exchange_->close(channel_); }

  [[nodiscard]] std::vector<TaskDelivery> take(std::size_t limit) override {
    return exchange_->take(channel_, limit);
  }
  void settle(std::span<const std::uint64_t> tags) override { exchange_->settle(channel_, tags); }
  void give_back(std::uint64_t tag) override { exchange_->give_back(channel_, tag); }
  void answer(Answer answer, std::function<void(const Verdict&)> on_verdict) override {
    exchange_->answer(channel_, std::move(answer), std::move(on_verdict));
  }
  [[nodiscard]] std::vector<Revocation> take_revoked() override {
    return exchange_->take_revoked(channel_);
  }
  [[nodiscard]] std::vector<Notice> take_notices() override {
    return exchange_->take_notices(channel_);
  }

 private:
  const std::shared_ptr<Exchange> exchange_;
  Exchange::Channel channel_;
};

}  // namespace

EmbeddedBroker::EmbeddedBroker(EmbeddedBrokerSettings settings)
    : exchange_(std::make_shared<Exchange>(settings)) {}
EmbeddedBroker::~EmbeddedBroker() = default;

void EmbeddedBroker::publish(std::span<const OutboxMessage> messages) {
  exchange_->publish(messages);
}

std::uint64_t EmbeddedBroker::confirmed_through() const { return exchange_->confirmed_through(); }

void EmbeddedBroker::set_answer_sink(AnswerSink sink) {
  exchange_->set_answer_sink(std::move(sink));
}

std::unique_ptr<DeskChannel> EmbeddedBroker::open_desk(std::vector<std::string> offices) {
  return std::make_unique<EmbeddedDesk>(exchange_, offices);
}

std::size_t EmbeddedBroker::tasks() const { return exchange_->tasks(); }

std::vector<TaskMessage> EmbeddedBroker::dead_letters() const { return exchange_->dead_letters(); }

bool EmbeddedBroker::put_back(CaseNumber case_number, std::uint32_t task) {
  return exchange_->put_back({case_number, task});
}

}  // namespace reglament
