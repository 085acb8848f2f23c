// RabbitMQ under the contract of all brokers, on a real server.
#include <gtest/gtest.h>

#include <algorithm>
#include <unordered_map>

#include "tests/contract/broker_contract.hpp"
#include "tests/support/rabbit_agency.hpp"

namespace reglament::contract {
namespace {

using rabbitmq::RabbitBroker;
using rabbitmq::RabbitDesk;
using testing::LocalRabbit;
using testing::RabbitAgency;

LocalRabbit& server() {
  static LocalRabbit server;
  return server;
}

// The desks of several offices as one; each connects as its own user.
class ManyDesks final : public DeskChannel {
 public:
  ManyDesks(const RabbitAgency& agency, const std::vector<std::string>& offices)
      : offices_(offices) {
    for (const std::string& office : offices) {
      auto settings = agency.desk_settings(office);
      settings.prefetch = 250;  // some tests settle nothing
      desks_.push_back(std::make_unique<RabbitDesk>(std::move(settings)));
    }
  }

  std::vector<TaskDelivery> take(std::size_t limit) override {
    std::vector<TaskDelivery> taken;
    for (const auto& desk : desks_) {
      for (TaskDelivery& one : desk->take(limit - taken.size())) {
        places_[++last_tag_] = {desk.get(), one.tag};
        one.tag = last_tag_;
        taken.push_back(std::move(one));
      }
    }
    return taken;
  }
  void settle(std::span<const std::uint64_t> tags) override {
    for (const std::uint64_t tag : tags) static_cast<void>(place(tag));
    for (const std::uint64_t tag : tags) place(tag).first->settle(std::vector{place(tag).second});
  }
  void give_back(std::uint64_t tag) override { place(tag).first->give_back(place(tag).second); }
  void answer(Answer answer, std::function<void(const Verdict&)> on_verdict) override {
    const auto found = std::ranges::find(offices_, answer.office);
    const auto index = found == offices_.end() ? 0 : found - offices_.begin();
    desks_[static_cast<std::size_t>(index)]->answer(std::move(answer), std::move(on_verdict));
  }
  std::vector<Revocation> take_revoked() override {
    return gather<Revocation>([](RabbitDesk& desk) { return desk.take_revoked(); });
  }
  std::vector<Notice> take_notices() override {
    return gather<Notice>([](RabbitDesk& desk) { return desk.take_notices(); });
  }

 private:
  // A tag that was not given out is unknown to the first desk too.
  std::pair<RabbitDesk*, std::uint64_t> place(std::uint64_t tag) const {
    const auto found = places_.find(tag);
    return found == places_.end() ? std::pair(desks_.front().get(), std::uint64_t{0})
                                  : found->second;
  }
  template <class News, class Take>
  std::vector<News> gather(Take take) {
    std::vector<News> all;
    for (const auto& desk : desks_) std::ranges::move(take(*desk), std::back_inserter(all));
    return all;
  }

  const std::vector<std::string> offices_;
  std::vector<std::unique_ptr<RabbitDesk>> desks_;
  std::unordered_map<std::uint64_t, std::pair<RabbitDesk*, std::uint64_t>> places_;
  std::uint64_t last_tag_ = 0;
};

// The engine's side, and desks beside it where the contract asks the broker for one.
class WholeBroker final : public Broker {
 public:
  WholeBroker() : agency_(server(), kOffices) {
    constexpr std::uint32_t kMany = 100'000;  // desks die often in these tests
    agency_.declare(kMany);
    auto settings = agency_.broker_settings();
    settings.delivery_limit = kMany;
    engine_ = std::make_unique<RabbitBroker>(std::move(settings));
  }

  bool is_durable() const override { return engine_->is_durable(); }
  void publish(std::span<const OutboxMessage> messages) override { engine_->publish(messages); }
  std::uint64_t confirmed_through() const override { return engine_->confirmed_through(); }
  void set_answer_sink(AnswerSink sink) override { engine_->set_answer_sink(std::move(sink)); }
  void set_filing_sink(FilingSink sink) override { engine_->set_filing_sink(std::move(sink)); }
  std::unique_ptr<DeskChannel> open_desk(std::vector<std::string> offices) override {
    return std::make_unique<ManyDesks>(agency_, offices.empty() ? kOffices : offices);
  }

 private:
  RabbitAgency agency_;
  std::unique_ptr<RabbitBroker> engine_;
};

INSTANTIATE_TEST_SUITE_P(RabbitMq, BrokerContract,
                         ::testing::Values(BrokerUnderTest{
                             .name = "RabbitMq",
                             .make = [] { return std::make_unique<WholeBroker>(); },
                             .load = 2'000,
                             .keeps_places = false}),
                         [](const auto& broker) { return broker.param.name; });

TEST(RabbitBroker, LeavesDesksToTheUsersOfTheirOffices) {
  const RabbitAgency agency(server(), {});
  RabbitBroker broker(agency.broker_settings());
  EXPECT_TRUE(broker.is_durable());
  EXPECT_THROW(static_cast<void>(broker.open_desk({})), BadConfiguration);
}

}  // namespace
}  // namespace reglament::contract
