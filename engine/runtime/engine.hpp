// The engine: takes occasions from any thread, decides them in batches, commits each batch in one
// transaction and only then tells anybody.
//
// Two threads. One decides: it drains what has arrived, decides it in memory (docket.hpp) and hands
// the batch on; while that is being committed it decides the next. The other commits, publishes the
// messages and calls back. So a reply, a verdict or a task never leaves before it is durable.
//
// When a commit fails and nothing has happened (disk full), the callers of that batch and of those
// decided upon it are told so, memory is discarded and read again, and the engine goes on. When it
// is not known what has happened, or another owner has taken over, the engine stops for good:
// `fault()`.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "engine/runtime/broker.hpp"
#include "engine/runtime/calendar_course.hpp"
#include "engine/runtime/clock.hpp"
#include "engine/runtime/docket.hpp"
#include "engine/runtime/store.hpp"
#include "engine/runtime/virtual_clock.hpp"

namespace reglament {

struct EngineSettings {
  std::size_t batch_limit = 2048;       // occasions decided for one commit at most
  std::size_t cache_limit = 200'000;    // cases kept in memory
  std::size_t waiting_limit = 500'000;  // occasions submitted and not yet decided
  // What this engine writes. With one partition: filings and answers that belong to another are
  // refused as BadInput, and only its alarms, messages and tasks are seen.
  Share share{};
};

// What the engine has done since its start.
struct EngineCounters {
  std::uint64_t decisions = 0;  // occasions decided and durably committed
  std::uint64_t commits = 0;
  std::uint64_t moved_deadlines = 0;  // to another date, with a calendar edition
};

struct PublicationReply {
  std::string edition;
  std::uint64_t changed{};  // deadlines that moved to another date
};

class Engine {
 public:
  // `fault` is set where the occasion was not decided: nothing of it has happened, unless the fault
  // is CommitUnknown.
  using OnFiled = std::function<void(std::exception_ptr fault, const FilingReply& reply)>;
  using OnPublished = std::function<void(std::exception_ptr fault, const PublicationReply& reply)>;
  using OnAnswered = std::function<void(std::exception_ptr fault, const Verdict& verdict)>;

  // `clock` is `virtual_clock` where the database runs on one; else `virtual_clock` is null.
  Engine(Store& store, Broker& broker, const Clock& clock, VirtualClock* virtual_clock,
         const Framework& framework, RandomSource random, EngineSettings settings = {});
  // Stops; what was submitted is decided and committed first.
  ~Engine();

  // Takes over the store and offers open tasks to a broker that does not keep them. Throws.
  void start();
  // Decides and commits what was submitted, confirms the outbox, ends the threads.
  void stop();

  // From any thread. The callback comes once, from a thread of the engine, or from the caller's
  // own where the engine does not take the occasion at all; it must not wait for the engine.
  // TryAgain is the fault when more occasions wait than the settings allow.
  void file(Filing filing, OnFiled on_filed);
  void answer(Answer answer, OnAnswered on_answered);
  void act(LegalAct act, OnAnswered on_answered);

  // The callback comes when every open deadline follows the edition, and that is committed; where
  // the engine stops before, with Unavailable: the edition is published then, and the deadlines
  // follow when an engine runs again. BadInput for what CalendarCourse::draft refuses. Publishing
  // the same decree again publishes nothing and answers when its deadlines follow.
  void publish_calendar(CalendarPublication publication, OnPublished on_published);

  // Returns when everything submitted before has been decided and committed and has called back.
  void drain();
  // Moves the virtual clock. Deadlines on the way expire in order, each at its own instant. Throws
  // BadInput where the clock is not virtual or stands later than that, and the engine's fault.
  void advance_clock(Instant to);

  [[nodiscard]] Instant now() const { return clock_.now(); }
  [[nodiscard]] bool has_virtual_clock() const { return virtual_clock_ != nullptr; }
  [[nodiscard]] EngineCounters counters() const;
  // Under which start() claimed its partition; of the first one where it has all.
  [[nodiscard]] std::uint64_t epoch() const {
    return claimed_.at(settings_.share.value_or(0)).epoch;
  }
  // Why the engine has stopped for good; null while it runs.
  [[nodiscard]] std::exception_ptr fault() const;

 private:
  struct FilingSubmission {
    Filing filing;
    OnFiled on_filed;
  };
  struct AnswerSubmission {
    Answer answer;
    OnAnswered on_answered;
  };
  struct ActSubmission {
    LegalAct act;
    OnAnswered on_answered;
  };
  using OnMoved = std::function<void(std::exception_ptr fault)>;
  struct ClockMove {
    Instant to;
    OnMoved on_moved;
  };
  struct PublicationSubmission {
    CalendarPublication publication;
    OnPublished on_published;
  };
  using Submission = std::variant<FilingSubmission, AnswerSubmission, ActSubmission, ClockMove,
                                  PublicationSubmission>;
  // What a caller is told when the batch is committed. `refusal`: the occasion itself was not
  // taken.
  struct FilingDone {
    OnFiled tell;
    FilingReply reply;
    std::exception_ptr refusal;
  };
  struct AnswerDone {
    OnAnswered tell;
    Verdict verdict;
    std::exception_ptr refusal;
  };
  struct ClockDone {
    OnMoved tell;
  };
  // Who has published an edition and waits for the deadlines to follow.
  struct Publisher {
    std::string edition;
    OnMoved tell;
  };
  using Completion = std::variant<FilingDone, AnswerDone, ClockDone>;
  struct Work {
    std::uint64_t number{};
    Batch batch;
    std::vector<Completion> completions;
    std::vector<std::string> requests;
    std::size_t decisions{};
    std::size_t moved_deadlines{};
    std::size_t submissions{};
  };

