#include "adapters/rabbitmq/acknowledgements.hpp"

#include <algorithm>

namespace reglament::rabbitmq {

void Acknowledgements::delivered(std::uint64_t tag) {
  if (tag >= first_ + ended_.size()) ended_.resize(tag - first_ + 1, false);
}

void Acknowledgements::mark(std::uint64_t tag) {
  if (tag >= first_ && tag - first_ < ended_.size()) ended_[tag - first_] = true;
  while (!ended_.empty() && ended_.front()) {
    ended_.pop_front();
    ++first_;
  }
}

void Acknowledgements::returned(std::uint64_t tag) { mark(tag); }

void Acknowledgements::send(Connection& connection, Channel channel) {
  if (done_.empty()) return;
  std::ranges::sort(done_);
  for (const std::uint64_t tag : done_) mark(tag);
  const auto beyond = std::ranges::lower_bound(done_, first_);
  if (beyond != done_.begin()) connection.acknowledge(channel, *std::prev(beyond), true);
  for (auto one = beyond; one != done_.end(); ++one) connection.acknowledge(channel, *one, false);
  done_.clear();
}

void Acknowledgements::clear() {
  first_ = 1;
  ended_.clear();
  done_.clear();
}

}  // namespace reglament::rabbitmq
