#include "adapters/rabbitmq/correspondence.hpp"

#include <fmt/format.h>

#include <utility>

#include "adapters/rabbitmq/topology.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"

namespace reglament::rabbitmq {
namespace {

// The engine has not declared its queue yet, or an administrator has deleted it.
constexpr std::chrono::seconds kBeforeNextAttempt{1};

}  // namespace

Correspondence::Correspondence(std::shared_ptr<Waker> waker,
                               std::function<void(const std::string&)> report)
    : report_(std::move(report)),
      publisher_(
          {.channel = channel}, std::move(waker),
          [this](Posting posting, const std::string& unroutable) {
            take_confirmed(std::move(posting), unroutable);
          },
          [this](Connection&, Mail& question) { question.reply_to = address_; }) {}

void Correspondence::ask(LogId partition, Mail question, OnAnswer on_answer) {
  question.exchange = names::outcomes;
  question.routing_key = fmt::format("{}", partition);
  question.headers.emplace(bundles_header, "yes");
  question.content_type = content_type;
  Posting posting;
  posting.mail = std::move(question);
  {
    const std::lock_guard lock(mutex_);
    posting.id = ++last_number_;
    by_message_.emplace(posting.mail.message_id, posting.id);
    questions_.emplace(posting.id, Question{{}, std::move(on_answer)});
  }
  publisher_.add(std::move(posting));
}

std::size_t Correspondence::unanswered() const {
  const std::lock_guard lock(mutex_);
  return questions_.size();
}

void Correspondence::connected(Connection& connection) {
  publisher_.connected(connection);
  address_ = direct_reply;
  connection.consume(channel, direct_reply, false);
}

bool Correspondence::serve(Connection& connection) {
  const auto now = std::chrono::steady_clock::now();
  for (auto one = unroutable_.begin(); one != unroutable_.end();) {
    if (one->first > now) {
      ++one;
      continue;
    }
    publisher_.add(std::move(one->second));
    one = unroutable_.erase(one);
  }
  return publisher_.serve(connection);
}

void Correspondence::received(Event event) {
  if (const auto* confirmed = std::get_if<Confirmed>(&event)) publisher_.received(*confirmed);
  if (const auto* returned = std::get_if<Returned>(&event)) publisher_.received(*returned);
  if (const auto* blocked = std::get_if<Blocked>(&event)) {
    publisher_.received(*blocked);
    report_(blocked->blocked ? fmt::format("the broker takes nothing more: {}; what is sent waits",
                                           blocked->reason)
                             : std::string("the broker takes messages again"));
  }
  if (const auto* delivered = std::get_if<Delivered>(&event)) take_delivered(delivered->mail);
}

void Correspondence::take_delivered(const Mail& mail) {
  if (!mail.reply_to.empty()) address_ = mail.reply_to;
  if (mail.type != message_type::bundle) return answer(mail.message_id, mail.body);
  try {
    for (const wire::BundledAnswer& one : wire::decode_bundle(mail.body)) {
      answer(one.message_id, one.envelope);
    }
  } catch (const BadInput& fault) {
    report_(fmt::format("expected a bundle of answers, found: {}", fault.what()));
  }
}

void Correspondence::take_confirmed(Posting posting, const std::string& unroutable) {
  if (!unroutable.empty()) {
    if (!std::exchange(has_reported_, true)) {
      report_(fmt::format("expected queue {}, found: {}; its messages wait here",
                          "partition." + posting.mail.routing_key, unroutable));
    }
    unroutable_.emplace_back(std::chrono::steady_clock::now() + kBeforeNextAttempt,
                             std::move(posting));
    return;
  }
  has_reported_ = false;
  const std::lock_guard lock(mutex_);
  const auto found = questions_.find(posting.id);
  if (found == questions_.end()) return;  // the answer was faster
  found->second.posting = std::move(posting);
  found->second.is_confirmed = true;
}

void Correspondence::answer(const std::string& message_id, const std::string& body) {
  Question question;
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_message_.find(message_id);
    if (found == by_message_.end()) return;  // to an earlier copy of what is answered already
    const auto asked = questions_.find(found->second);
    question = std::move(asked->second);
    questions_.erase(asked);
    by_message_.erase(found);
  }
  question.on_answer(body);
}

void Correspondence::lost() {
  publisher_.lost();
  std::vector<Posting> again;
  const std::lock_guard lock(mutex_);
  for (auto& [number, question] : questions_) {
    if (!std::exchange(question.is_confirmed, false)) continue;  // the publisher has it
    again.push_back(std::move(question.posting));
  }
  publisher_.add(std::move(again));
}

}  // namespace reglament::rabbitmq
