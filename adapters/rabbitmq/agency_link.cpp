#include "adapters/rabbitmq/agency_link.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "adapters/rabbitmq/reply_address.hpp"
#include "adapters/rabbitmq/topology.hpp"
#include "adapters/wire/limits.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"
#include "engine/runtime/partition.hpp"

namespace reglament::rabbitmq {
namespace {

constexpr Channel kPublishing = 1;
constexpr Channel kReading = 2;
constexpr Channel kDeclaring = 3;
constexpr std::chrono::milliseconds kBeforeNextPublish{1'000};
constexpr std::chrono::milliseconds kBeforeNextHandOver{200};
// Far below any delivery limit: what is delivered more often may be what our replies die of.
constexpr std::uint32_t kDeliveriesWithReply = 5;

// As RabbitMQ has checked it; empty: not said.
std::string user_of(const Mail& mail, const std::string& own_user) {
  if (mail.user_id != own_user) return mail.user_id;
  const auto noted = mail.headers.find(std::string(header::user));
  return noted == mail.headers.end() ? mail.user_id : noted->second;
}

}  // namespace

// ---- Sinks -------------------------------------------------------------------------------------

void Sinks::set(Broker::AnswerSink sink) {
  const std::lock_guard lock(mutex_);
  answers_ = sink ? std::make_shared<const Broker::AnswerSink>(std::move(sink)) : nullptr;
}

void Sinks::set(Broker::FilingSink sink) {
  const std::lock_guard lock(mutex_);
  filings_ = sink ? std::make_shared<const Broker::FilingSink>(std::move(sink)) : nullptr;
}

std::shared_ptr<const Broker::AnswerSink> Sinks::answers() const {
  const std::lock_guard lock(mutex_);
  return answers_;
}

std::shared_ptr<const Broker::FilingSink> Sinks::filings() const {
  const std::lock_guard lock(mutex_);
  return filings_;
}

bool Sinks::are_set() const {
  const std::lock_guard lock(mutex_);
  return answers_ != nullptr;
}

// ---- Deliveries that the engine has in hand ----------------------------------------------------

void AgencyLink::Outcomes::add(Outcome outcome) {
  {
    const std::lock_guard lock(mutex);
    all.push_back(std::move(outcome));
  }
  waker->wake();
}

std::vector<AgencyLink::Outcome> AgencyLink::Outcomes::take() {
  const std::lock_guard lock(mutex);
  return std::exchange(all, {});
}

// A delivery with the engine; gone without a decision it is to be handed over again.
class AgencyLink::InHand {
 public:
  InHand(std::shared_ptr<Outcomes> outcomes, std::uint64_t connection, Delivered delivered)
      : outcomes_(std::move(outcomes)), outcome_{connection, std::move(delivered)} {}
  InHand(const InHand&) = delete;
  InHand& operator=(const InHand&) = delete;
  ~InHand() { end(); }

  [[nodiscard]] const Mail& mail() const { return outcome_.delivered.mail; }
  // `reply`: an Envelope.
  void decide(std::string_view type, bool is_rejection, std::string reply) {
    outcome_.type = type;
    outcome_.is_rejection = is_rejection;
    outcome_.reply = std::move(reply);
    end();
  }

 private:
  void end() {
    if (std::exchange(has_ended_, true)) return;
    outcomes_->add(std::move(outcome_));
  }

