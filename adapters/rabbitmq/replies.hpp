// Answers on their way to direct reply addresses. What is taken together and goes to the same
// address travels as one message, where the asker reads bundles: to the broker a message costs the
// same whatever is in it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "adapters/rabbitmq/connection.hpp"
#include "adapters/wire/messages.hpp"

namespace reglament::rabbitmq {

// Used by one thread.
class Replies {
 public:
  // One that bears a trace, or is long, goes by itself in any case.
  void add(Mail reply, bool reads_bundles);
  // What is to be sent now, and is forgotten here. Not in the order of adding: an answer is known
  // by its message id.
  [[nodiscard]] std::vector<Mail> take();

 private:
  struct Bundle {
    Mail first;
    std::vector<wire::BundledAnswer> answers;
    std::size_t bytes = 0;
  };
  void close(Bundle bundle);

  std::vector<Mail> ready_;
  std::map<std::string, Bundle> open_;  // by address
};

}  // namespace reglament::rabbitmq
