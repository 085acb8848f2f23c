#include "adapters/rabbitmq/rabbit_broker.hpp"

#include <fmt/format.h>

#include <utility>
#include <variant>

#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"

namespace reglament::rabbitmq {
namespace {

// The office whose queue a message goes to; nothing where it is for no office.
std::string_view office_of(const TaskMessage& task) { return task.office.view(); }
std::string_view office_of(const Revocation& revocation) { return revocation.office.view(); }
std::string_view office_of(const Notice& notice) {
  if (notice.recipient == "applicant") return {};
  return notice.recipient == "head" ? notice.office.view() : notice.recipient.view();
}

void describe(const TaskMessage& task, Mail& mail) {
  mail.type = message_type::task;
  mail.message_id = fmt::format("task/{}/{}/{}", task.case_number, task.task, task.attempt);
  mail.correlation_id = task.talon;
}
void describe(const Revocation& revocation, Mail& mail) {
  mail.type = message_type::revocation;
  mail.message_id = fmt::format("revocation/{}/{}", revocation.case_number, revocation.task);
  mail.correlation_id = fmt::format("{}", revocation.case_number);
}
void describe(const Notice& notice, Mail& mail) {
  mail.type = message_type::notice;
  mail.message_id = fmt::format("notice/{}/{}/{}", notice.case_number, notice.kind.view(),
                                notice.at.time_since_epoch().count());
  mail.correlation_id = notice.talon;
}

}  // namespace

RabbitBroker::RabbitBroker(RabbitBrokerSettings settings) : settings_(std::move(settings)) {
  for (const std::string& vhost : settings_.vhosts) {
    AgencyLinkSettings link{settings_.address.in(vhost),
                            settings_.partitions,
                            settings_.partition_count,
                            settings_.speaks_for,
                            settings_.delivery_limit,
                            settings_.prefetch,
                            settings_.window,
                            settings_.link};
    auto made = std::make_unique<AgencyLink>(std::move(link), confirmations_, sinks_);
    made->start();
    links_.emplace(vhost, std::move(made));
  }
}

void RabbitBroker::publish(std::span<const OutboxMessage> messages) {
  std::map<AgencyLink*, std::vector<Posting>> by_link;
  for (const OutboxMessage& message : messages) {
    confirmations_.expect(message.id);
    const auto office =
        std::visit([](const auto& kind) { return office_of(kind); }, message.message);
    const auto link = office.empty() ? links_.end() : links_.find(settings_.vhost_of(office));
    if (link == links_.end()) {
      if (!office.empty()) {
        settings_.link.report(
            fmt::format("expected an agency of office {}, found none; what is "
                        "for it is dropped",
                        office));
      }
      confirmations_.confirm(message.id);
      continue;
    }
    Posting posting;
    posting.id = message.id;
    posting.mail.exchange = names::tasks;
    posting.mail.routing_key = office;
    posting.mail.content_type = content_type;
    std::visit([&](const auto& kind) { describe(kind, posting.mail); }, message.message);
    posting.mail.body = wire::encode(message.message);
    by_link[link->second.get()].push_back(std::move(posting));
  }
  for (auto& [link, postings] : by_link) link->publish(std::move(postings));
}

void RabbitBroker::set_answer_sink(AnswerSink sink) {
  sinks_.set(std::move(sink));
  for (const auto& [vhost, link] : links_) link->wake();
}

void RabbitBroker::set_filing_sink(FilingSink sink) { sinks_.set(std::move(sink)); }

std::unique_ptr<DeskChannel> RabbitBroker::open_desk(std::vector<std::string>) {
  throw BadConfiguration(
      "expected a desk to connect to RabbitMQ as the user of its office, found it at the engine");
}

}  // namespace reglament::rabbitmq
