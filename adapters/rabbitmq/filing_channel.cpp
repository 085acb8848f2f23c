#include "adapters/rabbitmq/filing_channel.hpp"

#include <utility>

#include "adapters/rabbitmq/topology.hpp"
#include "adapters/wire/messages.hpp"
#include "engine/base/fault.hpp"
#include "engine/runtime/partition.hpp"

namespace reglament::rabbitmq {

FilingChannel::FilingChannel(Address address, std::uint32_t partition_count, LinkSettings settings)
    : user_(address.user),
      partition_count_(partition_count),
      link_(std::move(address), std::move(settings), *this),
      correspondence_(link_.waker(), [this](const std::string& line) { link_.report(line); }) {
  link_.start();
}

FilingChannel::~FilingChannel() { link_.stop(); }

void FilingChannel::file(const Filing& filing, OnReply on_reply) {
  Mail mail;
  mail.type = message_type::filing;
  mail.message_id = filing.request_id;
  mail.correlation_id = filing.request_id;
  mail.user_id = user_;
  mail.body = wire::encode(filing);
  correspondence_.ask(partition_of_request(filing.request_id, partition_count_), std::move(mail),
                      [this, on_reply = std::move(on_reply)](const std::string& body) {
                        wire::FilingVerdict verdict;
                        try {
                          verdict = wire::decode_filing_verdict(body);
                        } catch (const BadInput& fault) {
                          link_.report(fault.what());
                          return on_reply(std::current_exception(), {});
                        }
                        if (verdict.unusable.empty()) return on_reply(nullptr, verdict.reply);
                        on_reply(std::make_exception_ptr(BadInput(verdict.unusable)), {});
                      });
}

}  // namespace reglament::rabbitmq
