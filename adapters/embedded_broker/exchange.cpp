#include "adapters/embedded_broker/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament {

using Place = Exchange::Item::Place;

// Settles its answer once: by the verdict, or as failed when the sink has dropped it.
class Exchange::AnswerUnderWay {
 public:
  AnswerUnderWay(std::shared_ptr<Exchange> exchange, TaskKey key, std::uint64_t number,
                 std::function<void(const Verdict&)> on_verdict)
      : exchange_(std::move(exchange)),
        key_(key),
        number_(number),
        on_verdict_(std::move(on_verdict)) {}
  AnswerUnderWay(const AnswerUnderWay&) = delete;
  AnswerUnderWay& operator=(const AnswerUnderWay&) = delete;
  ~AnswerUnderWay() { settle(Settlement::failed); }

  void receive(const Verdict& verdict) {
    if (settle(verdict ? Settlement::rejected : Settlement::accepted) && on_verdict_) {
      on_verdict_(verdict);
    }
  }
  void cancel() { settle(Settlement::not_sent); }

 private:
  bool settle(Settlement settlement) {
    if (settled_.exchange(true)) return false;
    exchange_->settle(key_, number_, settlement);
    return true;
  }

  const std::shared_ptr<Exchange> exchange_;
  const TaskKey key_;
  const std::uint64_t number_;
  const std::function<void(const Verdict&)> on_verdict_;
  std::atomic<bool> settled_ = false;
};

// ---- What the engine calls ---------------------------------------------------------------------

void Exchange::publish(std::span<const OutboxMessage> messages) {
  const std::lock_guard lock(mutex_);
  std::uint64_t through = confirmed_through_;
  for (const OutboxMessage& message : messages) {
    std::visit([this](const auto& kind) { accept(kind); }, message.message);
    through = std::max(through, message.id);
  }
  confirmed_through_ = through;
}

void Exchange::set_answer_sink(Broker::AnswerSink sink) {
  const std::lock_guard lock(mutex_);
  sink_ = std::make_shared<const Broker::AnswerSink>(std::move(sink));
}

std::size_t Exchange::tasks() const {
  const std::lock_guard lock(mutex_);
  return items_.size() - dead_.size();
}

std::vector<TaskMessage> Exchange::dead_letters() const {
  const std::lock_guard lock(mutex_);
  std::vector<TaskMessage> letters;
  letters.reserve(dead_.size());
  for (const auto& [position, item] : dead_) letters.push_back(item->task);
  return letters;
}

bool Exchange::put_back(TaskKey key) {
  const std::lock_guard lock(mutex_);
  const auto found = items_.find(key);
  if (found == items_.end() || found->second.place != Place::dead) return false;
  Item& item = found->second;
  dead_.erase(item.position);
  item.losses = 0;
  let_wait(item);
  return true;
}

void Exchange::accept(const TaskMessage& task) {
  const auto [place, is_new] = items_.try_emplace(TaskKey{task.case_number, task.task});
  Item& item = place->second;
  if (!is_new) {
    if (task.attempt > item.task.attempt) replace(item, task);
    return;
  }
  item.task = task;
  item.office = &office(task.office.view());
  item.position = ++last_position_;
  let_wait(item);
}

void Exchange::replace(Item& item, const TaskMessage& task) {
  if (item.place == Place::waiting) {
    item.office->line.remove(item.position);
    refresh(*item.office);
  } else if (item.place == Place::held) {
    take_from_holder(item);
  } else if (item.place == Place::dead) {
    dead_.erase(item.position);
  }
  item.task = task;
  item.office = &office(task.office.view());
  item.deliveries = 0;
  item.losses = 0;
  item.answer = 0;  // one that is under way answers an attempt that is no more
  let_wait(item);
}

void Exchange::accept(const Revocation& revocation) {
  const auto found = items_.find(TaskKey{revocation.case_number, revocation.task});
  if (found == items_.end()) return;
  if (found->second.place == Place::held) take_from_holder(found->second);
  forget(found->second);
}

