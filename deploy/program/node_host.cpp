#include "deploy/program/node_host.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "adapters/entropy/entropy.hpp"
#include "adapters/postgresql/postgresql_leases.hpp"
#include "adapters/postgresql/postgresql_store.hpp"
#include "deploy/program/database.hpp"
#include "deploy/program/output.hpp"
#include "deploy/program/rabbit_places.hpp"
#include "deploy/program/world.hpp"
#include "engine/base/bytes.hpp"
#include "engine/base/fault.hpp"
#include "engine/history/sha256.hpp"

namespace reglament::program {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestPause{1000};
// How soon the engines hear of a move of the virtual clock.
constexpr milliseconds kClockPause{10};

std::string fresh_id() {
  Digest random{};
  fill_random(random);
  constexpr std::size_t digits = 16;
  return hex(random).substr(0, digits);
}

std::string name_of_machine() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

NodeParts parts_of(const Globals& globals, milliseconds lease, std::uint32_t partitions,
                   const Clock* clock) {
  NodeParts parts;
  // A store that waits longer for its server than the lease runs would wait for its successor.
  parts.open_store = [globals, lease] {
    return open_postgresql_store(
        {.url = globals.db, .ownership = Ownership::together, .patience = lease});
  };
  parts.open_broker = [globals, partitions](LogId log) {
    return open_rabbit_broker(globals, partitions, log);
  };
  parts.clock = clock;
  parts.random = fill_random;
  return parts;
}

}  // namespace

NodeHost::NodeHost(const Globals& globals, std::string address)
    : settings_(distributed_settings(globals)), leases_(open_postgresql_leases(globals.db)) {
  const StoreSettings stored = open_reader(globals)->settings();
  if (!stored.virtual_clock) clock_ = std::make_unique<SystemClock>(stored.clock_now);
  // A wrong address or password is told now, not again and again later.
  static_cast<void>(open_rabbit_broker(globals, stored.partitions, std::nullopt));
  NodeSettings settings;
  settings.self = {fresh_id(),
                   settings_.node_name.empty() ? name_of_machine() : settings_.node_name,
                   std::move(address)};
  settings.partitions = stored.partitions;
  settings.lease = settings_.lease;
  node_ = std::make_unique<Node>(
      std::move(settings), parts_of(globals, settings_.lease, stored.partitions, clock_.get()),
      *leases_, framework(globals.warn_before));
  turn();
  thread_ = std::thread([this] { run(); });
}

NodeHost::~NodeHost() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void NodeHost::look_at_clock() {
  {
    const std::lock_guard lock(mutex_);
    has_clock_moved_ = true;
  }
  woken_.notify_all();
}

bool NodeHost::is_alive() const {
  const Monotonic::duration silent =
      Monotonic::now().time_since_epoch() - Monotonic::duration(last_turn_.load());
  return silent < 3 * settings_.lease;
}

void NodeHost::turn() {
  node_->turn(Monotonic::now().time_since_epoch());
  last_turn_ = Monotonic::now().time_since_epoch().count();
}

bool NodeHost::wait(milliseconds time) {
  std::unique_lock lock(mutex_);
  woken_.wait_for(lock, time, [this] { return stopping_ || has_clock_moved_; });
  has_clock_moved_ = false;
  return !stopping_;
}

void NodeHost::run() {
  const milliseconds pause = std::min(kLongestPause, settings_.lease / 5);
  auto next_turn = Monotonic::now() + pause;
  while (wait(clock_ ? pause : kClockPause)) {
    try {
      if (!clock_) node_->follow_clock();
    } catch (const std::runtime_error&) {
      // The next turn meets the same trouble, and notes it.
    }
    if (Monotonic::now() < next_turn) continue;
    turn();
    next_turn = Monotonic::now() + pause;
  }
  try {
    node_->leave();
  } catch (const std::runtime_error&) {
    // The leases run out by themselves.
  }
}

}  // namespace reglament::program
