#include "adapters/embedded_broker/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "engine/base/ensure.hpp"
#include "engine/base/fault.hpp"

namespace reglament {

using Place = Exchange::Item::Place;

// Ends its answer once: by the verdict, or as failed when the sink has dropped it.
class Exchange::AnswerUnderWay {
 public:
  AnswerUnderWay(std::shared_ptr<Exchange> exchange, TaskKey key, std::uint64_t life,
                 const Channel* channel, std::function<void(const Verdict&)> on_verdict)
      : exchange_(std::move(exchange)),
        key_(key),
        life_(life),
        channel_(channel),
        on_verdict_(std::move(on_verdict)) {}
  AnswerUnderWay(const AnswerUnderWay&) = delete;
  AnswerUnderWay& operator=(const AnswerUnderWay&) = delete;
  ~AnswerUnderWay() { end(End::failed); }

  void receive(const Verdict& verdict) {
    if (end(verdict ? End::rejected : End::accepted) && on_verdict_) on_verdict_(verdict);
  }
  void cancel() { end(End::not_sent); }

 private:
  bool end(End how) {
    if (ended_.exchange(true)) return false;
    exchange_->end_answer(key_, life_, channel_, how);
    return true;
  }

  const std::shared_ptr<Exchange> exchange_;
  const TaskKey key_;
  const std::uint64_t life_;  // of the task when it was answered; 0: it was not here
  const Channel* const channel_;
  const std::function<void(const Verdict&)> on_verdict_;
  std::atomic<bool> ended_ = false;
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
  item.life = ++last_life_;
  let_wait(item);
}

void Exchange::replace(Item& item, const TaskMessage& task) {
  if (item.place == Place::waiting) {
    item.office->line.remove(item.position);
    refresh(*item.office);
  } else if (item.place == Place::held) {
    item.holder->unsettled.erase(item.tag);
  } else if (item.place == Place::dead) {
    dead_.erase(item.position);
  }
  item.task = task;
  item.office = &office(task.office.view());
  item.deliveries = 0;
  item.losses = 0;
  item.life = ++last_life_;  // what is under way answers an attempt that is no more
  item.answers = 0;
  let_wait(item);
}

void Exchange::accept(const Revocation& revocation) {
  const auto found = items_.find(TaskKey{revocation.case_number, revocation.task});
  if (found != items_.end()) {
    Item& item = found->second;
    if (item.place == Place::held) item.holder->revoked.push_back(revocation);
    forget(item);
    return;
  }
  Office& of = office(revocation.office.view());
  of.revocations.push_back(revocation);
  if (of.revocations.size() > settings_.notices_kept) of.revocations.pop_front();
  note_news(of);
}

void Exchange::accept(const Notice& notice) {
  if (notice.recipient == "applicant") return;
  Office& to = office(notice.recipient == "head" ? notice.office.view() : notice.recipient.view());
  to.notices.push_back(notice);
  if (to.notices.size() > settings_.notices_kept) to.notices.pop_front();
  note_news(to);
}

// ---- What a desk calls -------------------------------------------------------------------------

void Exchange::open(Channel& channel, const std::vector<std::string>& offices) {
  const std::lock_guard lock(mutex_);
  for (const std::string& id : offices) channel.offices.push_back(&office(id));
}

void Exchange::close(Channel& channel) {
  const std::lock_guard lock(mutex_);
  std::vector<Item*> held;
  held.reserve(channel.unsettled.size());
  for (const auto& [tag, item] : channel.unsettled) held.push_back(item);
  channel.unsettled.clear();
  // The youngest first: then each goes to the front of its line.
  std::ranges::sort(held, std::greater<>{}, &Item::position);
  for (Item* item : held) {
    item->holder = nullptr;
    ++item->losses;
    if (item->answers != 0) {
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

void Exchange::settle(Channel& channel, std::span<const std::uint64_t> tags) {
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t tag : tags) static_cast<void>(unsettled(channel, tag));  // or throws
  for (const std::uint64_t tag : tags) {
    if (Item* const item = unsettled(channel, tag)) forget(*item);
  }
}

void Exchange::give_back(Channel& channel, std::uint64_t tag) {
  const std::lock_guard lock(mutex_);
  Item* const item = unsettled(channel, tag);
  if (item == nullptr) return;
  channel.unsettled.erase(tag);
  let_wait(*item);
}

void Exchange::answer(Channel& channel, Answer answer,
                      std::function<void(const Verdict&)> on_verdict) {
  const TaskKey key{answer.case_number, answer.task};
  std::shared_ptr<const Broker::AnswerSink> sink;
  std::uint64_t life = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!sink_ || !*sink_) throw Unavailable("expected an engine that takes answers, found none");
    sink = sink_;
    if (!speaks_for(channel, answer.office)) answer.office = "desk:" + channel.offices.front()->id;
    const auto found = items_.find(key);
    if (found != items_.end()) {
      life = found->second.life;
      ++found->second.answers;
    }
  }
  const auto under_way = std::make_shared<AnswerUnderWay>(shared_from_this(), key, life, &channel,
                                                          std::move(on_verdict));
  try {
    (*sink)(std::move(answer),
            [under_way](const Verdict& verdict) { under_way->receive(verdict); });
  } catch (...) {
    under_way->cancel();
    throw;
  }
}

std::vector<Revocation> Exchange::take_revoked(Channel& channel) {
  const std::lock_guard lock(mutex_);
  std::vector<Revocation> revoked = take_news(channel, &Office::revocations);
  std::ranges::move(std::exchange(channel.revoked, {}), std::back_inserter(revoked));
  return revoked;
}

std::vector<Notice> Exchange::take_notices(Channel& channel) {
  const std::lock_guard lock(mutex_);
  return take_news(channel, &Office::notices);
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

bool Exchange::speaks_for(const Channel& channel, std::string_view office) {
  return channel.offices.empty() ||
         std::ranges::any_of(channel.offices, [&](const Office* one) { return one->id == office; });
}

void Exchange::note_news(Office& office) {
  if (!office.has_news) with_news_.push_back(&office);
  office.has_news = true;
}

template <class News>
std::vector<News> Exchange::take_news(Channel& channel, std::deque<News> Office::*news) {
  std::vector<News> taken;
  for (Office* office : channel.offices.empty() ? with_news_ : channel.offices) {
    std::ranges::move(office->*news, std::back_inserter(taken));
    (office->*news).clear();
  }
  std::erase_if(with_news_, [](Office* office) {
    office->has_news = !office->notices.empty() || !office->revocations.empty();
    return !office->has_news;
  });
  return taken;
}

TaskDelivery Exchange::hand_out(Item& item, Channel& channel) {
  item.place = Place::held;
  item.holder = &channel;
  item.tag = ++channel.last_tag;
  ++item.deliveries;
  channel.unsettled.emplace(item.tag, &item);
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

void Exchange::forget(Item& item) {
  if (item.place == Place::waiting) {
    item.office->line.remove(item.position);
    refresh(*item.office);
  } else if (item.place == Place::held) {
    item.holder->unsettled.erase(item.tag);
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

Exchange::Item* Exchange::unsettled(Channel& channel, std::uint64_t tag) {
  if (tag == 0 || tag > channel.last_tag) {
    throw BadInput(fmt::format("expected a delivery of this channel, found tag {}", tag));
  }
  const auto found = channel.unsettled.find(tag);
  return found == channel.unsettled.end() ? nullptr : found->second;
}

void Exchange::end_answer(TaskKey key, std::uint64_t life, const Channel* channel, End end) {
  const std::lock_guard lock(mutex_);
  const auto found = items_.find(key);
  // Settled, revoked, or replaced by a higher attempt, while the answer was under way.
  if (found == items_.end() || found->second.life != life) return;
  Item& item = found->second;
  --item.answers;
  if (end == End::accepted) {
    forget(item);
  } else if (item.place == Place::orphaned) {
    if (item.answers == 0) lose(item);
  } else if (end == End::failed && item.place == Place::held && item.holder == channel) {
    item.holder->unsettled.erase(item.tag);
    let_wait(item);
  }
}

}  // namespace reglament
