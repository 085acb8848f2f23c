// An office at work with an inbox and an outbox of its own: what `reglament desk` runs.
//
// A round takes over what the broker has, stores it, and only then tells the broker to forget it;
// finds out what can be answered, stores the answers, and only then sends them, in the order of
// answering. An answer leaves the outbox with its verdict. One whose verdict does not come is sent
// again under the same message id: after a pause where the channel has dropped it, after a longer
// one where it is just silent, and once at the start.
//
// So the process may die anywhere: the broker delivers again what was not settled, the inbox
// recognises it; the engine recognises an answer that it has had.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "deploy/desk/answering.hpp"
#include "deploy/desk/desk_clock.hpp"
#include "deploy/desk/office_inbox.hpp"
#include "engine/runtime/broker.hpp"

namespace reglament::program {

// An answer and what became of it.
struct JudgedAnswer {
  TaskMessage task;
  Answer answer;
  Instant at{};  // when its verdict came
  Verdict verdict;
};

struct InboxDeskEvents {
  std::function<void(const JudgedAnswer&)> on_verdict;
  std::function<void(const Notice&)> on_notice;
  // A delivery that is not this office's went back to the broker: one line.
  std::function<void(const std::string&)> on_refused;
};

// Used from one thread. The pauses run on the monotonic clock, which is passed in.
class InboxDesk {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // All of them outlive the desk. What is open in the inbox is offered to `answering` at once.
  InboxDesk(DeskChannel& channel, OfficeInbox& inbox, Answering& answering, DeskClock& clock,
            InboxDeskEvents events);
  ~InboxDesk();

  // One round; whether anything was done in it. Throws Unavailable where broker or file failed.
  bool work(Moment now);
  // Whether nothing is planned, and every answer has its verdict.
  [[nodiscard]] bool is_idle() const;
  [[nodiscard]] std::size_t rejected() const { return rejected_; }

 private:
  class Verdicts;  // where they arrive, from any thread
  struct News {
    std::vector<TaskDelivery> deliveries;
    std::vector<Revocation> revoked;
    std::vector<Notice> notices;
  };
  struct Heard {
    desk::TaskKey key;
    std::string message_id;
    bool dropped = false;
    Verdict verdict;
  };
  // An answer that was sent and has no verdict.
  struct Sent {
    std::uint64_t place{};
    Moment again;  // when it is to be sent once more
    unsigned times = 0;
  };

  void take_over(desk::Inbox& inbox, const News& news);
  bool hear(desk::Inbox& inbox, Moment now);
  bool answer(desk::Inbox& inbox);
  void collect_to_send(const desk::Inbox& inbox, Moment now);
  bool send();

  DeskChannel& channel_;
  OfficeInbox& inbox_;
  Answering& answering_;
  DeskClock& clock_;
  const InboxDeskEvents events_;
  std::shared_ptr<Verdicts> verdicts_;
  std::vector<std::uint64_t> stored_;   // tags to settle after the commit
  std::vector<TaskDelivery> not_ours_;  // to give back after it
  std::vector<TaskMessage> offered_;    // to `answering`
  std::vector<JudgedAnswer> judged_;    // told after the commit that stores it
  std::vector<std::pair<desk::TaskKey, Answer>> to_send_;
  std::vector<desk::TaskKey> touched_;          // by clerks
  std::uint64_t sent_through_ = 0;              // places of the outbox
  std::unordered_map<std::string, Sent> sent_;  // by message id
  Moment next_look_{};                          // for those to be sent once more
  std::size_t rejected_ = 0;
};

}  // namespace reglament::program
