#include "engine/runtime/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>

#include "engine/base/ensure.hpp"
#include "engine/runtime/due_alarms.hpp"

namespace reglament {
namespace {

constexpr std::size_t kAlarmsAtOnce = 4096;
// A jump of the clock cannot make the tracker sleep longer than this.
constexpr std::chrono::milliseconds kTick{1000};
// How long the engine is idle before it commits for nothing but to tidy the outbox.
constexpr std::chrono::milliseconds kIdleBeforeFlush{20};

}  // namespace

Engine::Engine(Store& store, Broker& broker, const Clock& clock, VirtualClock* virtual_clock,
               const Framework& framework, RandomSource random, EngineSettings settings)
    : store_(store),
      broker_(broker),
      clock_(clock),
      virtual_clock_(virtual_clock),
      carried_(framework.calendars),
      framework_(framework),
      random_(std::move(random)),
      settings_(settings),
      reader_(store.reader()) {}

Engine::~Engine() { stop(); }

void Engine::start() {
  claimed_ = store_.claim(settings_.share);
  load_bench();
  broker_.set_answer_sink([this](Answer answer, std::function<void(const Verdict&)> on_verdict) {
    this->answer(std::move(answer), [on_verdict = std::move(on_verdict)](std::exception_ptr fault,
                                                                         const Verdict& verdict) {
      // Not decided: the desk keeps the task and sends the answer again.
      if (!fault) on_verdict(verdict);
    });
  });
  broker_.set_filing_sink(
      [this](Filing filing, OnFiled on_filed) { file(std::move(filing), std::move(on_filed)); });
  offer_open_tasks();
  deciding_ = std::thread([this] { decide_until_stopped(); });
  committing_thread_ = std::thread([this] { commit_until_stopped(); });
}

void Engine::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  if (deciding_.joinable()) deciding_.join();
  handed_on_.notify_all();
  if (committing_thread_.joinable()) committing_thread_.join();
  broker_.set_answer_sink(nullptr);  // desks may outlive the engine
  broker_.set_filing_sink(nullptr);
}

void Engine::load_bench() {
  const std::vector<StoredLog> logs = reader_->logs();
  for (const StoredLog& log : logs) {
    // Read again after a failed commit, the store may be another owner's by now (I11).
    if (holds(settings_.share, log.log) && log.epoch != claimed_.at(log.log).epoch) {
      throw Fenced(
          fmt::format("expected epoch {} of log {}, found {}: another owner has taken over",
                      claimed_.at(log.log).epoch, log.log, log.epoch));
    }
  }
  const auto partitions = static_cast<std::uint32_t>(logs.size());
  std::uint64_t last_message = broker_.confirmed_through();
  reader_->for_each_message(settings_.share, [&](const OutboxMessage& message) {
    last_message = std::max(last_message, message.id);
    return true;
  });
  load_calendar();
  bench_.emplace(Bench{framework_,
                       *reader_,
                       random_,
                       {},
                       CaseCache(settings_.cache_limit),
                       last_message + 1,
                       {},
                       settings_.share});
  bench_->wait_for_commits = [this] { wait_for_commits(); };
  for (const StoredLog& log : logs) bench_->partitions.emplace_back(log, partitions);
  next_alarm_ = reader_->next_alarm(settings_.share, Instant::min());
  begin_following(clock_.now());
}

std::optional<Instant> Engine::stored_clock() {
  if (!settings_.share) return reader_->settings().clock_now;
  return reader_->logs().at(*settings_.share).clock_now;
}

void Engine::offer_open_tasks() {
  std::vector<OutboxMessage> messages;
  if (!broker_.is_durable()) {
    reader_->for_each_case(settings_.share, true, [&](const StoredCase& row) {
      const Case state = decode_case(row.state);
      for (const Task& task : state.tasks) {
        messages.push_back({0, row.log, task_message(task, state, framework_, row.log)});
      }
      return true;
    });
    std::ranges::stable_sort(messages, {}, [](const OutboxMessage& message) {
      return std::get<TaskMessage>(message.message).offered_at;
    });
  }
  // What the last owner decided but could not hand to the broker. A task that is already there is
  // dropped by the broker as a repeat.
  reader_->for_each_message(settings_.share, [&](const OutboxMessage& message) {
    messages.push_back(message);
    return true;
  });
  broker_.publish(messages);
}