void Exchange::accept(const Notice& notice) {
  if (notice.recipient == "applicant") return;
  Office& to = office(notice.recipient == "head" ? notice.office.view() : notice.recipient.view());
  to.notices.push_back(notice);
  if (to.notices.size() > settings_.notices_kept) to.notices.pop_front();
  if (!to.has_noticed) noticed_.push_back(&to);
  to.has_noticed = true;
}

// ---- What a desk calls -------------------------------------------------------------------------

void Exchange::open(Channel& channel, const std::vector<std::string>& offices) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : offices) channel.offices.push_back(&office(id));
}

void Exchange::close(Channel& channel) {
  const std::lock_guard lock(mutex_);
  std::vector<Item*> held;
  held.reserve(channel.deliveries.size());
  for (const auto& [tag, delivery] : channel.deliveries) {
    if (delivery.item != nullptr) held.push_back(delivery.item);
  }
  channel.deliveries.clear();
  // The youngest first: then each goes to the front of its line.
  std::ranges::sort(held, std::greater<>{}, &Item::position);
  for (Item* item : held) {
    item->holder = nullptr;
    ++item->losses;
    if (item->answer != 0) {
      item->place = Place::orphaned;
    } else {
      lose(*item);
    }
  }
}

std::vector<TaskDelivery> Exchange::take(Channel& channel, std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<TaskDelivery> taken;
  while (taken.size() < limit) {
    Office* const from = oldest_ready(channel);
    if (from == nullptr) break;
    Item& item = from->line.take_front();
    refresh(*from);
    taken.push_back(hand_out(item, channel));
  }
  return taken;
}

void Exchange::answer(Channel& channel, std::uint64_t tag, Answer answer,
                      std::function<void(const Verdict&)> on_verdict) {
  std::shared_ptr<const Broker::AnswerSink> sink;
  TaskKey key;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    const Delivery& of = delivery(channel, tag);
    key = of.key;
    if (TaskKey{answer.case_number, answer.task} != key) {
      throw BadInput(fmt::format("expected an answer to case {} task {}, found case {} task {}",
                                 key.case_number, key.task, answer.case_number, answer.task));
    }
    if (of.item != nullptr && of.item->answer != 0) {
      throw BadInput(
          fmt::format("expected one answer at a time, found another to delivery {}", tag));
    }
    if (!sink_ || !*sink_) throw Unavailable("expected an engine that takes answers, found none");
    sink = sink_;
    answer.office = of.office->id;
    number = ++last_answer_;
    if (of.item != nullptr) of.item->answer = number;
  }
  const auto under_way =
      std::make_shared<AnswerUnderWay>(shared_from_this(), key, number, std::move(on_verdict));
  try {
    (*sink)(std::move(answer),
            [under_way](const Verdict& verdict) { under_way->receive(verdict); });
  } catch (...) {
    under_way->cancel();
    throw;
  }
}

void Exchange::give_back(Channel& channel, std::uint64_t tag) {
  const std::lock_guard lock(mutex_);
  Delivery& of = delivery(channel, tag);
  Item* const item = of.item;
  if (item != nullptr && item->answer != 0) {
    throw BadInput(fmt::format("expected a delivery without an answer under way, found {}", tag));
  }
  channel.deliveries.erase(tag);
  if (item == nullptr) {
    std::erase(channel.revoked, tag);
    return;
  }
  item->holder = nullptr;
  let_wait(*item);
}

std::vector<std::uint64_t> Exchange::take_revoked(Channel& channel) {
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t tag : channel.revoked) channel.deliveries.erase(tag);
  return std::exchange(channel.revoked, {});
}

std::vector<Notice> Exchange::take_notices(Channel& channel) {
  const std::lock_guard lock(mutex_);
  std::vector<Notice> notices;
  for (Office* office : channel.offices.empty() ? noticed_ : channel.offices) {
    std::ranges::move(office->notices, std::back_inserter(notices));
    office->notices.clear();
  }
  if (channel.offices.empty()) {
    for (Office* office : noticed_) office->has_noticed = false;
    noticed_.clear();
  }
  return notices;
}

