#include "adapters/rabbitmq/rabbit_desk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "adapters/rabbitmq/topology.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"

namespace reglament::rabbitmq {
namespace {

constexpr Channel kReading = 2;

}  // namespace

RabbitDesk::RabbitDesk(RabbitDeskSettings settings)
    : settings_(std::move(settings)),
      link_(settings_.address, settings_.link, *this),
      correspondence_(link_.waker(), [this](const std::string& line) { link_.report(line); }) {
  link_.start();
}

RabbitDesk::~RabbitDesk() {
  {
    const std::lock_guard lock(mutex_);
    for (const auto* handed_out : {&revocations_handed_out_, &notices_handed_out_}) {
      for (const Receipt& receipt : *handed_out) ended_.emplace_back(receipt, End::settled);
    }
  }
  link_.stop();
}

// ---- What the desk calls -----------------------------------------------------------------------

std::vector<TaskDelivery> RabbitDesk::take(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<TaskDelivery> taken;
  while (taken.size() < limit && !waiting_.empty()) {
    Waiting& first = waiting_.front();
    const TaskKey key{first.task.case_number, first.task.task};
    unsettled_.emplace(++last_tag_, Unsettled{first.receipt, key});
    by_task_.emplace(key, last_tag_);
    taken.push_back({last_tag_, std::move(first.task), first.deliveries});
    waiting_.pop_front();
  }
  return taken;
}

void RabbitDesk::settle(std::span<const std::uint64_t> tags) {
  {
    const std::lock_guard lock(mutex_);
    for (const std::uint64_t tag : tags) {
      if (tag == 0 || tag > last_tag_) {
        throw BadInput(fmt::format("expected a delivery of this channel, found tag {}", tag));
      }
    }
    for (const std::uint64_t tag : tags) end(tag, End::settled);
  }
  link_.waker()->wake();
}

void RabbitDesk::give_back(std::uint64_t tag) {
  {
    const std::lock_guard lock(mutex_);
    if (tag == 0 || tag > last_tag_) {
      throw BadInput(fmt::format("expected a delivery of this channel, found tag {}", tag));
    }
    end(tag, End::given_back);
  }
  link_.waker()->wake();
}

void RabbitDesk::answer(Answer answer, std::function<void(const Verdict&)> on_verdict) {
  Mail mail;
  mail.type = message_type::outcome;
  mail.message_id = answer.message_id;
  mail.correlation_id = fmt::format("{}", answer.case_number);
  mail.user_id = settings_.address.user;
  mail.body = wire::encode(answer);
  const TaskKey task{answer.case_number, answer.task};
  correspondence_.ask(answer.reply_to, std::move(mail),
                      [this, task, on_verdict = std::move(on_verdict)](const std::string& body) {
                        take_verdict(body, task, on_verdict);
                      });
}

template <class News>
std::vector<News> RabbitDesk::hand_out(std::deque<std::pair<Receipt, News>>& news,
                                       std::vector<Receipt>& handed_out) {
  for (const Receipt& receipt : std::exchange(handed_out, {})) {
    ended_.emplace_back(receipt, End::settled);
  }
  std::vector<News> taken;
  for (auto& [receipt, one] : news) {
    handed_out.push_back(receipt);
    taken.push_back(std::move(one));
  }
  news.clear();
  return taken;
}

std::vector<Revocation> RabbitDesk::take_revoked() {
  std::vector<Revocation> revoked;
  bool has_ended = false;
  {
    const std::lock_guard lock(mutex_);
    revoked = hand_out(revocations_, revocations_handed_out_);
    // Here the task is done with, whatever delivery of it there is.
    for (const Revocation& one : revoked) {
      settle_all({one.case_number, one.task});
    }
    has_ended = !ended_.empty();
  }
  // Asked in every round of a desk, of each of its offices: an idle link is left alone.
  if (has_ended) link_.waker()->wake();
  return revoked;
}

std::vector<Notice> RabbitDesk::take_notices() {
  const std::lock_guard lock(mutex_);
  return hand_out(notices_, notices_handed_out_);
}

void RabbitDesk::end(std::uint64_t tag, End how) {
  const auto found = unsettled_.find(tag);
  if (found == unsettled_.end()) return;
  ended_.emplace_back(found->second.receipt, how);
  const auto [first, last] = by_task_.equal_range(found->second.task);
  by_task_.erase(std::find_if(first, last, [&](const auto& one) { return one.second == tag; }));
  unsettled_.erase(found);
}

void RabbitDesk::settle_all(TaskKey task) {
  for (auto found = by_task_.find(task); found != by_task_.end(); found = by_task_.find(task)) {
    end(found->second, End::settled);
  }
}

// ---- The link's thread -------------------------------------------------------------------------

void RabbitDesk::connected(Connection& connection) {
  correspondence_.connected(connection);
  connection.open_channel(kReading);
  connection.limit_unacknowledged(kReading, settings_.prefetch);
  connection.consume(kReading, names::desk_queue(settings_.office), true);
}

bool RabbitDesk::serve(Connection& connection) {
  std::vector<std::pair<Receipt, End>> ended;
  std::uint64_t current = 0;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(ended_);
    current = connection_;
  }
  for (const auto& [receipt, how] : ended) {
    if (receipt.connection != current) continue;  // the server has it in its queue again
    if (how == End::settled) {
      acknowledgements_.done(receipt.tag);
      continue;
    }
    if (how == End::given_back) connection.give_back(kReading, receipt.tag);
    if (how == End::refused) connection.refuse(kReading, receipt.tag);
    acknowledgements_.returned(receipt.tag);
  }
  acknowledgements_.send(connection, kReading);
  return correspondence_.serve(connection);
}