  const std::shared_ptr<Outcomes> outcomes_;
  Outcome outcome_;
  bool has_ended_ = false;
};

AgencyLink::AgencyLink(AgencyLinkSettings settings, Confirmations& confirmations,
                       const Sinks& sinks)
    : settings_(std::move(settings)),
      confirmations_(confirmations),
      sinks_(sinks),
      link_(settings_.address, settings_.link, *this),
      publisher_(
          {.channel = kPublishing, .window = settings_.window}, link_.waker(),
          [this](Posting posting, const std::string& unroutable) {
            take_published(std::move(posting), unroutable);
          },
          [this](Connection& connection, const Mail& mail) { declare_desk_of(connection, mail); }),
      outcomes_(std::make_shared<Outcomes>(link_.waker())) {}

AgencyLink::~AgencyLink() { link_.stop(); }

// ---- The connection ----------------------------------------------------------------------------

void AgencyLink::connected(Connection& connection) {
  connection.open_channel(kDeclaring);
  declare_exchanges(connection, kDeclaring);
  for (const LogId partition : settings_.partitions) {
    declare_partition(connection, kDeclaring, partition, settings_.delivery_limit);
  }
  publisher_.connected(connection);
  connection.open_channel(kReading);
  connection.limit_unacknowledged(kReading, settings_.prefetch);
}

void AgencyLink::start_reading(Connection& connection) {
  if (is_reading_ || !sinks_.are_set()) return;
  for (const LogId partition : settings_.partitions) {
    connection.consume(kReading, names::partition_queue(partition), true);
  }
  is_reading_ = true;
}

bool AgencyLink::serve(Connection& connection) {
  start_reading(connection);
  for (Outcome& outcome : outcomes_->take()) settle(std::move(outcome));
  repeat_what_is_due();
  send_replies(connection);
  // Behind the replies: a connection that breaks in between brings the question again, not silence.
  acknowledgements_.send(connection, kReading);
  report_overdue();
  return publisher_.serve(connection);
}

void AgencyLink::received(Event event) {
  if (auto* delivered = std::get_if<Delivered>(&event)) {
    acknowledgements_.delivered(delivered->tag);
    hand_over(std::move(*delivered));
  } else if (const auto* confirmed = std::get_if<Confirmed>(&event)) {
    publisher_.received(*confirmed);
  } else if (const auto* returned = std::get_if<Returned>(&event)) {
    publisher_.received(*returned);
  } else if (const auto* blocked = std::get_if<Blocked>(&event)) {
    publisher_.received(*blocked);
    link_.report(blocked->blocked
                     ? fmt::format("{} takes nothing more: {}; what is published waits",
                                   settings_.address.text(), blocked->reason)
                     : fmt::format("{} takes messages again", settings_.address.text()));
  }
}

void AgencyLink::lost() {
  ++connection_;
  is_reading_ = false;
  declared_.clear();
  acknowledgements_.clear();
  failed_.clear();  // the server delivers them again
  publisher_.lost();
}

// ---- Publishing --------------------------------------------------------------------------------

void AgencyLink::declare_desk_of(Connection& connection, const Mail& mail) {
  if (mail.exchange != names::tasks || declared_.contains(mail.routing_key)) return;
  declared_.insert(mail.routing_key);
  if (undeclarable_.contains(mail.routing_key)) return;
  try {
    declare_desk(connection, kDeclaring, mail.routing_key, settings_.delivery_limit);
  } catch (const BadConfiguration&) {
    // It may be there all the same, declared by others: the message is tried without. The
    // connection ends with this exception, as the channel does.
    undeclarable_.insert(mail.routing_key);
    throw;
  }
}

void AgencyLink::take_published(Posting posting, const std::string& unroutable) {
  const std::string& key = posting.mail.routing_key;
  if (!unroutable.empty()) {
    declared_.erase(key);
    if (reported_.insert(key).second) {
      link_.report(fmt::format("expected a queue for {} in {}, found: {}; its messages wait", key,
                               settings_.address.text(), unroutable));
    }
    unroutable_.emplace(std::chrono::steady_clock::now() + kBeforeNextPublish, std::move(posting));
    return;
  }
  if (!reported_.empty()) reported_.erase(key);
  confirmations_.confirm(posting.id);
  // A dead letter is safe, a rejection is with its office: what they were made of may go.
  acknowledge({posting.connection, posting.delivery});
}

// Of a connection that is lost the server delivers it again.
void AgencyLink::acknowledge(Receipt receipt) {
  if (receipt.tag == 0 || receipt.connection != connection_) return;
  acknowledgements_.done(receipt.tag);
}

// ---- Occasions ---------------------------------------------------------------------------------

void AgencyLink::expect_partition(const Delivered& delivered, LogId partition) const {
  const std::string expected = fmt::format("{}", partition);
  if (delivered.mail.routing_key == expected) return;
  throw BadInput(fmt::format("expected routing key {}, the partition of its case, found {}",
                             expected, wire::quote(delivered.mail.routing_key)));
}

void AgencyLink::hand_over(Delivered delivered) {
  try {
    if (delivered.body_bytes > wire::limit::filing_bytes) {
      throw BadInput(fmt::format("expected at most {} bytes, found {}", wire::limit::filing_bytes,
                                 delivered.body_bytes));
    }
    auto occasion = wire::decode_occasion(delivered.mail.body);
    if (auto* answer = std::get_if<Answer>(&occasion)) {
      expect_partition(delivered, partition_of(answer->case_number, settings_.partition_count));
      const std::string user = user_of(delivered.mail, settings_.address.user);
      if (user.empty()) throw BadInput("expected property user_id of an outcome, found none");
      if (!settings_.speaks_for(user, answer->office)) answer->office = user;
      answer->reply_to = partition_of(answer->case_number, settings_.partition_count);
      hand_over(std::move(delivered), std::move(*answer));
    } else {
      auto& filing = std::get<Filing>(occasion);
      expect_partition(delivered,
                       partition_of_request(filing.request_id, settings_.partition_count));
      hand_over(std::move(delivered), std::move(filing));
    }
  } catch (const BadInput& fault) {
    bury(std::move(delivered), fault.what());
  }
}

void AgencyLink::hand_over(Delivered delivered, Answer answer) {
  auto in_hand = std::make_shared<InHand>(outcomes_, connection_, std::move(delivered));
  const auto sink = sinks_.answers();
  if (!sink) return;  // the engine stops: it stays with the server
  std::string message_id = answer.message_id;
  try {
    (*sink)(
        std::move(answer), [in_hand, message_id = std::move(message_id)](const Verdict& verdict) {
          // Nobody waits for the verdict of most strangers: no bytes are made for it then.
          const bool is_wanted = verdict || !in_hand->mail().reply_to.empty();
          in_hand->decide(
              message_type::verdict, verdict.has_value(),
              is_wanted ? wire::encode(wire::AnswerVerdict{message_id, verdict}) : std::string());
        });
  } catch (const std::runtime_error&) {
    // It is handed over again.
  }
}

void AgencyLink::hand_over(Delivered delivered, Filing filing) {
  auto in_hand = std::make_shared<InHand>(outcomes_, connection_, std::move(delivered));
  const auto sink = sinks_.filings();
  if (!sink) return;
  std::string request_id = filing.request_id;
  (*sink)(std::move(filing), [in_hand, request_id = std::move(request_id)](
                                 std::exception_ptr fault, const FilingReply& reply) {
    wire::FilingVerdict verdict{request_id, reply, {}};
    try {
      if (fault) std::rethrow_exception(fault);
    } catch (const BadInput& refusal) {
      verdict.reply = {};
      verdict.unusable = refusal.what();
    } catch (const std::runtime_error&) {
      return;  // not decided: handed over again
    }
    in_hand->decide(message_type::filing_reply, false, wire::encode(verdict));
  });
}

void AgencyLink::settle(Outcome outcome) {
  const bool is_current = outcome.connection == connection_;
  if (outcome.type.empty()) {
    if (!is_current) return;
    if (sinks_.are_set() && !std::exchange(has_fault_, true)) {
      link_.report("the engine could not decide what has come; it is handed over again");
    }
    failed_.emplace(std::chrono::steady_clock::now() + kBeforeNextHandOver,
                    std::move(outcome.delivered));
    return;
  }
  has_fault_ = false;
  const Mail& question = outcome.delivered.mail;
  const Receipt receipt{outcome.connection, outcome.delivered.tag};
  Mail reply;
  reply.type = outcome.type;
  reply.message_id = question.message_id;
  reply.correlation_id = question.correlation_id;
  reply.content_type = content_type;
  reply.body = std::move(outcome.reply);
  const auto trace = question.headers.find(std::string(trace_header));
  if (trace != question.headers.end()) reply.headers.insert(*trace);
  const bool may_reply = outcome.delivered.deliveries <= kDeliveriesWithReply;
  if (may_reply && is_direct_reply_address(question.reply_to)) {
    reply.routing_key = question.reply_to;
    reply.reply_to = question.reply_to;  // so the asker learns its address
    reply.persistent = false;
    replied_.push_back(receipt);
    return replies_.add(std::move(reply), question.headers.contains(std::string(bundles_header)));
  }
  const std::string user = user_of(question, settings_.address.user);
  if (!outcome.is_rejection || !user.starts_with(names::office_user)) return acknowledge(receipt);
  reply.exchange = names::tasks;
  reply.routing_key = user.substr(names::office_user.size());
  publisher_.add({std::move(reply), 0, receipt.tag, receipt.connection});
}

void AgencyLink::send_replies(Connection& connection) {
  if (publisher_.is_blocked()) return;
  for (const Mail& mail : replies_.take()) connection.publish(kReading, mail, false);
  for (const Receipt& receipt : std::exchange(replied_, {})) acknowledge(receipt);
}

// The letter holds what is needed to put it back.
void AgencyLink::bury(Delivered delivered, const std::string& reason) {
  link_.report(fmt::format("dead letter from {} in {}: {}", delivered.mail.routing_key,
                           settings_.address.text(), reason));
  Mail letter = std::move(delivered.mail);
  letter.headers[std::string(header::reason)] = reason;
  letter.headers[std::string(header::exchange)] = letter.exchange;
  letter.headers[std::string(header::routing_key)] = letter.routing_key;
  const std::string user = user_of(letter, settings_.address.user);
  if (!user.empty()) letter.headers[std::string(header::user)] = user;
  letter.exchange = names::dead;
  letter.user_id.clear();
  letter.reply_to.clear();
  letter.persistent = true;
  publisher_.add({std::move(letter), 0, delivered.tag, connection_});
}

void AgencyLink::repeat_what_is_due() {
  const Moment now = std::chrono::steady_clock::now();
  while (!failed_.empty() && failed_.begin()->first <= now) {
    hand_over(std::move(failed_.extract(failed_.begin()).mapped()));
  }
  while (!unroutable_.empty() && unroutable_.begin()->first <= now) {
    publisher_.add(std::move(unroutable_.extract(unroutable_.begin()).mapped()));
  }
}

// A quorum queue without a leader takes a message and never confirms it.
void AgencyLink::report_overdue() {
  const auto patience = settings_.link.connection.answer_limit;
  const Mail* const mail = publisher_.overdue(patience);
  if (mail == nullptr || !reported_.insert(mail->routing_key).second) return;
  link_.report(
      fmt::format("expected what is for {} in {} to be confirmed within {} s, found"
                  " nothing; it waits",
                  mail->routing_key, settings_.address.text(),
                  std::chrono::duration_cast<std::chrono::seconds>(patience).count()));
}

}  // namespace reglament::rabbitmq
