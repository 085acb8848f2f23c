// The state of the embedded broker: which task is where. One mutex guards all of it; what it guards
// is small and never waits.
//
// A task is in exactly one place:
//   waiting   in the line of its office
//   held      a delivery of a channel; an answer to it may be under way
//   orphaned  its channel is gone and an answer to it is under way
//   dead      set aside as a dead letter
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/embedded_broker/embedded_broker.hpp"
#include "adapters/embedded_broker/waiting_line.hpp"
#include "engine/runtime/broker.hpp"

namespace reglament {

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  struct Office;
  struct Channel;

  struct TaskKey {
    CaseNumber case_number{};
    std::uint32_t task{};
    bool operator==(const TaskKey&) const = default;
  };

  struct Item {
    TaskMessage task;
    Office* office{};
    std::uint64_t position{};
    std::uint32_t deliveries{};
    std::uint32_t losses{};  // returns by channels that went away
    enum class Place : std::uint8_t { waiting, held, orphaned, dead } place{};
    Channel* holder{};       // where held
    std::uint64_t tag{};     // where held
    std::uint64_t answer{};  // the number of the answer under way; 0: none
  };

  // The positions of the oldest waiting tasks of the offices that have any.
  using Ready = std::set<std::pair<std::uint64_t, Office*>>;

  struct Office {
    std::string id;
    WaitingLine<Item> line;
    std::uint64_t ready_at = 0;  // its position in Ready; 0: not there
    Ready::node_type spare;      // of Ready, while it is not there
    std::deque<Notice> notices;
    bool has_noticed = false;  // it is in `noticed_`
  };

  struct Delivery {
    Item* item{};  // null: revoked, and the channel was not told yet
    TaskKey key;
    const Office* office{};
  };

  struct Channel {
    std::vector<Office*> offices;  // empty: all
    std::unordered_map<std::uint64_t, Delivery> deliveries;
    std::vector<std::uint64_t> revoked;
    std::uint64_t last_tag = 0;
  };

  explicit Exchange(EmbeddedBrokerSettings settings) : settings_(settings) {}

  void publish(std::span<const OutboxMessage> messages);
  [[nodiscard]] std::uint64_t confirmed_through() const { return confirmed_through_; }
  void set_answer_sink(Broker::AnswerSink sink);
  [[nodiscard]] std::size_t tasks() const;
  [[nodiscard]] std::vector<TaskMessage> dead_letters() const;
  bool put_back(TaskKey key);

  void open(Channel& channel, const std::vector<std::string>& offices);
  void close(Channel& channel);
  [[nodiscard]] std::vector<TaskDelivery> take(Channel& channel, std::size_t limit);
  void answer(Channel& channel, std::uint64_t tag, Answer answer,
              std::function<void(const Verdict&)> on_verdict);
  void give_back(Channel& channel, std::uint64_t tag);
  [[nodiscard]] std::vector<std::uint64_t> take_revoked(Channel& channel);
  [[nodiscard]] std::vector<Notice> take_notices(Channel& channel);

 private:
  class AnswerUnderWay;
  enum class Settlement { accepted, rejected, failed, not_sent };

  struct TaskKeyHash {
    std::size_t operator()(const TaskKey& key) const {
      return static_cast<std::size_t>((key.case_number << 8U ^ key.task) * 0x9E3779B97F4A7C15U);
    }
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  // All below are called with the mutex held.
  void accept(const TaskMessage& task);
  void accept(const Revocation& revocation);
  void accept(const Notice& notice);
  void replace(Item& item, const TaskMessage& task);
  [[nodiscard]] Office& office(std::string_view id);
  [[nodiscard]] Office* oldest_ready(const Channel& channel) const;
  [[nodiscard]] TaskDelivery hand_out(Item& item, Channel& channel);
  void let_wait(Item& item);
  void lose(Item& item);
  void take_from_holder(Item& item);
  void forget(Item& item);
  void refresh(Office& office);
  [[nodiscard]] Delivery& delivery(Channel& channel, std::uint64_t tag) const;

  // Takes the mutex itself.
  void settle(TaskKey key, std::uint64_t answer, Settlement settlement);

  const EmbeddedBrokerSettings settings_;
  std::atomic<std::uint64_t> confirmed_through_ = 0;

  // Guarded by mutex_. Nodes of the maps do not move, so tasks and offices are pointed to.
  mutable std::mutex mutex_;
  std::shared_ptr<const Broker::AnswerSink> sink_;
  std::unordered_map<TaskKey, Item, TaskKeyHash> items_;
  std::unordered_map<std::string, Office, TextHash, std::equal_to<>> offices_;
  Ready ready_;
  std::map<std::uint64_t, Item*> dead_;  // by position
  std::vector<Office*> noticed_;         // offices with notices, and perhaps some without
  std::uint64_t last_position_ = 0;
  std::uint64_t last_answer_ = 0;
};

}  // namespace reglament