// ---- With the mutex held -----------------------------------------------------------------------

Exchange::Office& Exchange::office(std::string_view id) {
  const auto found = offices_.find(id);
  if (found != offices_.end()) return found->second;
  Office& office = offices_[std::string(id)];
  office.id = id;
  return office;
}

Exchange::Office* Exchange::oldest_ready(const Channel& channel) const {
  if (channel.offices.empty()) return ready_.empty() ? nullptr : ready_.begin()->second;
  Office* oldest = nullptr;
  for (Office* office : channel.offices) {
    if (office->ready_at == 0) continue;
    if (oldest == nullptr || office->ready_at < oldest->ready_at) oldest = office;
  }
  return oldest;
}

TaskDelivery Exchange::hand_out(Item& item, Channel& channel) {
  item.place = Place::held;
  item.holder = &channel;
  item.tag = ++channel.last_tag;
  ++item.deliveries;
  channel.deliveries.emplace(
      item.tag, Delivery{&item, TaskKey{item.task.case_number, item.task.task}, item.office});
  return {item.tag, item.task, item.deliveries};
}

void Exchange::let_wait(Item& item) {
  item.place = Place::waiting;
  item.holder = nullptr;
  item.office->line.insert(item.position, item);
  refresh(*item.office);
}

// Its channel went away.
void Exchange::lose(Item& item) {
  if (!settings_.delivery_limit || item.losses < *settings_.delivery_limit) {
    let_wait(item);
    return;
  }
  item.place = Place::dead;
  dead_.emplace(item.position, &item);
}

// The channel keeps the tag until it has been told.
void Exchange::take_from_holder(Item& item) {
  item.holder->deliveries.at(item.tag).item = nullptr;
  item.holder->revoked.push_back(item.tag);
  item.holder = nullptr;
  item.place = Place::orphaned;
}

void Exchange::forget(Item& item) {
  if (item.place == Place::waiting) {
    item.office->line.remove(item.position);
    refresh(*item.office);
  } else if (item.place == Place::held) {
    item.holder->deliveries.erase(item.tag);
  } else if (item.place == Place::dead) {
    dead_.erase(item.position);
  }
  const TaskKey key{item.task.case_number, item.task.task};  // not in the node that goes
  items_.erase(key);
}

// Puts the office where its oldest waiting task belongs. The node is moved, so that a task that
// comes and goes costs no allocation.
void Exchange::refresh(Office& office) {
  const std::uint64_t head = office.line.is_empty() ? 0 : office.line.front_position();
  if (head == office.ready_at) return;
  Ready::node_type node = office.ready_at == 0
                              ? std::move(office.spare)
                              : ready_.extract(std::pair(office.ready_at, &office));
  office.ready_at = head;
  if (head == 0) {
    office.spare = std::move(node);
  } else if (node.empty()) {
    ready_.emplace(head, &office);
  } else {
    node.value() = {head, &office};
    ready_.insert(std::move(node));
  }
}

Exchange::Delivery& Exchange::delivery(Channel& channel, std::uint64_t tag) const {
  const auto found = channel.deliveries.find(tag);
  if (found == channel.deliveries.end()) {
    throw BadInput(fmt::format("expected a delivery of this channel, found tag {}", tag));
  }
  return found->second;
}

void Exchange::settle(TaskKey key, std::uint64_t answer, Settlement settlement) {
  const std::lock_guard lock(mutex_);
  const auto found = items_.find(key);
  // Revoked, or replaced by a higher attempt, while the answer was under way.
  if (found == items_.end() || found->second.answer != answer) return;
  Item& item = found->second;
  item.answer = 0;
  if (settlement == Settlement::accepted) {
    forget(item);
  } else if (item.place == Place::orphaned) {
    lose(item);
  } else if (settlement == Settlement::failed) {
    take_from_holder(item);
    let_wait(item);
  }
}

}  // namespace reglament
