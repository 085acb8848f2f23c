// The state of the embedded broker: which task is where. One mutex guards all of it; what it guards
// is small and never waits.
//
// A task is in exactly one place:
//   waiting   in the line of its office
//   held      a delivery of a channel; an answer to it may be under way
//   orphaned  its channel is gone and an answer of it is under way
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
    Channel* holder{};        // where held
    std::uint64_t tag{};      // where held
    std::uint64_t life{};     // another one for each attempt
    std::uint32_t answers{};  // under way
  };

  // The positions of the oldest waiting tasks of the offices that have any.
  using Ready = std::set<std::pair<std::uint64_t, Office*>>;

  struct Office {
    std::string id;
    WaitingLine<Item> line;
    std::uint64_t ready_at = 0;  // its position in Ready; 0: not there
    Ready::node_type spare;      // of Ready, while it is not there
    std::deque<Notice> notices;
    std::deque<Revocation> revocations;  // of tasks that are not here
    bool has_news = false;               // it is in `with_news_`
  };

  struct Channel {
    std::vector<Office*> offices;                        // empty: all
    std::unordered_map<std::uint64_t, Item*> unsettled;  // by tag
    std::vector<Revocation> revoked;                     // of its deliveries
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
  void settle(Channel& channel, std::span<const std::uint64_t> tags);
  void give_back(Channel& channel, std::uint64_t tag);
  void answer(Channel& channel, Answer answer, std::function<void(const Verdict&)> on_verdict);
  [[nodiscard]] std::vector<Revocation> take_revoked(Channel& channel);
  [[nodiscard]] std::vector<Notice> take_notices(Channel& channel);

 private:
  class AnswerUnderWay;
  enum class End { accepted, rejected, failed, not_sent };

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
  void note_news(Office& office);
  void forget(Item& item);
  void refresh(Office& office);
  // Null where it is settled. Throws BadInput for a tag that was never given out.
  [[nodiscard]] static Item* unsettled(Channel& channel, std::uint64_t tag);
  [[nodiscard]] static bool speaks_for(const Channel& channel, std::string_view office);
  template <class News>
  [[nodiscard]] std::vector<News> take_news(Channel& channel, std::deque<News> Office::*news);

  // Takes the mutex itself. `channel` is only compared: it may be gone.
  void end_answer(TaskKey key, std::uint64_t life, const Channel* channel, End end);

  const EmbeddedBrokerSettings settings_;
  std::atomic<std::uint64_t> confirmed_through_ = 0;

  // Guarded by mutex_. Nodes of the maps do not move, so tasks and offices are pointed to.
  mutable std::mutex mutex_;
  std::shared_ptr<const Broker::AnswerSink> sink_;
  std::unordered_map<TaskKey, Item, TaskKeyHash> items_;
  std::unordered_map<std::string, Office, TextHash, std::equal_to<>> offices_;
  Ready ready_;
  std::map<std::uint64_t, Item*> dead_;  // by position
  std::vector<Office*> with_news_;       // offices with notices or revocations
  std::uint64_t last_position_ = 0;
  std::uint64_t last_life_ = 0;
};

}  // namespace reglament