  [[nodiscard]] std::exception_ptr submit(Submission& submission);
  void move_clock(Instant to);
  void decide_until_stopped();
  void commit_until_stopped();
  [[nodiscard]] bool wait_for_work(std::vector<Submission>& taken);
  void decide(std::vector<Submission> submissions);
  static void look_up_requests(Docket& docket, const std::vector<Submission>& submissions);
  void decide_one(Docket& docket, Submission& submission, Work& work);
  void decide_alarms(Instant now);
  [[nodiscard]] bool fire_due_alarms(Instant now);
  void load_calendar();
  void look_at_calendar(Instant now);
  void begin_following(Instant now);
  [[nodiscard]] bool follow_calendar(Instant now);
  void follow_more_cases(Instant now);
  void finish_following(Docket& docket, Work& work, Instant now);
  void wait_until_followed();
  void decide_publication(PublicationSubmission submission);
  [[nodiscard]] bool publish(const CalendarPublication& publication, Docket& docket, Instant now,
                             std::string& edition);
  [[nodiscard]] OnMoved teller(std::string edition, OnPublished on_published);
  // Those whose edition is not published after all; without a condition: all.
  void dismiss_publishers(const std::exception_ptr& fault, bool unpublished_only);
  void flush_outbox();
  void hand_over(Docket& docket, Work work, Instant now);
  void refuse(std::vector<Submission> submissions);
  void commit(Work work);
  [[nodiscard]] std::exception_ptr commit_batch(const Batch& batch);
  static void tell(const std::vector<Completion>& completions, const std::exception_ptr& fault);
  void fail(Work& work, const std::exception_ptr& fault);
  void count(const Work& work);
  void finish(const Work& work);
  void wait_for_commits();
  void load_bench();
  [[nodiscard]] std::optional<Instant> stored_clock();
  void offer_open_tasks();
  [[nodiscard]] bool recover_from_failure();

  Store& store_;
  Broker& broker_;
  const Clock& clock_;
  VirtualClock* const virtual_clock_;
  const CalendarEditions carried_;  // by the program
  Framework framework_;  // with the editions of the database; the deciding thread's, once it runs
  const RandomSource random_;
  const EngineSettings settings_;
  const std::unique_ptr<StoreReader> reader_;

  std::vector<StoredLog> claimed_;  // by start()

  // Only the deciding thread, or start() before it runs.
  std::optional<Bench> bench_;
  std::optional<Instant> next_alarm_;  // no alarm is earlier than this
  std::optional<CalendarCourse> course_;
  Instant editions_read_at_ = Instant::min();
  bool has_to_follow_ = false;       // open deadlines follow a calendar edition, a part at a time
  bool follow_later_ = false;        // after a failed commit
  bool store_knows_all_ = false;     // everything decided before that began is committed
  CaseNumber followed_through_ = 0;  // open cases up to this number follow
  std::vector<Publisher> publishers_;
  std::uint64_t batch_number_ = 0;
  std::uint64_t outbox_flushed_through_ = 0;

  std::mutex clock_mutex_;                     // held while the virtual clock moves
  std::unique_ptr<StoreReader> alarm_reader_;  // under clock_mutex_

  mutable std::mutex mutex_;
  std::condition_variable arrived_;    // submissions, stop
  std::condition_variable handed_on_;  // work to the committing thread, or by it to the store
  std::condition_variable finished_;   // work done
  // Under mutex_.
  std::vector<Submission> submissions_;
  std::deque<Work> work_;
  std::uint64_t submitted_ = 0;
  std::uint64_t completed_ = 0;
  bool stopping_ = false;
  bool decided_all_ = false;  // the deciding thread has ended
  bool committing_ = false;
  std::uint64_t rounds_begun_ = 0;       // of following calendar editions
  std::uint64_t rounds_done_ = 0;        // the last of those begun that is committed
  std::optional<Instant> next_edition_;  // comes into use then
  std::exception_ptr failure_;  // of the last commit, until the deciding thread has recovered
  std::exception_ptr fault_;    // for good
  std::vector<std::string> committed_requests_;
  std::uint64_t committed_batch_ = 0;
  EngineCounters counters_;

  std::thread deciding_;
  std::thread committing_thread_;
};

}  // namespace reglament
