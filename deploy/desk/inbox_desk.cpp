#include "deploy/desk/inbox_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <utility>

namespace reglament::program {
namespace {

using desk::Inbox;
using desk::Item;
using desk::TaskKey;

constexpr std::size_t kTasksAtOnce = 1'000;
constexpr std::size_t kAnswersAtOnce = 2'000;
// So many answers are with the broker at most: the rest waits here, in its order.
constexpr std::size_t kInFlight = 5'000;
// The engine answers within a commit where it runs. Where it does not, each further copy would
// wait in its queue.
constexpr std::chrono::seconds kFirstPatience{60};
constexpr std::chrono::seconds kLongestPatience{3'600};
constexpr std::chrono::seconds kAfterDrop{1};
// How often the answers without a verdict are looked through.
constexpr std::chrono::milliseconds kBetweenLooks{200};

TaskKey key_of(const TaskMessage& task) { return {task.case_number, task.task}; }

}  // namespace

class InboxDesk::Verdicts {
 public:
  void put(Heard heard) {
    const std::lock_guard lock(mutex_);
    heard_.push_back(std::move(heard));
  }
  [[nodiscard]] std::vector<Heard> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(heard_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<Heard> heard_;
};

namespace {

// Reports once: the verdict, or, when it goes away without one, that there is none.
template <class Verdicts, class Heard>
class Expectation {
 public:
  Expectation(std::shared_ptr<Verdicts> verdicts, TaskKey key, std::string message_id)
      : verdicts_(std::move(verdicts)), heard_{key, std::move(message_id), true, {}} {}
  ~Expectation() {
    if (heard_.dropped) verdicts_->put(std::move(heard_));
  }
  Expectation(const Expectation&) = delete;
  Expectation& operator=(const Expectation&) = delete;

  void fulfil(const Verdict& verdict) {
    heard_.dropped = false;
    verdicts_->put({heard_.key, heard_.message_id, false, verdict});
  }