// Null where the submission was taken; else why not, and the submission is untouched.
std::exception_ptr Engine::submit(Submission& submission) {
  {
    const std::lock_guard lock(mutex_);
    if (fault_) return fault_;
    if (stopping_) return std::make_exception_ptr(Unavailable("the engine is stopping"));
    if (submissions_.size() >= settings_.waiting_limit) {
      return std::make_exception_ptr(TryAgain(fmt::format(
          "expected fewer than {} occasions waiting, found as many", settings_.waiting_limit)));
    }
    submissions_.push_back(std::move(submission));
    ++submitted_;
    if (submissions_.size() > 1) return nullptr;  // the deciding thread knows already
  }
  arrived_.notify_one();
  return nullptr;
}

void Engine::file(Filing filing, OnFiled on_filed) {
  Submission submission = FilingSubmission{std::move(filing), std::move(on_filed)};
  if (const auto refused = submit(submission)) {
    std::get<FilingSubmission>(submission).on_filed(refused, FilingReply{});
  }
}

void Engine::answer(Answer answer, OnAnswered on_answered) {
  Submission submission = AnswerSubmission{std::move(answer), std::move(on_answered)};
  if (const auto refused = submit(submission)) {
    std::get<AnswerSubmission>(submission).on_answered(refused, std::nullopt);
  }
}

void Engine::act(LegalAct act, OnAnswered on_answered) {
  Submission submission = ActSubmission{std::move(act), std::move(on_answered)};
  if (const auto refused = submit(submission)) {
    std::get<ActSubmission>(submission).on_answered(refused, std::nullopt);
  }
}

void Engine::move_clock(Instant to) {
  std::promise<void> moved;
  Submission submission = ClockMove{to, [&moved](const std::exception_ptr& fault) {
                                      fault ? moved.set_exception(fault) : moved.set_value();
                                    }};
  if (const auto refused = submit(submission)) std::rethrow_exception(refused);
  moved.get_future().get();
}

void Engine::drain() {
  std::unique_lock lock(mutex_);
  const std::uint64_t target = submitted_;
  finished_.wait(lock, [&] { return completed_ >= target; });
}

void Engine::advance_clock(Instant to) {
  if (virtual_clock_ == nullptr) {
    throw BadInput("expected a database on a virtual clock, found one on the system clock");
  }
  if (to < clock_.now()) {
    throw BadInput(fmt::format("expected an instant from {} on, found {}",
                               format_instant(clock_.now(), {}), format_instant(to, {})));
  }
  const std::lock_guard one_at_a_time(clock_mutex_);
  if (!alarm_reader_) alarm_reader_ = store_.reader();
  drain();
  // The next alarm, or the next calendar edition that comes into use: deadlines follow it first.
  const auto next_event = [&] {
    wait_until_followed();
    auto next = alarm_reader_->next_alarm(settings_.share, clock_.now());
    const std::lock_guard lock(mutex_);
    if (next_edition_ && (!next || *next_edition_ < *next)) next = next_edition_;
    return next;
  };
  for (auto event = next_event(); event && *event <= to; event = next_event()) move_clock(*event);
  move_clock(to);
  wait_until_followed();
}

EngineCounters Engine::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

std::exception_ptr Engine::fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

// ---- The deciding thread -----------------------------------------------------------------------

void Engine::decide_until_stopped() {
  static_cast<void>(fire_due_alarms(clock_.now()));  // what fell due while nobody ran
  std::vector<Submission> taken;
  while (wait_for_work(taken)) {
    if (!recover_from_failure() || !fire_due_alarms(clock_.now())) {
      refuse(std::move(taken));
      dismiss_publishers(fault(), false);
    } else if (!taken.empty()) {
      decide(std::move(taken));
    }
    taken.clear();
    if (!follow_calendar(clock_.now())) dismiss_publishers(fault(), false);
  }
  dismiss_publishers(std::make_exception_ptr(Unavailable(
                         "the edition is published; its deadlines follow when an engine runs")),
                     false);
  flush_outbox();
  wait_for_commits();
  const std::lock_guard lock(mutex_);
  decided_all_ = true;
}

