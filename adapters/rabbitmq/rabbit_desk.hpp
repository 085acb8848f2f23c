// The desk of one office on RabbitMQ: reads desk.<office> as the office's own user, and sends what
// it answers to the partitions.
//
//   - Up to `prefetch` deliveries are unsettled at a time. RabbitMQ ends a connection that keeps
//     one for 30 minutes, so a desk settles what it takes and keeps it itself.
//   - After a lost connection the unsettled deliveries come again, with new tags and counted up;
//     settling or giving back the old ones is passed over. Answers without a verdict are sent
//     again; the engine gives the same verdict to both.
//   - Revocations and notices are acknowledged at the call after the one that handed them out, so
//     a desk that dies in between gets them again.
//   - What is not for this office, or cannot be read, is refused: it goes to the dead letters.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/rabbitmq/acknowledgements.hpp"
#include "adapters/rabbitmq/correspondence.hpp"
#include "adapters/rabbitmq/link.hpp"
#include "engine/runtime/broker.hpp"

namespace reglament::rabbitmq {

struct RabbitDeskSettings {
  Address address;  // the vhost of the office's agency, as the office's user
  std::string office;
  std::uint16_t prefetch = 250;
  LinkSettings link;
  // Called on the link's thread when there is something to take; may be empty.
  std::function<void()> on_arrival = {};
};

class RabbitDesk final : public DeskChannel, private Link::Service {
 public:
  // Connects. Throws Unavailable, BadConfiguration.
  explicit RabbitDesk(RabbitDeskSettings settings);
  ~RabbitDesk() override;

  [[nodiscard]] std::vector<TaskDelivery> take(std::size_t limit) override;
  void settle(std::span<const std::uint64_t> tags) override;
  void give_back(std::uint64_t tag) override;
  void answer(Answer answer, std::function<void(const Verdict&)> on_verdict) override;
  [[nodiscard]] std::vector<Revocation> take_revoked() override;
  [[nodiscard]] std::vector<Notice> take_notices() override;

  // Answers on their way, or with the engine.
  [[nodiscard]] std::size_t unanswered() const { return correspondence_.unanswered(); }

 private:
  using TaskKey = std::pair<CaseNumber, std::uint32_t>;
  // A delivery at the server, within one connection.
  struct Receipt {
    std::uint64_t connection{};
    std::uint64_t tag{};
  };
  struct Unsettled {
    Receipt receipt;
    TaskKey task;
  };
  struct Waiting {
    Receipt receipt;
    TaskMessage task;
    std::uint32_t deliveries{};
  };
  enum class End : std::uint8_t { settled, given_back, refused };

  void connected(Connection& connection) override;
  void received(Event event) override;
  bool serve(Connection& connection) override;
  void lost() override;

  void take_delivery(Delivered delivered);
  void take_verdict(const std::string& body, TaskKey task,
                    const std::function<void(const Verdict&)>& on_verdict);
  void refuse(const Receipt& receipt, const std::string& why);
  // With the mutex held.
  void end(std::uint64_t tag, End how);
  void settle_all(TaskKey task);
  template <class News>
  std::vector<News> hand_out(std::deque<std::pair<Receipt, News>>& news,
                             std::vector<Receipt>& handed_out);

  const RabbitDeskSettings settings_;
  Link link_;
  Correspondence correspondence_;
  Acknowledgements acknowledgements_;  // the link's thread only

  mutable std::mutex mutex_;
  // Under mutex_.
  std::uint64_t connection_ = 0;
  std::uint64_t last_tag_ = 0;
  std::deque<Waiting> waiting_;
  std::unordered_map<std::uint64_t, Unsettled> unsettled_;  // by our tag
  std::multimap<TaskKey, std::uint64_t> by_task_;           // of unsettled_
  std::deque<std::pair<Receipt, Revocation>> revocations_;
  std::deque<std::pair<Receipt, Notice>> notices_;
  std::vector<Receipt> revocations_handed_out_;
  std::vector<Receipt> notices_handed_out_;
  std::vector<std::pair<Receipt, End>> ended_;
};

}  // namespace reglament::rabbitmq