 private:
  std::shared_ptr<Verdicts> verdicts_;
  Heard heard_;
};

}  // namespace

InboxDesk::InboxDesk(DeskChannel& channel, OfficeInbox& inbox, Answering& answering,
                     DeskClock& clock, InboxDeskEvents events)
    : channel_(channel),
      inbox_(inbox),
      answering_(answering),
      clock_(clock),
      events_(std::move(events)),
      verdicts_(std::make_shared<Verdicts>()) {
  inbox_.use([this](Inbox& open) {
    for (const auto& [number, key] : open.arrivals()) {
      const Item& item = open.open_item(key);
      if (item.waits_for_rule()) answering_.offer(item.state().task);
    }
  });
}

InboxDesk::~InboxDesk() = default;

bool InboxDesk::is_idle() const {
  return sent_.empty() && to_send_.empty() && !answering_.has_more();
}

bool InboxDesk::work(Moment now) {
  // A channel may wait for what comes: clerks must not wait with it.
  const News news{channel_.take(kTasksAtOnce), channel_.take_revoked(), channel_.take_notices()};
  for (const Notice& notice : news.notices) {
    clock_.told(notice.at);
    events_.on_notice(notice);
  }
  bool done = !news.deliveries.empty() || !news.revoked.empty();
  inbox_.use([&](Inbox& inbox) {
    take_over(inbox, news);
    done |= hear(inbox, now);
    // First what has come in, then what it is answered with: both in one commit.
    for (const TaskMessage& task : std::exchange(offered_, {})) answering_.offer(task);
    done |= answer(inbox);
    inbox.commit();
    collect_to_send(inbox, now);
  });
  for (const TaskKey key : inbox_.take_touched()) touched_.push_back(key);
  if (!stored_.empty()) channel_.settle(std::exchange(stored_, {}));
  for (const TaskDelivery& delivery : std::exchange(not_ours_, {})) {
    events_.on_refused(
        fmt::format("expected tasks of the offices of this desk, found one of {}: "
                    "given back, task {}/{}",
                    delivery.task.office.view(), delivery.task.talon, delivery.task.task));
    channel_.give_back(delivery.tag);
  }
  for (const JudgedAnswer& judged : std::exchange(judged_, {})) events_.on_verdict(judged);
  done |= send();
  return done;
}

void InboxDesk::take_over(Inbox& inbox, const News& news) {
  for (const TaskDelivery& delivery : news.deliveries) clock_.told(delivery.task.offered_at);
  const Instant now = clock_.now();
  for (const TaskDelivery& delivery : news.deliveries) {
    const Inbox::Receipt receipt = inbox.receive(delivery.task, now);
    if (receipt == Inbox::Receipt::not_ours) {
      not_ours_.push_back(delivery);
      continue;
    }
    stored_.push_back(delivery.tag);
    if (receipt == Inbox::Receipt::known) continue;
    if (inbox.open_item(key_of(delivery.task)).waits_for_rule()) offered_.push_back(delivery.task);
  }
  for (const Revocation& revocation : news.revoked) {
    inbox.revoke(revocation, now);
    answering_.withdraw({revocation.case_number, revocation.task});
  }
  for (const TaskKey key : std::exchange(touched_, {})) {
    const Item* const item = inbox.find(key);
    if (item != nullptr && item->waits_for_rule()) {
      answering_.offer(item->state().task);
    } else {
      answering_.withdraw(key);
    }
  }
}

bool InboxDesk::hear(Inbox& inbox, Moment now) {
  const std::vector<Heard> all = verdicts_->take();
  const Instant at = clock_.now();
  for (const Heard& heard : all) {
    const auto sent = sent_.find(heard.message_id);
    if (heard.dropped) {
      if (sent != sent_.end()) sent->second.again = now + kAfterDrop;
      continue;
    }
    if (sent != sent_.end()) sent_.erase(sent);
    const Item* const item = inbox.find(heard.key);
    if (item == nullptr || !item->state().answer) continue;
    JudgedAnswer judged{item->state().task, *item->state().answer, at, heard.verdict};
    if (!inbox.judge(heard.key, heard.message_id, heard.verdict, at)) continue;
    if (judged.verdict) ++rejected_;
    judged_.push_back(std::move(judged));
  }
  return !all.empty();
}

bool InboxDesk::answer(Inbox& inbox) {
  const Instant now = clock_.now();
  bool done = false;
  for (ReadyReply& ready : answering_.take_ready(now, kAnswersAtOnce)) {
    const Item* const item = inbox.find(ready.key);
    // Claimed, revoked or offered again meanwhile: this reply is to what was before.
    const bool waits =
        item != nullptr && item->waits_for_rule() && item->state().task.attempt == ready.attempt;
    if (!waits) continue;
    static_cast<void>(inbox.answer_by_rule(ready.key, std::move(ready.reply), now));
    done = true;
  }
  return done;
}

// What is to be sent for the first time, in the order of answering, and what once more.
void InboxDesk::collect_to_send(const Inbox& inbox, Moment now) {
  const auto add = [&](std::uint64_t place, TaskKey key) {
    const Answer& answer = *inbox.open_item(key).state().answer;
    Sent& sent = sent_[answer.message_id];
    const auto patience = std::min<std::chrono::seconds>(
        kFirstPatience * (1U << std::min(sent.times, 6U)), kLongestPatience);
    sent = {place, now + patience, sent.times + 1};
    to_send_.emplace_back(key, answer);
  };
  std::vector<std::pair<std::uint64_t, TaskKey>> again;
  const bool looks_again = now >= next_look_;
  if (looks_again) next_look_ = now + kBetweenLooks;
  for (auto sent = sent_.begin(); looks_again && sent != sent_.end();) {
    const auto row = inbox.outbox().find(sent->second.place);
    if (row == inbox.outbox().end()) {  // revoked, or replaced by another answer
      sent = sent_.erase(sent);
      continue;
    }
    if (sent->second.again <= now) again.emplace_back(*row);
    ++sent;
  }
  std::ranges::sort(again);
  for (const auto& [place, key] : again) add(place, key);
  for (auto row = inbox.outbox().upper_bound(sent_through_);
       row != inbox.outbox().end() && sent_.size() < kInFlight; ++row) {
    add(row->first, row->second);
    sent_through_ = row->first;
  }
}

bool InboxDesk::send() {
  const auto answers = std::exchange(to_send_, {});
  for (const auto& [key, answer] : answers) {
    auto expectation =
        std::make_shared<Expectation<Verdicts, Heard>>(verdicts_, key, answer.message_id);
    channel_.answer(answer, [expectation = std::move(expectation)](const Verdict& verdict) {
      expectation->fulfil(verdict);
    });
  }
  return !answers.empty();
}

}  // namespace reglament::program
