#include "engine/runtime/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "engine/base/ensure.hpp"

namespace reglament {
namespace {

using std::chrono::milliseconds;

// After a fault the next attempt comes at once, later ones after twice the pause before.
constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{15'000};

milliseconds pause_after(int failures) {
  if (failures <= 1) return milliseconds{0};
  constexpr int kMostDoublings = 6;
  return std::min(kLongestPause, kFirstPause * (1 << std::min(failures - 2, kMostDoublings)));
}

std::string text_of(const std::exception_ptr& trouble) {
  try {
    std::rethrow_exception(trouble);
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace

std::size_t fair_part(std::size_t partitions, std::size_t nodes, std::size_t place) {
  ENSURE(place < nodes, "a place is one of the nodes'");
  return partitions / nodes + (place < partitions % nodes ? 1 : 0);
}

// ---- One partition that runs --------------------------------------------------------------------

class Node::Partition {
 public:
  Partition(LogId log, const NodeParts& parts, EngineSettings settings, const Framework& framework)
      : store_(parts.open_store()) {
    settings.share = log;
    if (parts.clock == nullptr) {
      const auto stands_at = store_->reader()->logs().at(log).clock_now;
      if (!stands_at)
        throw Unavailable(fmt::format("expected the clock of log {}, found none", log));
      virtual_clock_.emplace(*stands_at);
      reached_ = *stands_at;
    }
    broker_ = parts.open_broker(log);
    engine_ = std::make_unique<Engine>(
        *store_, *broker_, parts.clock != nullptr ? *parts.clock : *virtual_clock_,
        virtual_clock_ ? &*virtual_clock_ : nullptr, framework, parts.random, settings);
    engine_->start();
    if (virtual_clock_) mover_ = std::thread([this] { move_until_stopped(); });
  }

  ~Partition() { stop(); }
  Partition(const Partition&) = delete;
  Partition& operator=(const Partition&) = delete;

  // Decides and commits what was submitted, as far as it can be.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    target_changed_.notify_all();
    engine_->stop();
    if (mover_.joinable()) mover_.join();
  }

  // Asked again for the same instant: a move that failed is tried once more. What the clock shows
  // does not tell: it stands there already when the commit of a move fails.
  void move_clock(Instant to) {
    if (!virtual_clock_) return;
    {
      const std::lock_guard lock(mutex_);
      if (to <= reached_) return;
      target_ = to;
    }
    target_changed_.notify_all();
  }

  [[nodiscard]] std::exception_ptr fault() const { return engine_->fault(); }
  [[nodiscard]] EngineCounters counters() const { return engine_->counters(); }
  [[nodiscard]] std::uint64_t epoch() const { return engine_->epoch(); }

 private:
  void move_until_stopped() {
    for (;;) {
      Instant to{};
      {
        std::unique_lock lock(mutex_);
        target_changed_.wait(lock, [&] { return stopping_ || target_; });
        if (stopping_) return;
        to = *target_;
        target_.reset();
      }
      try {
        engine_->advance_clock(to);
        const std::lock_guard lock(mutex_);
        reached_ = to;
      } catch (const std::runtime_error&) {
        // The fault is the engine's, and told there; or the next call of move_clock tries again.
      }
    }
  }

  const std::unique_ptr<Store> store_;
  std::optional<VirtualClock> virtual_clock_;
  std::unique_ptr<Broker> broker_;
  std::unique_ptr<Engine> engine_;

  std::mutex mutex_;
  std::condition_variable target_changed_;
  std::optional<Instant> target_;  // under mutex_
  Instant reached_{};              // under mutex_
  bool stopping_ = false;          // under mutex_
  std::thread mover_;
};

// ---- The node -----------------------------------------------------------------------------------

Node::Node(NodeSettings settings, NodeParts parts, Leases& leases, const Framework& framework)
    : settings_(std::move(settings)),
      parts_(std::move(parts)),
      leases_(leases),
      framework_(framework) {
  status_.self = settings_.self;
}

Node::~Node() = default;

void Node::turn(Moment now) {
  Membership seen;
  try {
    seen = leases_.renew(settings_.self, settings_.lease);
    renewed_at_ = now;
    drop_lost(seen);
    const auto self = std::ranges::find(seen.nodes, settings_.self.id, &NodeRegistration::id);
    ENSURE(self != seen.nodes.end(), "a node that has just renewed lives");
    const std::size_t part = fair_part(settings_.partitions, seen.nodes.size(),
                                       static_cast<std::size_t>(self - seen.nodes.begin()));
    give_away(part);
    take(seen, part);
    release_unheld(seen);
    start_stopped(now);
    follow_clock();
    note_status(seen, nullptr);
  } catch (const std::runtime_error&) {
    // Others may take over what we hold as soon as our leases have ended.
    if (!renewed_at_ || now - *renewed_at_ >= settings_.lease) drop_lost(Membership{});
    note_status(seen, std::current_exception());
  }
}

void Node::leave() {
  for (auto& [log, held] : held_) stop(held);
  held_.clear();
  leases_.leave(settings_.self.id);
  note_status({}, nullptr);
}

void Node::drop_lost(const Membership& seen) {
  for (auto held = held_.begin(); held != held_.end();) {
    const Lease ours{held->first, settings_.self.id};
    if (std::ranges::find(seen.leases, ours) != seen.leases.end()) {
      ++held;
    } else {
      stop(held->second);
      held = held_.erase(held);
    }
  }
}

void Node::give_away(std::size_t part) {
  while (held_.size() > part) {
    const auto last = std::prev(held_.end());
    stop(last->second);
    held_.erase(last);
  }
}

void Node::take(const Membership& seen, std::size_t part) {
  for (LogId log = 0; log < settings_.partitions && held_.size() < part; ++log) {
    const auto lease = std::ranges::find(seen.leases, log, &Lease::log);
    const bool is_free = lease == seen.leases.end() || lease->node == settings_.self.id;
    if (!is_free || held_.contains(log)) continue;
    if (leases_.acquire(log, settings_.self.id, settings_.lease)) held_.try_emplace(log);
  }
}

// What was given away, and what was dropped while the leases could not be reached: to renew
// prolongs every lease in this node's name, and a partition whose lease is only kept would never
// run.
void Node::release_unheld(const Membership& seen) {
  for (const Lease& lease : seen.leases) {
    const bool is_left = lease.node == settings_.self.id && !held_.contains(lease.log);
    if (is_left) leases_.release(lease.log, settings_.self.id);
  }
}

void Node::start_stopped(Moment now) {
  for (auto& [log, held] : held_) {
    if (held.running && held.running->fault()) {
      held.trouble = held.running->fault();
      if (now - held.started_at > kLongestPause) held.failures = 0;
      stop(held);
      held.retry_at = now + pause_after(++held.failures);
    }
    if (held.running || now < held.retry_at) continue;
    start(log, held, now);
    // To connect and read takes time, which the others must not take for silence.
    static_cast<void>(leases_.renew(settings_.self, settings_.lease));
  }
}

void Node::start(LogId log, Held& held, Moment now) {
  try {
    held.running = std::make_unique<Partition>(log, parts_, settings_.engine, framework_);
    held.epoch = held.running->epoch();
    held.started_at = now;
    held.trouble = nullptr;
  } catch (const std::runtime_error&) {
    held.trouble = std::current_exception();
    held.retry_at = now + pause_after(++held.failures);
  }
}

void Node::stop(Held& held) {
  if (!held.running) return;
  const std::unique_ptr<Partition> ended = std::move(held.running);
  ended->stop();
  const EngineCounters counters = ended->counters();
  ended_.decisions += counters.decisions;
  ended_.commits += counters.commits;
}

void Node::follow_clock() {
  if (parts_.clock != nullptr) return;
  const auto target = leases_.clock_target();
  if (!target) return;
  for (auto& [log, held] : held_) {
    if (held.running) held.running->move_clock(*target);
  }
}

void Node::note_status(const Membership& seen, const std::exception_ptr& trouble) {
  NodeStatus status;
  status.self = settings_.self;
  status.counters = ended_;
  for (const auto& [log, held] : held_) {
    PartitionStatus& partition = status.partitions.emplace_back();
    partition.log = log;
    partition.epoch = held.epoch;
    if (held.trouble) partition.trouble = text_of(held.trouble);
    if (!held.running) continue;
    const EngineCounters counters = held.running->counters();
    status.counters.decisions += counters.decisions;
    status.counters.commits += counters.commits;
  }
  status.seen = seen;
  if (trouble) status.trouble = text_of(trouble);
  const std::lock_guard lock(mutex_);
  status_ = std::move(status);
}

NodeStatus Node::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace reglament