// False where it cannot be done: a store that cannot be read, or that holds what this program does
// not understand, ends the engine but not the process, and everybody who waits is told why.
bool Engine::fire_due_alarms(Instant now) {
  try {
    look_at_calendar(now);
    if (next_alarm_ && *next_alarm_ <= now) decide_alarms(now);
    return true;
  } catch (const std::runtime_error&) {
    const std::lock_guard lock(mutex_);
    if (!fault_) fault_ = std::current_exception();
    return false;
  }
}

void Engine::refuse(std::vector<Submission> submissions) {
  Work refused;
  refused.submissions = submissions.size();
  for (Submission& submission : submissions) {
    if (auto* filing = std::get_if<FilingSubmission>(&submission)) {
      refused.completions.push_back(FilingDone{std::move(filing->on_filed), {}, nullptr});
    } else if (auto* answered = std::get_if<AnswerSubmission>(&submission)) {
      refused.completions.push_back(AnswerDone{std::move(answered->on_answered), {}, nullptr});
    } else if (auto* act = std::get_if<ActSubmission>(&submission)) {
      refused.completions.push_back(AnswerDone{std::move(act->on_answered), {}, nullptr});
    } else if (auto* move = std::get_if<ClockMove>(&submission)) {
      refused.completions.push_back(ClockDone{std::move(move->on_moved)});
    } else if (auto* published = std::get_if<PublicationSubmission>(&submission)) {
      refused.completions.push_back(ClockDone{teller({}, std::move(published->on_published))});
    }
  }
  fail(refused, fault());
}

// Takes what has arrived, up to the limit of a batch; a move of the clock begins a batch of its
// own, and a publication is one. Does not wait while deadlines have to follow the calendar. False
// when the engine stops and nothing is left.
bool Engine::wait_for_work(std::vector<Submission>& taken) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return !submissions_.empty() || stopping_ || (failure_ && !fault_); };
  const bool may_wait = !has_to_follow_ || follow_later_;
  if (may_wait && !arrived_.wait_for(lock, kIdleBeforeFlush, ready)) {
    lock.unlock();
    flush_outbox();
    lock.lock();
    // What the broker confirms later is to leave the outbox too, without anything happening.
    const bool has_unconfirmed = bench_ && outbox_flushed_through_ + 1 < bench_->next_message;
    if (virtual_clock_ != nullptr && !has_to_follow_ && !has_unconfirmed) {
      arrived_.wait(lock, ready);
    } else {
      arrived_.wait_for(lock, kTick, ready);
    }
  }
  follow_later_ = false;
  if (submissions_.empty()) return !stopping_;
  // Taken before the last batch is on its way to the store they would only wait, and without what
  // arrives meanwhile: the larger the batch, the less a transition costs.
  handed_on_.wait(lock, [&] { return work_.empty(); });
  const auto begin = submissions_.begin();
  const auto limit =
      begin + static_cast<std::ptrdiff_t>(std::min(submissions_.size(), settings_.batch_limit));
  const auto end = std::find_if(begin + 1, limit, [&](const Submission& submission) {
    return std::holds_alternative<ClockMove>(submission) ||
           std::holds_alternative<PublicationSubmission>(submission) ||
           std::holds_alternative<PublicationSubmission>(*begin);
  });
  taken.assign(std::make_move_iterator(begin), std::make_move_iterator(end));
  submissions_.erase(begin, end);
  return true;
}

void Engine::decide(std::vector<Submission> submissions) {
  if (auto* const publication = std::get_if<PublicationSubmission>(&submissions.front())) {
    return decide_publication(std::move(*publication));
  }
  auto* const move = std::get_if<ClockMove>(&submissions.front());
  if (move != nullptr) virtual_clock_->move_to(move->to);
  const Instant now = clock_.now();
  if (move != nullptr && !fire_due_alarms(now)) return refuse(std::move(submissions));
  Docket docket(*bench_, now, ++batch_number_);
  Work work;
  work.number = batch_number_;
  work.submissions = submissions.size();
  work.completions.reserve(submissions.size());
  std::exception_ptr unread;
  try {
    look_up_requests(docket, submissions);
  } catch (const std::runtime_error&) {
    unread = std::current_exception();  // one answer for all filings: each would ask in vain again
  }
  for (Submission& submission : submissions) {
    auto* const filing = std::get_if<FilingSubmission>(&submission);
    if (unread && filing != nullptr) {
      work.completions.emplace_back(FilingDone{std::move(filing->on_filed), {}, unread});
    } else {
      decide_one(docket, submission, work);
    }
  }
  hand_over(docket, std::move(work), now);
}

