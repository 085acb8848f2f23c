// Files applications over RabbitMQ, as any user that may write reglament.outcomes of its vhost.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>

#include "adapters/rabbitmq/correspondence.hpp"
#include "adapters/rabbitmq/link.hpp"
#include "engine/casework/occasion.hpp"
#include "engine/runtime/filing_reply.hpp"

namespace reglament::rabbitmq {

class FilingChannel final : private Link::Service {
 public:
  // `fault` is BadInput where the filing could not be decided at all.
  using OnReply = std::function<void(std::exception_ptr fault, const FilingReply& reply)>;

  // Connects. Throws Unavailable, BadConfiguration.
  FilingChannel(Address address, std::uint32_t partition_count, LinkSettings settings);
  ~FilingChannel() override;

  // From any thread. `on_reply` is called once, on the channel's thread, when the engine has
  // answered; until then the filing is sent again over each new connection, which changes nothing.
  void file(const Filing& filing, OnReply on_reply);
  [[nodiscard]] std::size_t unanswered() const { return correspondence_.unanswered(); }

 private:
  void connected(Connection& connection) override { correspondence_.connected(connection); }
  void received(Event event) override { correspondence_.received(std::move(event)); }
  bool serve(Connection& connection) override { return correspondence_.serve(connection); }
  void lost() override { correspondence_.lost(); }

  const std::string user_;
  const std::uint32_t partition_count_;
  Link link_;
  Correspondence correspondence_;
};

}  // namespace reglament::rabbitmq
