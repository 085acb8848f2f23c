// Which deliveries of a channel are done with, so that many are acknowledged by one frame: all up
// to a number, and those beyond a gap one by one.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "adapters/rabbitmq/connection.hpp"

namespace reglament::rabbitmq {

class Acknowledgements {
 public:
  void delivered(std::uint64_t tag);
  void done(std::uint64_t tag) { done_.push_back(tag); }
  // Given back or refused: the server knows.
  void returned(std::uint64_t tag);
  void send(Connection& connection, Channel channel);
  void clear();

 private:
  void mark(std::uint64_t tag);

  std::uint64_t first_ = 1;  // the number of ended_.front(); all before have ended
  std::deque<bool> ended_;   // tags of a channel ascend without a gap
  std::vector<std::uint64_t> done_;
};

}  // namespace reglament::rabbitmq
