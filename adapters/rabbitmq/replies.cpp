#include "adapters/rabbitmq/replies.hpp"

#include <utility>

#include "adapters/rabbitmq/topology.hpp"
#include "adapters/wire/limits.hpp"

namespace reglament::rabbitmq {

void Replies::add(Mail reply, bool reads_bundles) {
  const std::size_t bytes = reply.body.size();
  if (!reads_bundles || !reply.headers.empty() || bytes > wire::limit::message_bytes) {
    ready_.push_back(std::move(reply));
    return;
  }
  const auto [place, is_first] = open_.try_emplace(reply.routing_key);
  Bundle& bundle = place->second;
  const bool is_full = bundle.answers.size() == wire::limit::list ||
                       bundle.bytes + bytes > wire::limit::message_bytes;
  if (!is_first && is_full) close(std::exchange(bundle, {}));
  bundle.bytes += bytes;
  bundle.answers.push_back({reply.message_id, std::move(reply.body)});
  if (bundle.answers.size() == 1) bundle.first = std::move(reply);
}

std::vector<Mail> Replies::take() {
  for (auto& [address, bundle] : open_) close(std::move(bundle));
  open_.clear();
  return std::exchange(ready_, {});
}

void Replies::close(Bundle bundle) {
  Mail mail = std::move(bundle.first);
  if (bundle.answers.size() == 1) {
    mail.body = std::move(bundle.answers.front().envelope);
  } else {
    mail.type = message_type::bundle;
    mail.message_id.clear();
    mail.correlation_id.clear();
    mail.body = wire::encode(bundle.answers);
  }
  ready_.push_back(std::move(mail));
}

}  // namespace reglament::rabbitmq
