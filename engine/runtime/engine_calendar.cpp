// How the engine follows the calendar: the editions of the database, a new one published, and the
// open deadlines counted anew, a part at a time between the batches of occasions.
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/fault.hpp"
#include "engine/runtime/engine.hpp"

namespace reglament {
namespace {

// Small enough that an occasion that comes meanwhile waits for some milliseconds.
constexpr std::size_t kCasesAtOnce = 1024;
// An engine of one partition looks for what the others have published.
constexpr std::chrono::seconds kBetweenLooks{1};

}  // namespace

void Engine::load_calendar() {
  try {
    course_.emplace(carried_, reader_->calendar_editions(), framework_.directory);
  } catch (const BadInput& error) {
    throw Unavailable(
        fmt::format("expected published decrees that fit the calendars of this program, found: {}",
                    error.what()));
  }
  framework_.calendars = course_->editions();
}

void Engine::look_at_calendar(Instant now) {
  // A virtual clock may stand still for long.
  const bool is_time = virtual_clock_ != nullptr || now >= editions_read_at_ + kBetweenLooks;
  if (settings_.share && is_time) {
    editions_read_at_ = now;
    if (reader_->calendar_editions().size() != course_->published().size()) {
      load_calendar();
      begin_following(now);
    }
  }
  if (next_edition_ && *next_edition_ <= now) begin_following(now);
}

// A log that follows nothing yet has no open case.
void Engine::begin_following(Instant now) {
  bench_->to_follow.clear();
  for (Partition& partition : bench_->partitions) {
    if (!holds(settings_.share, partition.log())) continue;
    if (partition.calendar().empty()) partition.follow(course_->in_use(now));
    auto rest = course_->to_follow(partition.calendar(), now);
    if (rest.size() > bench_->to_follow.size()) bench_->to_follow = std::move(rest);
  }
  has_to_follow_ = !bench_->to_follow.empty();
  store_knows_all_ = false;
  followed_through_ = 0;
  const std::lock_guard lock(mutex_);
  if (has_to_follow_) ++rounds_begun_;
  next_edition_ = course_->next_after(now);
}

// False where it cannot be done; see fire_due_alarms.
bool Engine::follow_calendar(Instant now) {
  try {
    if (has_to_follow_ && !follow_later_ && !fault()) follow_more_cases(now);
    return true;
  } catch (const std::runtime_error&) {
    {
      const std::lock_guard lock(mutex_);
      if (!fault_) fault_ = std::current_exception();
    }
    finished_.notify_all();
    return false;
  }
}

// Cases filed since the edition came into use count with it already; those before are in the store
// when it is read first. A case that is in memory is newer there than what was read.
void Engine::follow_more_cases(Instant now) {
  if (!store_knows_all_) {
    wait_for_commits();
    const std::lock_guard lock(mutex_);
    if (failure_) return;
    store_knows_all_ = true;
  }
  const std::vector<StoredCase> rows =
      reader_->open_cases(settings_.share, followed_through_, kCasesAtOnce);
  Docket docket(*bench_, now, ++batch_number_);
  Work work;
  work.number = batch_number_;
  for (const StoredCase& row : rows) docket.follow_calendar(row);
  if (!rows.empty()) followed_through_ = rows.back().number;
  const bool all = rows.size() < kCasesAtOnce;
  if (all) finish_following(docket, work, now);
  if (all || docket.decisions() > 0) hand_over(docket, std::move(work), now);
}

void Engine::finish_following(Docket& docket, Work& work, Instant now) {
  docket.finish_following(course_->in_use(now));
  bench_->to_follow.clear();
  has_to_follow_ = false;
  std::uint64_t round = 0;
  {
    const std::lock_guard lock(mutex_);
    round = rounds_begun_;
  }
  work.completions.push_back(ClockDone{[this, round](const std::exception_ptr& fault) {
    if (fault) return;
    {
      const std::lock_guard lock(mutex_);
      rounds_done_ = round;
    }
    finished_.notify_all();
  }});
  for (Publisher& publisher : publishers_) {
    work.completions.push_back(ClockDone{std::move(publisher.tell)});
  }
  publishers_.clear();
}

void Engine::wait_until_followed() {
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&] { return rounds_done_ == rounds_begun_ || fault_ || stopping_; });
}

void Engine::publish_calendar(CalendarPublication publication, OnPublished on_published) {
  Submission submission = PublicationSubmission{std::move(publication), std::move(on_published)};
  if (const auto refused = submit(submission)) {
    std::get<PublicationSubmission>(submission).on_published(refused, PublicationReply{});
  }
}

// What a publisher is told, with the deadlines that moved since now.
Engine::OnMoved Engine::teller(std::string edition, OnPublished on_published) {
  return [this, edition = std::move(edition), moved_before = counters().moved_deadlines,
          on_published = std::move(on_published)](const std::exception_ptr& fault) {
    on_published(fault, {edition, counters().moved_deadlines - moved_before});
  };
}

void Engine::decide_publication(PublicationSubmission submission) {
  const Instant now = clock_.now();
  Docket docket(*bench_, now, ++batch_number_);
  Work work;
  work.number = batch_number_;
  work.submissions = 1;
  std::string edition;
  try {
    if (publish(submission.publication, docket, now, edition)) begin_following(now);
  } catch (const std::runtime_error&) {
    work.completions.push_back(ClockDone{
        [refusal = std::current_exception(), on_published = std::move(submission.on_published)](
            const std::exception_ptr&) { on_published(refusal, PublicationReply{}); }});
    return fail(work, nullptr);
  }
  OnMoved tell = teller(edition, std::move(submission.on_published));
  if (has_to_follow_) {
    publishers_.push_back({std::move(edition), std::move(tell)});
  } else {
    work.completions.push_back(ClockDone{std::move(tell)});
  }
  hand_over(docket, std::move(work), now);
}

// False where the same decree was published before.
bool Engine::publish(const CalendarPublication& publication, Docket& docket, Instant now,
                     std::string& edition) {
  StoredCalendarEdition row = course_->draft(publication, now);
  edition = row.code;
  if (course_->has(row.code)) return false;
  if (!holds(settings_.share, 0)) {
    throw BadInput(
        fmt::format("expected a calendar edition at the engine of partition 0, found it at that of "
                    "partition {}",
                    *settings_.share));
  }
  std::vector<StoredCalendarEdition> published = course_->published();
  published.push_back(row);
  CalendarCourse course(carried_, std::move(published), framework_.directory);
  course_.emplace(std::move(course));
  framework_.calendars = course_->editions();
  docket.publish(std::move(row));
  return true;
}

void Engine::dismiss_publishers(const std::exception_ptr& fault, bool unpublished_only) {
  if (!unpublished_only) has_to_follow_ = false;
  std::vector<Publisher> waiting = std::exchange(publishers_, {});
  for (Publisher& publisher : waiting) {
    if (unpublished_only && course_->has(publisher.edition)) {
      publishers_.push_back(std::move(publisher));
    } else {
      publisher.tell(fault);
    }
  }
}

}  // namespace reglament
