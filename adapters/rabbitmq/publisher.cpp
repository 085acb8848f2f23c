#include "adapters/rabbitmq/publisher.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace reglament::rabbitmq {
namespace {

constexpr std::size_t kSentAtOnce = 250;  // before what has arrived is looked at

}  // namespace

Publisher::Publisher(PublisherSettings settings, std::shared_ptr<Waker> waker, OnDone on_done,
                     OnSend on_send)
    : settings_(settings),
      waker_(std::move(waker)),
      on_done_(std::move(on_done)),
      on_send_(std::move(on_send)) {}

void Publisher::add(Posting posting) {
  {
    const std::lock_guard lock(mutex_);
    added_.push_back(std::move(posting));
  }
  waker_->wake();
}

void Publisher::add(std::vector<Posting> postings) {
  {
    const std::lock_guard lock(mutex_);
    if (added_.empty()) {
      added_ = std::move(postings);
    } else {
      std::ranges::move(postings, std::back_inserter(added_));
    }
  }
  waker_->wake();
}

void Publisher::connected(Connection& connection) {
  connection.open_channel(settings_.channel);
  connection.confirm_publishes(settings_.channel);
  first_number_ = 1;
  is_blocked_ = false;
}

void Publisher::fetch() {
  std::vector<Posting> added;
  {
    const std::lock_guard lock(mutex_);
    added.swap(added_);
  }
  std::ranges::move(added, std::back_inserter(waiting_));
}

// With the server's alarm on, what we send would only fill the socket until a send blocks.
bool Publisher::serve(Connection& connection) {
  fetch();
  for (std::size_t sent = 0; sent < kSentAtOnce; ++sent) {
    if (waiting_.empty() || is_blocked_ || under_way_.size() >= settings_.window) return false;
    Mail& mail = waiting_.front().mail;
    if (!under_way_.empty() && bytes_under_way_ + mail.body.size() > settings_.window_bytes) {
      return false;
    }
    if (on_send_) on_send_(connection, mail);
    bytes_under_way_ += mail.body.size();
    under_way_.push_back({std::move(waiting_.front()), std::chrono::steady_clock::now()});
    waiting_.pop_front();
    connection.publish(settings_.channel, under_way_.back().posting.mail, true);
  }
  return true;
}

void Publisher::received(const Confirmed& confirmed) {
  if (confirmed.tag < first_number_) return;
  const std::size_t place = confirmed.tag - first_number_;
  if (place >= under_way_.size()) return;
  if (confirmed.multiple) {
    for (std::size_t i = 0; i <= place; ++i) finish(under_way_[i], confirmed.taken);
  } else {
    finish(under_way_[place], confirmed.taken);
  }
  while (!under_way_.empty() && under_way_.front().is_done) {
    under_way_.pop_front();
    ++first_number_;
  }
}

void Publisher::finish(UnderWay& one, bool taken) {
  if (std::exchange(one.is_done, true)) return;
  bytes_under_way_ -= one.posting.mail.body.size();
  if (taken) {
    on_done_(std::move(one.posting), one.unroutable);
  } else {
    waiting_.push_back(std::move(one.posting));
  }
}

// It comes before the confirmation, and bears no number: it is known by what it says.
void Publisher::received(const Returned& returned) {
  for (UnderWay& one : under_way_) {
    const Mail& mail = one.posting.mail;
    if (one.is_done || !one.unroutable.empty() || mail.body != returned.mail.body ||
        mail.routing_key != returned.mail.routing_key || mail.exchange != returned.mail.exchange) {
      continue;
    }
    one.unroutable = returned.reason;
    return;
  }
}

const Mail* Publisher::overdue(std::chrono::milliseconds at_most) const {
  if (is_blocked_ || under_way_.empty()) return nullptr;
  // It is not done: what is done at the front is taken away.
  const UnderWay& oldest = under_way_.front();
  const bool is_late = std::chrono::steady_clock::now() - oldest.sent_at > at_most;
  return is_late ? &oldest.posting.mail : nullptr;
}

void Publisher::lost() {
  for (UnderWay& one : under_way_ | std::views::reverse) {
    if (!one.is_done) waiting_.push_front(std::move(one.posting));
  }
  under_way_.clear();
  bytes_under_way_ = 0;
  is_blocked_ = false;
}

}  // namespace reglament::rabbitmq