void RabbitDesk::received(Event event) {
  auto* const delivered = std::get_if<Delivered>(&event);
  if (delivered != nullptr && delivered->channel == kReading) {
    take_delivery(std::move(*delivered));
  } else {
    correspondence_.received(std::move(event));
  }
}

void RabbitDesk::take_delivery(Delivered delivered) {
  acknowledgements_.delivered(delivered.tag);
  Receipt receipt;
  {
    const std::lock_guard lock(mutex_);
    receipt = {connection_, delivered.tag};
  }
  std::variant<Message, wire::AnswerVerdict> content;
  try {
    content = wire::decode_for_desk(delivered.mail.body);
  } catch (const BadInput& fault) {
    return refuse(receipt, fault.what());
  }
  if (std::holds_alternative<wire::AnswerVerdict>(content)) {
    // To an answer without reply_to, which is not from this object.
    const std::lock_guard lock(mutex_);
    ended_.emplace_back(receipt, End::settled);
    return;
  }
  Message& message = std::get<Message>(content);
  const auto* const task = std::get_if<TaskMessage>(&message);
  if (task != nullptr && task->office != settings_.office) {
    return refuse(receipt, fmt::format("expected tasks of {}, found one of {}", settings_.office,
                                       task->office.view()));
  }
  {
    const std::lock_guard lock(mutex_);
    if (auto* one = std::get_if<TaskMessage>(&message)) {
      waiting_.push_back({receipt, std::move(*one), delivered.deliveries});
    } else if (auto* revocation = std::get_if<Revocation>(&message)) {
      revocations_.emplace_back(receipt, *revocation);
    } else {
      notices_.emplace_back(receipt, std::move(std::get<Notice>(message)));
    }
  }
  if (settings_.on_arrival) settings_.on_arrival();
}

void RabbitDesk::refuse(const Receipt& receipt, const std::string& why) {
  link_.report(
      fmt::format("refused a message in {}: {}", names::desk_queue(settings_.office), why));
  const std::lock_guard lock(mutex_);
  ended_.emplace_back(receipt, End::refused);
}

void RabbitDesk::take_verdict(const std::string& body, TaskKey task,
                              const std::function<void(const Verdict&)>& on_verdict) {
  Verdict verdict;
  try {
    verdict = wire::decode_verdict(body).verdict;
  } catch (const BadInput& fault) {
    link_.report(fmt::format("expected a verdict, found: {}", fault.what()));
    return;
  }
  if (!verdict) {
    const std::lock_guard lock(mutex_);
    settle_all(task);
  }
  if (on_verdict) on_verdict(verdict);
}

void RabbitDesk::lost() {
  correspondence_.lost();
  acknowledgements_.clear();
  const std::lock_guard lock(mutex_);
  ++connection_;
  waiting_.clear();
  revocations_.clear();
  notices_.clear();
  revocations_handed_out_.clear();
  notices_handed_out_.clear();
  ended_.clear();
}

}  // namespace reglament::rabbitmq