void Engine::look_up_requests(Docket& docket, const std::vector<Submission>& submissions) {
  std::vector<std::string_view> ids;
  for (const Submission& submission : submissions) {
    const auto* const filing = std::get_if<FilingSubmission>(&submission);
    if (filing != nullptr) ids.push_back(filing->filing.request_id);
  }
  docket.look_up(ids);
}

void Engine::decide_one(Docket& docket, Submission& submission, Work& work) {
  if (auto* filing = std::get_if<FilingSubmission>(&submission)) {
    FilingDone done{std::move(filing->on_filed), {}, nullptr};
    try {
      done.reply = docket.file(filing->filing);
    } catch (const std::runtime_error&) {
      done.refusal = std::current_exception();
    }
    work.completions.emplace_back(std::move(done));
  } else if (auto* answered = std::get_if<AnswerSubmission>(&submission)) {
    AnswerDone done{std::move(answered->on_answered), {}, nullptr};
    try {
      done.verdict = docket.answer(answered->answer);
    } catch (const std::runtime_error&) {
      done.refusal = std::current_exception();
    }
    work.completions.emplace_back(std::move(done));
  } else if (auto* act = std::get_if<ActSubmission>(&submission)) {
    AnswerDone done{std::move(act->on_answered), {}, nullptr};
    try {
      done.verdict = docket.act(act->act);
    } catch (const std::runtime_error&) {
      done.refusal = std::current_exception();
    }
    work.completions.emplace_back(std::move(done));
  } else if (auto* move = std::get_if<ClockMove>(&submission)) {
    work.completions.emplace_back(ClockDone{std::move(move->on_moved)});
  }
}

// Everything that is due, the earliest first. What is due is found in the store: so it waits for
// the commits before, and then reads on while its own are under way.
void Engine::decide_alarms(Instant now) {
  wait_for_commits();
  DueAlarms due(*reader_, settings_.share, now);
  for (bool more = true; more;) {
    {
      const std::lock_guard lock(mutex_);
      if (failure_) return;  // recovered before the next batch; the alarms are found again then
    }
    Docket docket(*bench_, now, ++batch_number_);
    Work work;
    work.number = batch_number_;
    more = due.fire(docket, kAlarmsAtOnce);
    if (docket.decisions() > 0) hand_over(docket, std::move(work), now);
  }
  wait_for_commits();
  next_alarm_ = reader_->next_alarm(settings_.share, now);
}

void Engine::flush_outbox() {
  const std::uint64_t confirmed = broker_.confirmed_through();
  if (confirmed <= outbox_flushed_through_ || !bench_ || fault()) return;
  Work work;
  work.number = ++batch_number_;
  work.batch.share = settings_.share;
  work.batch.outbox_confirmed_through = outbox_flushed_through_ = confirmed;
  {
    std::unique_lock lock(mutex_);
    handed_on_.wait(lock, [&] { return work_.empty(); });
    if (failure_) return;
    work_.push_back(std::move(work));
  }
  handed_on_.notify_all();
}

void Engine::hand_over(Docket& docket, Work work, Instant now) {
  if (const auto alarm = docket.earliest_alarm()) {
    next_alarm_ = next_alarm_ ? std::min(*next_alarm_, *alarm) : *alarm;
  }
  work.decisions = docket.decisions();
  work.moved_deadlines = docket.moved_deadlines();
  work.requests = docket.requests();
  work.batch = docket.take_batch();
  // On the system clock too: what the store has seen last, so that a check of a database at rest
  // judges by the moment at which it came to rest.
  work.batch.clock_now = now;
  if (const std::uint64_t confirmed = broker_.confirmed_through();
      confirmed > outbox_flushed_through_) {
    work.batch.outbox_confirmed_through = outbox_flushed_through_ = confirmed;
  }
  std::exception_ptr failed;
  std::uint64_t committed = 0;
  std::vector<std::string> committed_requests;
  {
    std::unique_lock lock(mutex_);
    handed_on_.wait(lock, [&] { return work_.empty(); });
    failed = failure_;
    committed = committed_batch_;
    committed_requests.swap(committed_requests_);
    if (!failed) work_.push_back(std::move(work));
  }
  if (failed) return fail(work, failed);
  handed_on_.notify_all();
  for (const std::string& request : committed_requests) bench_->filings_in_flight.erase(request);
  bench_->cases.trim(committed);
}

