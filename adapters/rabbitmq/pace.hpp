// When a link's thread looks at its connection next.
//
// Few messages at a time cost both ends most: a turn of the thread, a system call and a segment
// each. So where much arrives, it is left to gather between two turns; where little does, nothing
// waits.
#pragma once

#include <chrono>
#include <cstddef>

namespace reglament::rabbitmq {

class Pace {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::milliseconds gathering{5};
  static constexpr std::size_t crowd = 10;  // events in that time

  // After a turn that found so many events: the moment of the next turn, at most `gathering` later.
  [[nodiscard]] Moment next_turn(std::size_t events, Moment now) {
    events_ += events;
    if (now - begin_ >= gathering) {
      is_crowded_ = events_ >= crowd;
      events_ = 0;
      begin_ = now;
    }
    return is_crowded_ ? begin_ + gathering : now;
  }

 private:
  Moment begin_{};  // of what events_ counts
  std::size_t events_ = 0;
  bool is_crowded_ = false;
};

}  // namespace reglament::rabbitmq
