#include "adapters/rabbitmq/link.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <random>
#include <utility>

#include "adapters/rabbitmq/pace.hpp"
#include "engine/base/fault.hpp"

namespace reglament::rabbitmq {
namespace {

constexpr std::size_t kEventsAtOnce = 500;  // before what waits is sent
// Heartbeats are looked after as often.
constexpr std::chrono::milliseconds kLongestWait{200};

}  // namespace

Waker::Waker() : file_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (file_ < 0) throw Unavailable("expected a file to wake a thread by, found none");
}

Waker::~Waker() { ::close(file_); }

void Waker::wake() {
  if (!awake_.exchange(true)) ::eventfd_write(file_, 1);
}

void Waker::clear() {
  eventfd_t ignored = 0;
  ::eventfd_read(file_, &ignored);
  awake_ = false;
}

Link::Link(Address address, LinkSettings settings, Service& service)
    : address_(std::move(address)), settings_(std::move(settings)), service_(service) {}

Link::~Link() { stop(); }

void Link::start() {
  thread_ = std::thread([this] { run(); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return started_; });
  if (!start_failure_) return;
  lock.unlock();
  stop();
  std::rethrow_exception(start_failure_);
}

void Link::stop() {
  stopping_ = true;
  waker_->wake();
  {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool Link::tell_start(std::exception_ptr fault) {
  const std::lock_guard lock(mutex_);
  if (started_) return false;
  started_ = true;
  start_failure_ = std::move(fault);
  changed_.notify_all();
  return true;
}

void Link::run() {
  auto about = settings_.first_pause;
  bool has_trouble = false;  // and has told of it
  bool is_unserved = false;  // let in, then refused what it asked for; and has told of that too
  while (!stopping_) {
    bool is_let_in = false;
    try {
      Connection connection(address_, settings_.connection);
      is_let_in = true;
      service_.connected(connection);
      is_let_in = is_unserved = false;
      if (std::exchange(has_trouble, false)) report("connected again to " + address_.text());
      about = settings_.first_pause;
      static_cast<void>(tell_start(nullptr));
      Pace pace;
      while (!stopping_) {
        waker_->clear();
        connection.hold_sending();
        const bool is_busy = service_.serve(connection);
        connection.let_go();
        std::size_t count = 0;
        while (auto event = connection.next()) {
          service_.received(std::move(*event));
          if (++count == kEventsAtOnce) break;
        }
        connection.release_memory();
        if (is_busy) continue;
        if (count == 0) connection.wait(waker_->file(), kLongestWait);
        std::this_thread::sleep_until(pace.next_turn(count, std::chrono::steady_clock::now()));
      }
      service_.serve(connection);
    } catch (const std::runtime_error& fault) {
      service_.lost();
      // Whoever starts the link is told by the exception, and by nothing else.
      if (tell_start(std::current_exception())) return;
      const bool is_news = is_let_in && !std::exchange(is_unserved, true);
      if (!std::exchange(has_trouble, true) || is_news) report(fault.what());
      pause(about);
      about = std::min(about * 2, settings_.longest_pause);
    }
  }
}

// Between half of it and all of it.
void Link::pause(std::chrono::milliseconds about) {
  static thread_local std::minstd_rand random{std::random_device{}()};
  const auto time = about / 2 + about * (random() % 1000) / 2000;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return stopping_.load(); });
}

}  // namespace reglament::rabbitmq