void Engine::wait_for_commits() {
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&] { return work_.empty() && !committing_; });
}

// After a commit that failed without effect: forgets what was decided upon it and reads the store.
// False when the engine has stopped for good.
bool Engine::recover_from_failure() {
  std::exception_ptr failure;
  {
    const std::lock_guard lock(mutex_);
    if (fault_) return false;
    if (!failure_) return true;
    failure = failure_;
  }
  wait_for_commits();
  std::exception_ptr fault;
  try {
    // A move of the clock that was not stored did not happen.
    if (virtual_clock_ != nullptr) virtual_clock_->restore(stored_clock());
    load_bench();
    outbox_flushed_through_ = 0;
    dismiss_publishers(failure, true);
    follow_later_ = true;  // what failed will hardly have mended at once
  } catch (const std::runtime_error&) {
    fault = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  committed_requests_.clear();
  failure_ = nullptr;
  fault_ = fault;
  return !fault;
}

// ---- The committing thread ---------------------------------------------------------------------

void Engine::commit_until_stopped() {
  for (;;) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      handed_on_.wait(lock, [&] { return !work_.empty() || decided_all_; });
      if (work_.empty()) return;
      work = std::move(work_.front());
      work_.pop_front();
      committing_ = true;
    }
    handed_on_.notify_all();
    commit(std::move(work));
    {
      const std::lock_guard lock(mutex_);
      committing_ = false;
    }
    finished_.notify_all();
  }
}

void Engine::commit(Work work) {
  if (const auto failed = commit_batch(work.batch)) return fail(work, failed);
  count(work);  // first: who has been told finds itself counted
  broker_.publish(work.batch.outbox);
  tell(work.completions, nullptr);
  work.completions.clear();
  finish(work);
}

// Null when the batch is durable.
std::exception_ptr Engine::commit_batch(const Batch& batch) {
  {
    const std::lock_guard lock(mutex_);
    if (failure_) return failure_;  // decided upon a batch that was not committed
  }
  if (batch.is_empty()) return nullptr;
  std::exception_ptr failed;
  bool for_good = true;
  try {
    store_.commit(batch);
    return nullptr;
  } catch (const Fenced&) {
    failed = std::current_exception();
  } catch (const CommitUnknown&) {
    failed = std::current_exception();
  } catch (const std::runtime_error&) {
    failed = std::current_exception();
    for_good = false;
  }
  const std::lock_guard lock(mutex_);
  failure_ = failed;
  if (for_good) fault_ = failed;
  arrived_.notify_one();  // the deciding thread recovers
  return failed;
}

void Engine::tell(const std::vector<Completion>& completions, const std::exception_ptr& fault) {
  for (const Completion& completion : completions) {
    if (const auto* filing = std::get_if<FilingDone>(&completion)) {
      filing->tell(filing->refusal ? filing->refusal : fault, filing->reply);
    } else if (const auto* answered = std::get_if<AnswerDone>(&completion)) {
      answered->tell(answered->refusal ? answered->refusal : fault, answered->verdict);
    } else if (const auto* moved = std::get_if<ClockDone>(&completion)) {
      moved->tell(fault);
    }
  }
}

void Engine::fail(Work& work, const std::exception_ptr& fault) {
  tell(work.completions, fault);
  work.completions.clear();  // whoever drains finds everything let go
  {
    const std::lock_guard lock(mutex_);
    completed_ += work.submissions;
  }
  finished_.notify_all();
}

void Engine::count(const Work& work) {
  const std::lock_guard lock(mutex_);
  counters_.decisions += work.decisions;
  counters_.moved_deadlines += work.moved_deadlines;
  if (!work.batch.entries.empty()) ++counters_.commits;
}

void Engine::finish(const Work& work) {
  const std::lock_guard lock(mutex_);
  completed_ += work.submissions;
  committed_batch_ = work.number;
  committed_requests_.insert(committed_requests_.end(), work.requests.begin(), work.requests.end());
}

}  // namespace reglament
